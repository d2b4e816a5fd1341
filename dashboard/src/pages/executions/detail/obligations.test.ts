import { expect, test } from 'vitest';
import { obligationsOf } from './obligations';

test('share-alike comes first, then unknown, then attribution, then none', () => {
  const license = { url: null, attributionText: null, attributionRequired: true, shareAlike: false };
  const rows = obligationsOf({
    models: [
      {
        modelId: 'm',
        displayName: 'M',
        version: null,
        repository: null,
        taskIds: [],
        licenses: [
          { ...license, type: 'source_code', spdx: 'MIT', url: 'javascript:1' },
          { ...license, type: 'weights', spdx: 'X', attributionRequired: false },
        ],
        dependencies: [
          { name: 'D', type: 'database', license: 'CC-BY-SA-4.0', required: true, shareAlike: true },
          { name: 'E', type: 'database', license: null, required: true, shareAlike: false },
          { name: 'F', type: 'database', license: 'CC0-1.0', required: true, shareAlike: false },
          { name: 'G', type: 'database', license: 'CC-BY-4.0', required: true, shareAlike: false },
        ],
      },
    ],
  });
  expect(rows.map(({ component, obligation }) => [component, obligation])).toEqual([
    ['D, database', 'Share alike'],
    ['E, database', 'Unknown'],
    ['Source code', 'Attribution'],
    ['G, database', 'Attribution'],
    ['Weights', 'None'],
    ['F, database', 'None'],
  ]);
  expect(rows.every(({ url }) => url === null)).toBe(true);
});

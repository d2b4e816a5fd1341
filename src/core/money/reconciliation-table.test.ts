import { expect, test } from 'vitest';
import { billTable } from './reconciliation-table.js';

test('a line for each model and one for all, in columns', () => {
  const row = {
    meteredUsd: '10.000000000',
    chargedUsd: '9.000000000',
    chargedMinusMeteredUsd: '-1.000000000',
    chargedMinusMeteredPercent: -10,
    sharedUsd: '8.000000000',
    unusedUsd: '1.000000000',
    chargedMinusSharedUsd: '0.000000000',
    openMeteredUsd: '0.000000000',
    provisionalUsd: '0.000000000',
    openChargedUsd: '0.000000000',
  };
  const table = billTable({
    items: [
      { ...row, modelId: 'alphafold2' },
      { ...row, modelId: null, chargedMinusMeteredPercent: null },
    ],
    totals: row,
  });
  const lines = table.split('\n');
  expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(['model', 'alphafold2', '(no model)', 'all']);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[1]).toContain('  9.000000000    -1.000000000  -10  ');
  expect(lines[2]).toContain('  -1.000000000    -  ');
});

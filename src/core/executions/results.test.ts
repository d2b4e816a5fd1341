import { expect, test } from 'vitest';
import { resultsByTask } from './results.js';

test('a map is the list of its items, in order', () => {
  expect(
    resultsByTask([
      { taskId: 'one', mapIndex: null, status: 'succeeded', output: 1 },
      { taskId: 'many', mapIndex: 1, status: 'succeeded', output: 'b' },
      { taskId: 'many', mapIndex: null, status: 'succeeded', output: null },
      { taskId: 'many', mapIndex: 0, status: 'succeeded', output: 'a' },
    ]),
  ).toEqual({
    one: { status: 'succeeded', output: 1 },
    many: { status: 'succeeded', output: ['a', 'b'] },
  });
});

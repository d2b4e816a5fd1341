import { expect, test } from 'vitest';
import { resultsAfter, resultsByTask, type Result } from './results.js';

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

test('what a decision has just ended can be read before it is stored', () => {
  const rows: Result[] = ['c', 'r', 'd', 'w', 'm', 's', 'f', 'other'].map((taskId) => ({
    taskId,
    mapIndex: null,
    status: 'pending',
    output: null,
  }));
  const item: Result = { taskId: 'm', mapIndex: 0, status: 'succeeded', output: 7 };
  const error = { code: 'x', message: 'y' };
  const after = resultsAfter(
    [...rows, item],
    [
      { kind: 'complete', taskId: 'c', input: 1, output: 2 },
      { kind: 'receive', taskId: 'r', signal: { id: 1, name: 'go', payload: 3 } },
      { kind: 'decide', taskId: 'd', output: { outcome: 'approved' } },
      { kind: 'wake', taskId: 'w' },
      { kind: 'collect', taskId: 'm', output: 'items' },
      { kind: 'skip', taskId: 's', mapIndex: null, reason: 'why' },
      { kind: 'fail', taskId: 'f', mapIndex: null, error },
      { kind: 'fail', taskId: 'other', mapIndex: 3, error },
      { kind: 'spawn', taskId: 'other', mapIndex: null },
    ],
  );
  expect(resultsByTask(after)).toEqual({
    c: { status: 'succeeded', output: 2 },
    r: { status: 'succeeded', output: 3 },
    d: { status: 'succeeded', output: { outcome: 'approved' } },
    w: { status: 'succeeded', output: null },
    m: { status: 'succeeded', output: [7] },
    s: { status: 'skipped', output: null },
    f: { status: 'failed', output: null },
    other: { status: 'pending', output: null },
  });
});

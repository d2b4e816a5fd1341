import { expect, test } from 'vitest';
import { brief, finishOf, graphOf, movesOf, rowsOf } from '../testing/workflow-drawing.js';

//  a -> b,  c,  m*
const graph = graphOf('a -> b, c, m', { m: { config: { map: { over: '[1, 2]' } } } });
const broke = { spentUsd: '5.000000000', budgetUsd: '5' };

test.each<[string, string[], object]>([
  ['below its budget it goes on', ['release b'], { spentUsd: '4.999999999', budgetUsd: '5' }],
  ['at its budget nothing begins', [], broke],
  ['paused, it waits', [], { ...broke, status: 'paused' }],
])('%s', (_, moves, change) => {
  const rows = rowsOf('a:succeeded b c:running m:succeeded m[0]:succeeded m[1]:succeeded');
  expect(brief(movesOf(graph, rows, change))).toEqual(moves);
});

test('what runs is waited for, an item of a map too; then the rest is cancelled, and it says how to go on', () => {
  const waiting = rowsOf('a:succeeded b c:succeeded m:waiting m[0]:running m[1]');
  expect(movesOf(graph, waiting, broke)).toEqual([]);
  const idle = rowsOf('a:succeeded b c:ready m:waiting m[0]:succeeded m[1]:queued');
  const moves = movesOf(graph, idle, broke);
  expect(brief(moves)).toEqual(['cancel c', 'cancel m[1]', 'cancel m', 'cancel b', 'finish failed']);
  expect(finishOf(moves)).toMatchObject({
    error: { code: 'budget_exceeded', message: expect.stringContaining('POST /v1/executions/x1/resume') },
  });
});

test('with nothing left to do it has succeeded, whatever it cost', () => {
  const done = rowsOf('a:succeeded b:succeeded c:succeeded m:waiting m[0]:succeeded m[1]:succeeded');
  expect(brief(movesOf(graph, done, broke))).toEqual(['collect m', 'finish succeeded']);
  const skips = graphOf('a -> b', { b: { condition: 'false' } });
  expect(brief(movesOf(skips, rowsOf('a:succeeded b'), broke))).toEqual(['skip b', 'finish succeeded']);
});

test('a failure explains more than an empty purse', () => {
  const rows = rowsOf('a:failed b c:succeeded m:skipped', { a: { error: { code: 'x', message: 'y' } } });
  expect(finishOf(movesOf(graph, rows, broke))).toMatchObject({ error: { code: 'x' } });
});

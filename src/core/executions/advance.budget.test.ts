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

test('running tasks and items are waited for; then the rest is cancelled, and the error says how to continue', () => {
  const waiting = rowsOf('a:succeeded b c:succeeded m:waiting m[0]:running m[1]');
  expect(movesOf(graph, waiting, broke)).toEqual([]);
  const idle = rowsOf('a:succeeded b c:ready m:waiting m[0]:succeeded m[1]:queued');
  const moves = movesOf(graph, idle, broke);
  expect(brief(moves)).toEqual(['cancel c', 'cancel m[1]', 'cancel m', 'cancel b', 'finish failed']);
  expect(finishOf(moves)).toMatchObject({
    error: { code: 'budget_exceeded', message: expect.stringContaining('POST /v1/executions/x1/resume') },
  });
});

test('without remaining tasks the execution succeeds, at any cost', () => {
  const done = rowsOf('a:succeeded b:succeeded c:succeeded m:waiting m[0]:succeeded m[1]:succeeded');
  expect(brief(movesOf(graph, done, broke))).toEqual(['collect m', 'finish succeeded']);
  const skips = graphOf('a -> b', { b: { condition: 'false' } });
  expect(brief(movesOf(skips, rowsOf('a:succeeded b'), broke))).toEqual(['skip b', 'finish succeeded']);
});

test('a failed task comes before a spent budget', () => {
  const rows = rowsOf('a:failed b c:succeeded m:skipped', { a: { error: { code: 'x', message: 'y' } } });
  expect(finishOf(movesOf(graph, rows, broke))).toMatchObject({ error: { code: 'x' } });
});

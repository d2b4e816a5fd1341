import { expect, test } from 'vitest';
import type { WorkflowTask } from '../workflows/workflow.js';
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

test('children are waited for like running tasks, and the error of a child says how to continue its root', () => {
  const run: Partial<WorkflowTask> = { type: 'workflow', config: { workflowId: 'w' } };
  const parent = graphOf('a, c', { c: run });
  expect(movesOf(parent, rowsOf('a:ready c:waiting'), broke)).toEqual([]);
  expect(brief(movesOf(parent, rowsOf('a:ready c:succeeded'), broke))).toEqual(['cancel a', 'finish failed']);
  expect(finishOf(movesOf(parent, rowsOf('a:ready c:succeeded'), { ...broke, rootId: 'r1' }))).toMatchObject({
    error: { message: expect.stringContaining('POST /v1/executions/r1/resume') },
  });
});

test('a child that nobody waits for is cancelled, whatever it does', () => {
  const rows = rowsOf('a:succeeded b:running c:ready m:waiting m[0]:running m[1]');
  expect(brief(movesOf(graph, rows, { parentEnded: true }))).toEqual([
    'cancel c',
    'cancel m[0]',
    'cancel m[1]',
    'cancel m',
    'cancel b',
    'finish cancelled',
  ]);
});

test('what the budget has cut fails as that, also within a map, once what runs has ended', () => {
  const run: Partial<WorkflowTask> = {
    type: 'workflow',
    config: { workflowId: 'w', onFailure: 'continue', map: { over: '[1, 2]', toleratedFailures: 2 } },
  };
  const parent = graphOf('c', { c: run });
  const cut = { 'c[0]': { error: { code: 'budget_exceeded', message: 'y' } } };
  expect(movesOf(parent, rowsOf('c:waiting c[0]:failed c[1]:waiting', cut), broke)).toEqual([]);
  const moves = movesOf(parent, rowsOf('c:waiting c[0]:failed c[1]:succeeded', cut), broke);
  expect(finishOf(moves)).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
});

test('a child whose root is paused starts nothing', () => {
  expect(movesOf(graph, rowsOf('a:succeeded b c:running m:skipped'), { rootPaused: true })).toEqual([]);
});

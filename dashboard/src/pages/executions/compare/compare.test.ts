import { expect, test } from 'vitest';
import { confidenceOf, differing, syntheticWarning, signed, tasksOf } from './compare';
import type { Task } from '../detail/view';

const task = (
  taskId: string,
  durationMs: number | null,
  costUsd: string,
  mapIndex: number | null = null,
): Task => ({
  taskId,
  name: taskId,
  type: 'task',
  modelId: null,
  mapIndex,
  status: 'succeeded',
  signal: null,
  approvalId: null,
  attempt: 1,
  queuedMs: null,
  durationMs,
  costUsd,
  startedAt: null,
  completedAt: null,
  error: null,
  endedBy: null,
  endedReason: null,
  inputGiven: false,
  childExecutionId: null,
  synthetic: false,
});

test('only differences are listed, from either side', () => {
  expect(differing({ a: 1, b: [1], c: 3 }, { a: 1, b: [2], d: 4 })).toEqual([
    { name: 'b', a: [1], b: [2] },
    { name: 'c', a: 3, b: undefined },
    { name: 'd', a: undefined, b: 4 },
  ]);
});

test('tasks of both are paired, with the items of a map counted to it', () => {
  expect(
    tasksOf(
      { tasks: [task('x', 5, '1.00'), task('x', null, '0.50', 0)] },
      { tasks: [task('x', 7, '2.00'), task('y', null, '0.00')] },
    ),
  ).toEqual([
    { taskId: 'x', name: 'x', a: { ms: 5, usd: 1.5 }, b: { ms: 7, usd: 2 } },
    { taskId: 'y', name: 'y', a: null, b: { ms: null, usd: 0 } },
  ]);
});

test('confidence comes from the output', () => {
  expect(confidenceOf({ confidence: { meanPlddt: 80.5, summary: 'x', ptm: 0.7 } })).toEqual([
    { name: 'Mean pLDDT', value: 80.5 },
    { name: 'pTM', value: 0.7 },
  ]);
  for (const other of [null, undefined, 'x', {}, { confidence: null }])
    expect(confidenceOf(other)).toEqual([]);
  expect([2, -2, 0].map((value) => signed(value, String))).toEqual(['+2', '−2', '±0']);
});

test('states which of the two is synthetic', () => {
  const [real, synthetic] = [{ synthetic: false }, { synthetic: true }];
  expect(syntheticWarning(synthetic, synthetic)).toMatch(/^Both are/);
  expect(syntheticWarning(synthetic, real)).toMatch(/^The first is/);
  expect(syntheticWarning(real, synthetic)).toMatch(/^The second is/);
});

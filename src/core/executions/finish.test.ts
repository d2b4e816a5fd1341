import { describe, expect, test } from 'vitest';
import { advance } from './advance.js';
import {
  brief,
  execution,
  finishOf,
  graphOf,
  later,
  movesOf,
  NOON,
  rowsOf,
} from '../testing/workflow-drawing.js';
import type { WorkflowDefinition } from '../workflows/workflow.js';
import type { Transition } from './transitions.js';

describe('time limits', () => {
  //  a -> m*,  b
  const graph = graphOf('a -> m, b', { m: { config: { map: { over: '[1]' } } } }, { timeout: 60 });
  test.each([
    [{ deadline: later(10) }, later(10), 'deadline_passed'],
    [{ startedAt: NOON }, later(60), 'execution_timeout'],
  ])('%o ends everything', (change, now, code) => {
    const rows = rowsOf('a:succeeded m:waiting m[0]:running b:ready');
    const decided = movesOf(graph, rows, change, now);
    expect(brief(decided)).toEqual(['cancel b', 'cancel m[0]', 'cancel m', 'finish timed_out']);
    expect(finishOf(decided)).toMatchObject({ error: { code } });
  });

  test('no limit ends an execution early, and none counts once all tasks have ended', () => {
    const rows = rowsOf('a:running m b:running');
    expect(movesOf(graph, rows, { deadline: later(10) }, later(9))).toEqual([]);
    expect(movesOf(graph, rows, { startedAt: null }, later(99))).toEqual([]);
    const done = rowsOf('a:succeeded m:skipped b:succeeded');
    expect(brief(movesOf(graph, done, { deadline: later(10) }, later(99)))).toEqual(['finish succeeded']);
  });
});

describe('a pause', () => {
  const graph = graphOf('a', { a: { type: 'wait', config: { wait: { seconds: 60 } } } }, { timeout: 90 });
  const rows = rowsOf('a:waiting', { a: { notBefore: later(60) } });
  const paused = { status: 'paused', startedAt: NOON, pausedAt: later(50) } as const;

  test('stops timers and the time limit, but not the deadline', () => {
    expect(movesOf(graph, rows, paused, later(9_999))).toEqual([]);
    const decided = movesOf(graph, rows, { ...paused, deadline: later(9_999) }, later(9_999));
    expect(finishOf(decided)).toMatchObject({ error: { code: 'deadline_passed' } });
  });

  test('does not undo what was due before it', () => {
    expect(brief(movesOf(graph, rows, { ...paused, pausedAt: later(60) }, later(61)))).toContain('wake a');
    const late = movesOf(graph, rows, { ...paused, pausedAt: later(90) }, later(91));
    expect(finishOf(late)).toMatchObject({ error: { code: 'execution_timeout' } });
  });

  test('lengthens the time limit once it is over', () => {
    const resumed = { status: 'running', startedAt: NOON, pausedSeconds: 30 } as const;
    const waits = rowsOf('a:waiting', { a: { notBefore: later(500) } });
    expect(movesOf(graph, waits, resumed, later(119))).toEqual([]);
    expect(finishOf(movesOf(graph, waits, resumed, later(120)))).toMatchObject({
      error: { code: 'execution_timeout' },
    });
  });
});

describe('the end', () => {
  //  a -> b,  c,  d
  const done = rowsOf('a:succeeded b:succeeded c:skipped d:failed', { a: { output: 1 }, b: { output: 2 } });
  const ending = (version: Partial<WorkflowDefinition>): Transition | undefined =>
    finishOf(movesOf(graphOf('a -> b, c, d', { d: { config: { onFailure: 'continue' } } }, version), done));

  test('the output holds the outputs of the leaves, or the result of the mapping', () => {
    expect(ending({})).toEqual({ kind: 'finish', status: 'succeeded', output: { b: 2 }, error: null });
    expect(ending({ outputMapping: { sum: 'tasks.a.output + tasks.b.output' } })).toMatchObject({
      output: { sum: 3 },
    });
  });

  test('an output that breaks its schema fails with the path', () => {
    const outputSchema = { type: 'object', properties: { b: { type: 'string' } } };
    expect(ending({ outputSchema })).toMatchObject({
      status: 'failed',
      error: { code: 'output_mismatch', message: expect.stringContaining('output.b must be text') },
    });
  });

  test('an invalid mapping or schema fails the execution, and does not throw', () => {
    expect(ending({ outputMapping: { x: 'tasks.c.output.x' } })).toMatchObject({
      error: { code: 'expression_failed' },
    });
    expect(ending({ outputSchema: { type: 'banana' } })).toMatchObject({ error: { code: 'invalid_schema' } });
  });

  test('a workflow without tasks is done', () => {
    expect(brief(advance(graphOf(''), execution(), [], NOON))).toEqual(['finish succeeded']);
  });
});

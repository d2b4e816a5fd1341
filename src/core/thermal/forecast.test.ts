import { describe, expect, test } from 'vitest';
import { expectedEnds, forecastNeeds } from './forecast.js';
import type { Expected, LiveExecution, LiveTask } from './remaining-time.js';
import { graphOf, later, NOON } from '../testing/workflow-drawing.js';
import type { WorkflowTask } from '../workflows/workflow.js';

type Details = Record<string, Partial<WorkflowTask>>;
type Changes = Record<string, Partial<LiveTask>>;

/** Everything takes 100 s, give or take 10. */
const usual: Expected = { seconds: 100, spreadSeconds: 10 };
const gpu = { modelId: 'gpu' };

/** `cpu:running fold m[0]:ready`: the rows that are not pending. Tasks of models have their model from the details. */
function live(
  drawing: string,
  rows: string,
  details: Details = {},
  changes: Changes = {},
  expected: (taskId: string) => Expected | null = () => usual,
): LiveExecution {
  const graph = graphOf(drawing, details);
  const tasks = rows
    .split(' ')
    .filter(Boolean)
    .map((word): LiveTask => {
      const [name = '', status = 'pending'] = word.split(':');
      const [taskId = '', index] = name.split(/[[\]]/);
      const mapIndex = index === undefined ? null : Number(index);
      return {
        taskId,
        mapIndex,
        status: status as LiveTask['status'],
        modelId: graph.task(taskId).modelId,
        runningSince: null,
        ...changes[name],
      };
    });
  return { id: 'x1', graph, tasks, expected };
}

/** `fold 70±10`: seconds from now, and the uncertainty, of every need of the model. */
const inShort = (execution: LiveExecution, now = NOON): string[] =>
  (forecastNeeds([execution], now).get('gpu') ?? []).map(({ taskId, at, uncertaintySeconds }) => {
    const seconds = (at.getTime() - now.getTime()) / 1000;
    return `${taskId} ${Math.round(seconds)}±${Math.round(uncertaintySeconds)}`;
  });

const since = (seconds: number) => ({ runningSince: later(-seconds) });

describe('a task is ready when its slowest dependency ends', () => {
  const fold = { fold: gpu };
  test.each<[string, string, Details, Changes, string[]]>([
    ['a:running', 'a -> fold', fold, { a: since(30) }, ['fold 70±10']],
    ['a:running', 'a -> fold', fold, { a: since(150) }, ['fold 0±10']],
    ['a:running', 'a -> fold', fold, {}, ['fold 100±10']],
    ['a:ready', 'a -> fold', fold, { a: since(30) }, ['fold 100±10']],
    ['a:queued', 'a -> fold', fold, {}, ['fold 100±10']],
    ['a:ready', 'a -> fold', fold, { a: { notBefore: later(40) } }, ['fold 140±10']],
    ['a:ready', 'a -> fold', fold, { a: { notBefore: later(-40) } }, ['fold 100±10']],
    ['', 'a -> fold', fold, {}, ['fold 100±10']],
    ['', 'a -> b -> c -> fold', fold, {}, ['fold 300±17']],
    ['a:succeeded b:running', 'a -> b -> fold', fold, { b: since(60) }, ['fold 40±10']],
    ['a:succeeded', 'a -> fold', fold, {}, ['fold 0±0']],
    ['', 'fold', fold, {}, ['fold 0±0']],
    [
      'a:running b:running',
      'a -> c -> fold, b -> fold',
      fold,
      { a: since(90), b: since(5) },
      ['fold 110±14'],
    ],
    ['a:running b:running', 'a -> fold, b -> fold', fold, { a: since(120), b: since(5) }, ['fold 95±10']],
    ['a:succeeded b:running', 'a -> fold, b -> fold', fold, { b: since(120) }, ['fold 0±10']],
    ['a:running fold:ready', 'fold, a -> fold', fold, {}, []],
    ['', 'fold -> again', { fold: gpu, again: gpu }, {}, ['fold 0±0', 'again 100±10']],
    ['fold:running', 'fold -> again', { fold: gpu, again: gpu }, { fold: since(20) }, ['again 80±10']],
  ])('%s in %s', (rows, drawing, details, changes, expected) => {
    expect(inShort(live(drawing, rows, details, changes))).toEqual(expected);
  });
});

describe('after a task of unknown duration there is no forecast', () => {
  const none = (): null => null;
  test.each<[string, Partial<WorkflowTask>, string, string[]]>([
    ['a model without history', { modelId: 'cpu' }, 'a:running', []],
    ['a model without history, over', { modelId: 'cpu' }, 'a:succeeded', ['fold 0±0']],
    ['a validation takes next to nothing', { type: 'validation' }, 'a:running', ['fold 0±0']],
    ['so does a transform', { type: 'transform' }, '', ['fold 0±0']],
    ['a sub-workflow', { type: 'workflow', config: { workflowId: 'w' } }, 'a:waiting', []],
    ['an approval', { type: 'approval' }, 'a:waiting', []],
    ['a signal', { type: 'wait', config: { wait: { signal: 'go' } } }, 'a:waiting', []],
    ['an instant, not yet reckoned', { type: 'wait', config: { wait: { until: 'params.at' } } }, '', []],
    ['a timer', { type: 'wait', config: { wait: { seconds: 60 } } }, '', ['fold 60±0']],
    ['a timer that nobody set', { type: 'wait' }, '', []],
  ])('%s', (_, a, rows, expected) => {
    expect(inShort(live('a -> fold', rows, { a, fold: gpu }, {}, none))).toEqual(expected);
  });

  test('one branch is enough', () => {
    const details = { a: { modelId: 'cpu' }, fold: gpu };
    const history = (id: string) => (id === 'a' ? null : usual);
    expect(inShort(live('a -> fold, b -> fold, b -> c', '', details, {}, history))).toEqual([]);
  });

  test.each<[Partial<WorkflowTask>, Partial<LiveTask>, string[]]>([
    [{ type: 'wait', config: { wait: { until: 'x' } } }, { notBefore: later(40) }, ['fold 40±0']],
    [{ type: 'wait', config: { wait: { seconds: 90 } } }, { notBefore: later(40) }, ['fold 40±0']],
    [{ type: 'wait', config: { wait: { seconds: 90 } } }, { notBefore: later(-1) }, ['fold 0±0']],
    [{ type: 'wait', config: { wait: { seconds: 90 } } }, since(20), ['fold 70±0']],
    [{ type: 'workflow', config: { workflowId: 'w' } }, since(20), ['fold 80±10']],
    [{ type: 'approval' }, { notBefore: later(40) }, []],
  ])('%o waits: %o', (a, row, expected) => {
    const execution = live('a -> fold', 'a:waiting', { a, fold: gpu }, { a: row });
    expect(inShort(execution)).toEqual(expected);
  });
});

describe('there is no forecast for tasks that will not run', () => {
  const joined = (join: WorkflowTask['config']['join']): Details => ({
    a: { config: { onFailure: 'continue' } },
    b: { config: { onFailure: 'continue' } },
    fold: { ...gpu, config: join ? { join } : {} },
    after: { ...gpu, config: { join: 'all_done' } },
  });
  const drawing = 'a -> fold -> after, b -> fold';
  test.each<[string, WorkflowTask['config']['join'], string[]]>([
    ['a:failed b:running', undefined, ['after 100±10']],
    ['a:skipped b:running', undefined, ['after 100±10']],
    ['a:skipped b:running', 'none_failed', ['fold 100±10', 'after 200±14']],
    ['a:cancelled b:running', 'none_failed', ['after 100±10']],
    ['a:failed b:running', 'all_done', ['fold 100±10', 'after 200±14']],
    ['a:failed b:running', 'one_succeeded', ['fold 100±10', 'after 200±14']],
    ['a:failed b:failed', 'one_succeeded', ['after 0±0']],
    ['a:failed b:running', 'one_failed', ['fold 100±10', 'after 200±14']],
    ['a:running b:running', 'one_failed', ['after 100±10']],
    ['a:failed b:running', 'all_failed', ['after 100±10']],
    ['a:failed b:failed', 'all_failed', ['fold 0±0', 'after 100±10']],
  ])('%s, %s', (rows, join, expected) => {
    expect(inShort(live(drawing, rows, joined(join)))).toEqual(expected);
  });

  test('a skip cascades', () => {
    const details = { a: { config: { onFailure: 'continue' as const } }, b: gpu, c: gpu };
    expect(inShort(live('a -> b -> c', 'a:failed', details))).toEqual([]);
  });

  test('no task starts in an execution that is about to fail', () => {
    expect(inShort(live('a, b -> fold', 'a:failed b:running', { fold: gpu }))).toEqual([]);
    expect(inShort(live('a, b -> fold', 'a:cancelled b:running', { fold: gpu }))).toEqual([]);
  });

  test('a condition is expected to hold', () => {
    expect(inShort(live('a -> fold', '', { fold: { ...gpu, condition: 'false' } }))).toEqual(['fold 100±10']);
  });
});

describe('maps', () => {
  const map = (maxConcurrency?: number): Details => ({
    m: { ...gpu, config: { map: { over: 'params.l', ...(maxConcurrency ? { maxConcurrency } : {}) } } },
    fold: gpu,
  });
  const items = (text: string): string => `m:waiting ${text}`;
  test.each<[string, number | undefined, Changes, string[]]>([
    ['', undefined, {}, ['m 0±0', 'fold 100±10']],
    [items('m[0]:running m[1]:ready'), undefined, { 'm[0]': since(30) }, ['fold 100±10']],
    [items('m[0]:running m[1]:succeeded'), undefined, { 'm[0]': since(30) }, ['fold 70±10']],
    [items('m[0]:succeeded m[1]:failed'), undefined, {}, ['fold 0±0']],
    [items('m[0]:running m[1]:pending m[2]:pending m[3]:pending'), 1, { 'm[0]': since(50) }, ['fold 350±20']],
    [items('m[0]:running m[1]:running m[2]:pending m[3]:pending'), 2, {}, ['fold 200±14']],
    [items('m[0]:running m[1]:running'), 1, {}, ['fold 100±10']],
  ])('%s, at most %s at once', (rows, concurrency, changes, expected) => {
    expect(inShort(live('m -> fold', rows, map(concurrency), changes))).toEqual(expected);
  });
});

test('needs of all executions by model, the earliest first', () => {
  const details = { fold: gpu, dock: { modelId: 'dock' } };
  const one = live('a -> fold -> dock', 'a:running', details);
  const two = { ...live('a -> fold', 'a:running', { fold: gpu }, { a: since(80) }), id: 'x2' };
  const needs = forecastNeeds([one, two], NOON);
  expect([...needs.keys()]).toEqual(['gpu', 'dock']);
  expect(needs.get('gpu')).toEqual([
    { at: later(20), uncertaintySeconds: 10, seconds: 100, executionId: 'x2', taskId: 'fold' },
    { at: later(100), uncertaintySeconds: 10, seconds: 100, executionId: 'x1', taskId: 'fold' },
  ]);
});

test('rows of an unknown task are ignored', () => {
  const execution = live('fold', 'fold', { fold: gpu });
  const stray: LiveTask[] = [null, 0].map((mapIndex) => ({
    taskId: 'gone',
    mapIndex,
    status: 'running',
    modelId: null,
    runningSince: null,
  }));
  expect(inShort({ ...execution, tasks: [...execution.tasks, ...stray] })).toEqual(['fold 0±0']);
});

test('a long chain is followed in one pass', () => {
  const chain = Array.from({ length: 5000 }, (_, index) => `t${index}`);
  expect(inShort(live([...chain, 'fold'].join(' -> '), '', { fold: gpu }))).toEqual(['fold 500000±707']);
});

test('a task that follows an open task of the same model takes over its slot', () => {
  const models = { align: gpu, fold: gpu, relax: gpu, other: { modelId: 'cpu' } };
  const takesOver = (rows: string): string[] =>
    (forecastNeeds([live('align -> fold -> relax, other -> relax', rows, models)], NOON).get('gpu') ?? [])
      .filter((need) => need.takesOver)
      .map(({ taskId }) => taskId);
  expect(takesOver('align:running other:running')).toEqual(['fold', 'relax']);
  expect(takesOver('align:succeeded fold:succeeded other:running')).toEqual([]);
});

test('running tasks have an expected end from their usual duration and its spread, others have none', () => {
  const expected = { seconds: 60, spreadSeconds: 10 };
  const ends = expectedEnds([
    { modelId: 'gpu', since: later(-30), expected },
    { modelId: 'gpu', since: later(0), expected },
    { modelId: 'dock', since: later(0), expected: null },
  ]);
  expect([...ends]).toEqual([['gpu', [later(40), later(70)]]]);
});

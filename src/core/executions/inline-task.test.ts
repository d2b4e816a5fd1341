import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from './advance.js';
import { evaluateInline, needsNoWorker, resultOf, type EvaluateInline } from './inline-task.js';
import { outputsForInline, outputsNeeded, readsOf } from './needed-outputs.js';
import { resultsByTask } from './results.js';
import { brief, execution, finishOf, follow, graphOf, NOON, row } from '../testing/workflow-drawing.js';
import { inputFor, outputFor } from '../workflows/mapping.js';
import type { Task, WorkflowTask } from '../workflows/workflow.js';

const transform = (inputMapping: WorkflowTask['inputMapping'] = null): Partial<WorkflowTask> => ({
  type: 'transform',
  inputMapping,
});
const context = { params: { n: 2 }, tasks: {}, execution: { id: 'e' } };
/** Costs about a quarter of what one evaluation may. */
const costly = (variable: string) => `${variable}.map(x, ${variable}.map(y, y)).size()`;
const task = (change: Partial<WorkflowTask>) => graphOf('a', { a: change }).task('a');

describe('a task without a worker', () => {
  test.each<[string, Partial<WorkflowTask>, unknown]>([
    ['a transform', transform({ twice: 'params.n * 2' }), { input: { twice: 4 }, output: { twice: 4 } }],
    [
      'an output mapping',
      { ...transform({ n: 'params.n' }), outputMapping: { next: 'output.n + 1' } },
      { input: { n: 2 }, output: { next: 3 } },
    ],
    [
      'a validation',
      { type: 'validation', inputMapping: { n: 'params.n' }, config: { schema: { required: ['n'] } } },
      { input: { n: 2 }, output: { valid: true } },
    ],
    ['a validation that fails', { type: 'validation', config: { schema: { required: ['n'] } } }, null],
    ['an expression that fails', transform({ n: 'params.missing' }), null],
    ['a large result', transform({ n: `"${'x'.repeat(70_000)}"` }), null],
    ['a file', transform({ $file: { name: '"a"' } }), null],
    ['a value that no row can hold', transform({ n: String.raw`"\u0000"` }), null],
  ])('%s', (_, change, expected) => {
    expect(evaluateInline(task(change), context)).toEqual(expected);
  });

  test('says what is not valid, for the worker that records it', () => {
    const strict = task({ type: 'validation', config: { schema: { required: ['n'] } } });
    expect(() => resultOf(strict, {}, context)).toThrow(
      expect.objectContaining({ code: 'validation_failed', message: expect.stringContaining('n') as string }),
    );
  });

  test('has one budget for all of its expressions and checks', () => {
    const list = Array.from({ length: 400 }, (_, n) => n);
    const asked = { ...context, params: { list } };
    const checking = (count: number) =>
      task({
        type: 'validation',
        inputMapping: { n: '1' },
        config: {
          checks: Array.from({ length: count }, () => ({ check: 'present', value: costly('params.list') })),
        },
      });
    expect(evaluateInline(checking(1), asked)).toEqual({ input: { n: 1 }, output: { valid: true } });
    expect(evaluateInline(checking(10), asked)).toBeNull();
  });

  test('is a transform or a validation, and no map', () => {
    const types = ['task', 'validation', 'transform', 'wait', 'approval', 'workflow'] as const;
    expect(types.filter((type) => needsNoWorker(task({ type })))).toEqual(['validation', 'transform']);
    expect(needsNoWorker(task({ ...transform(), config: { map: { over: '[1]' } } }))).toBe(false);
  });
});

describe('a decision that evaluates them', () => {
  const details = {
    a: transform({ x: 'params.n' }),
    b: transform({ x: 'tasks.a.output.x + 1' }),
    c: { ...transform({ x: 'tasks.a.output.x * 10' }), condition: 'tasks.a.output.x > 1' },
    d: transform(),
  };
  const state = execution({ parameters: { n: 2 } });

  test('ends a whole graph of them', () => {
    const { moves } = decide(graphOf('a -> b -> d, a -> c -> d', details), state, [], NOON, evaluateInline);
    expect(brief(moves)).toEqual([
      'complete a',
      'complete b',
      'complete c',
      'complete d',
      'finish succeeded',
    ]);
    expect(moves.at(-1)).toHaveProperty('output', {
      d: { task: 'd', parameters: { n: 2 }, inputs: { b: { x: 3 }, c: { x: 20 } } },
    });
  });

  test('stops at a task of a model, and at one that a worker has to run', () => {
    const broken = { ...details, b: transform({ x: 'params.missing' }), c: { type: 'task' as const } };
    const { moves } = decide(graphOf('a -> b -> d, a -> c -> d', broken), state, [], NOON, evaluateInline);
    expect(brief(moves)).toEqual(['complete a', 'release b', 'release c']);
  });

  test('is unfinished if it leaves some for later, and the next one goes on', () => {
    const graph = graphOf('a -> b -> d, a -> c -> d', details);
    let left = 2;
    const some: EvaluateInline = (...given) => (left-- > 0 ? evaluateInline(...given) : 'later');
    const first = decide(graph, state, [], NOON, some);
    expect({ ...first, moves: brief(first.moves) }).toEqual({
      moves: ['complete a', 'complete b'],
      whole: true,
      unfinished: true,
    });
    const rows = follow(
      graph.order.map((id) => row(id)),
      first.moves,
    );
    const next = decide(graph, state, rows, NOON, evaluateInline);
    expect(brief(next.moves)).toEqual(['complete c', 'complete d', 'finish succeeded']);
  });

  test('evaluates nothing while the execution is paused', () => {
    const paused = execution({ status: 'paused', parameters: { n: 2 } });
    expect(decide(graphOf('a -> b', details), paused, [], NOON, evaluateInline).moves).toEqual([]);
  });

  test('keeps what it evaluated if another task fails', () => {
    const failing = { ...details, c: { condition: 'params.missing' } };
    const { moves } = decide(graphOf('a -> b, a -> c', failing), state, [], NOON, evaluateInline);
    expect(brief(moves)).toEqual(['complete a', 'complete b', 'fail c', 'finish failed']);
  });
});

test('decisions that evaluate tasks end like workers that do, and read only the outputs that are named', () => {
  const kinds = fc.constantFrom<Partial<WorkflowTask>>(
    transform(),
    transform({ seen: 'size(tasks)', n: 'params.n' }),
    { ...transform(), condition: 'params.n > 1' },
    { ...transform(), condition: 'params.n > 2', config: { join: 'none_failed' } },
    { config: { join: 'none_failed' } },
    { type: 'task', condition: 'params.n > 2', config: { join: 'none_failed' } },
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(kinds, fc.nat(), fc.nat()), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      (tasks, n) => {
        // Each task but the first follows one or two earlier ones, and reads the first by name.
        const edges = tasks.flatMap(([, one, two], at) =>
          at === 0 ? ['t0'] : [...new Set([one % at, two % at])].map((before) => `t${before} -> t${at}`),
        );
        const reading = (change: Partial<WorkflowTask>, at: number): Partial<WorkflowTask> =>
          at > 0 && change.type === 'transform' && change.inputMapping
            ? { ...change, inputMapping: { ...change.inputMapping, first: 'tasks.t0.status' } }
            : change;
        const graph = graphOf(
          edges.join(', '),
          Object.fromEntries(tasks.map(([change], at) => [`t${at}`, reading(change, at)])),
        );
        const state = execution({ parameters: { n } });
        expect(runToEnd(graph, state, true)).toEqual(runToEnd(graph, state, false));
      },
    ),
    { numRuns: 300 },
  );
});

/** Runs every released task, as a worker does, until the execution ends. Decisions see no output that is not named. */
function runToEnd(graph: ReturnType<typeof graphOf>, state: ReturnType<typeof execution>, isInline: boolean) {
  let rows: Task[] = graph.order.map((id) => row(id));
  for (let round = 0; round < 20; round += 1) {
    const named = new Set([
      ...outputsNeeded(graph, rows),
      ...(isInline ? outputsForInline(graph, rows) : []),
    ]);
    const bare = rows.map((one) => (named.has(one.taskId) ? one : { ...one, output: null }));
    const { moves } = decide(graph, state, bare, NOON, isInline ? evaluateInline : undefined);
    rows = follow(rows, moves);
    const finish = finishOf(moves);
    if (finish)
      return { finish, rows: rows.map(({ taskId, status, output }) => ({ taskId, status, output })) };
    for (const one of rows) {
      if (one.status !== 'ready') continue;
      const { outputs, states } = readsOf(graph, one.taskId);
      const read = rows.filter(({ taskId }) => states === 'all' || states.has(taskId));
      const seen = read.map((other) => (outputs.has(other.taskId) ? other : { ...other, output: null }));
      const scope = { params: state.parameters, tasks: resultsByTask(seen), execution: { id: state.id } };
      const input = inputFor(graph.task(one.taskId), scope);
      Object.assign(one, {
        status: 'succeeded',
        output: outputFor(graph.task(one.taskId), { ...scope, output: input }),
      });
    }
  }
  throw new Error('It does not end.');
}

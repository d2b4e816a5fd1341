import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, outputsNeeded } from './advance.js';
import { ended } from './board.js';
import { parseGraph, type Graph } from './graph.js';
import { execution, follow, later, NOON, row, sketch } from './sketch.js';
import { JOIN_RULES, type Execution, type Task, type TaskType, type WorkflowTask } from './workflow.js';

/** A task of a random graph: `reach` picks its dependencies among the tasks before it. */
const shape = fc.record({
  reach: fc.array(fc.nat(6), { maxLength: 3 }),
  type: fc.constantFrom<TaskType>('task', 'task', 'task', 'wait', 'approval', 'workflow'),
  join: fc.constantFrom(...JOIN_RULES, undefined),
  onFailure: fc.constantFrom('fail', 'continue', 'continue', undefined),
  condition: fc.constantFrom(
    null,
    null,
    'true',
    'false',
    'params.nope',
    'size(tasks) > 2',
    'tasks.t0.output == 1',
    'tasks.t1.output > 2',
  ),
  over: fc.constantFrom(null, null, null, '[]', '[1, 2, 3]', 'params.list', '"no list"', '[tasks.t0.output]'),
  maxConcurrency: fc.constantFrom(undefined, 1, 2),
  toleratedFailures: fc.constantFrom(undefined, 1),
  signal: fc.boolean(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined | null> } =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as never;

function graphOf(shapes: readonly Shape[]): Graph {
  const details: Record<string, Partial<WorkflowTask>> = {};
  for (const [index, { reach, over, signal, condition, ...rest }] of shapes.entries()) {
    const { join, onFailure, maxConcurrency, toleratedFailures } = rest;
    const map = over === null ? undefined : { over, ...given({ maxConcurrency, toleratedFailures }) };
    details[`t${index}`] = {
      type: map ? 'task' : rest.type,
      condition,
      dependsOn: [...new Set(reach.filter((back) => back < index).map((back) => `t${index - 1 - back}`))],
      config: {
        ...given({ join, onFailure, map }),
        wait: signal ? { signal: 's' } : { seconds: 1 },
        workflowId: 'w',
      },
    };
  }
  const mapped = shapes.length % 2 === 0 ? { last: `tasks.t${shapes.length - 1}.output` } : null;
  return parseGraph(
    sketch(shapes.map((_, index) => `t${index}`).join(','), details, { outputMapping: mapped }),
  );
}

/** Something outside happens to one row: a claim, a result, a retry, a lost worker, a signal. */
function happen(graph: Graph, task: Task, dice: number): void {
  const isMap = graph.task(task.taskId).config.map !== undefined && task.mapIndex === null;
  const fates: Partial<Record<Task['status'], Task['status'][]>> = {
    ready: ['queued', 'queued', 'queued', 'failed'],
    queued: ['running', 'running', 'running', 'ready'],
    running: ['succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed', 'ready', 'cancelled'],
    waiting: isMap ? [] : ['succeeded', 'succeeded', 'failed'],
  };
  const fate = fates[task.status] ?? [];
  task.status = fate[dice % Math.max(1, fate.length)] ?? task.status;
  if (task.status === 'succeeded') task.output = dice % 4;
}

const settings = { numRuns: 400 };
const anyGraph = fc.array(shape, { minLength: 1, maxLength: 12 });
const anyLuck = fc.infiniteStream(fc.nat(1000));

test('whatever happens, in whatever order, the execution ends and so does every task', () => {
  fc.assert(
    fc.property(anyGraph, anyLuck, (shapes, luck) => {
      const graph = graphOf(shapes);
      const next = (): number => Number(luck.next().value);
      const state: Execution = execution({ parameters: { list: [1, 2] } });
      let rows = graph.order.map((id) => row(id));
      for (let round = 0; ; round += 1) {
        expect(round).toBeLessThan(5000);
        state.status = state.status === 'paused' || next() % 20 > 0 ? 'running' : 'paused';
        const now = later(next() % 3 === 0 ? 400 : 0);
        const moves = advance(graph, state, rows, now);
        for (const move of moves)
          if (
            move.kind === 'release' ||
            move.kind === 'expand' ||
            move.kind === 'wait' ||
            move.kind === 'spawn'
          ) {
            const after = follow(rows, moves);
            const before = graph.dependencies(move.taskId);
            expect(after.filter(({ taskId }) => before.includes(taskId)).every(ended)).toBe(true);
          }
        const needed = outputsNeeded(graph, rows);
        const bare = rows.map((task) => (needed.has(task.taskId) ? task : { ...task, output: null }));
        expect(advance(graph, state, bare, now)).toEqual(moves);
        const names = moves.map((move) => JSON.stringify(move));
        expect(new Set(names).size).toBe(names.length);
        rows = follow(rows, moves);
        if (moves.some(({ kind }) => kind === 'finish')) break;
        expect(advance(graph, state, rows, now)).toEqual([]);
        const live = rows.filter((task) => !ended(task) && task.status !== 'pending');
        const lucky = live[next() % Math.max(1, live.length)];
        if (lucky) happen(graph, lucky, next());
      }
      expect(rows.every(ended)).toBe(true);
    }),
    settings,
  );
});

test('a deadline ends anything at once', () => {
  fc.assert(
    fc.property(anyGraph, (shapes) => {
      const graph = graphOf(shapes);
      const rows = graph.order.map((id) => row(id));
      const moves = advance(graph, execution({ deadline: NOON }), rows, NOON);
      expect(moves.at(-1)).toMatchObject({ kind: 'finish', status: 'timed_out' });
      expect(follow(rows, moves).every(ended)).toBe(true);
    }),
    settings,
  );
});

/** Random graphs, settings and results, including those that nobody would write on purpose. */
import * as fc from 'fast-check';
import { parseGraph, type Graph } from '../workflows/graph.js';
import { drawWorkflow } from './workflow-drawing.js';
import type { TaskStatus } from '../status.js';
import {
  JOIN_RULES,
  type Task,
  type TaskConfig,
  type TaskType,
  type WorkflowTask,
} from '../workflows/workflow.js';
import type { JsonObject } from '../json/json.js';

/** The parameters that the expressions of these graphs read. */
export const PARAMETERS: JsonObject = { list: [1, 2], face: 'a😀' };

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
  over: fc.constantFrom(
    null,
    null,
    null,
    '[]',
    '[1, 2, 3]',
    'params.list',
    '"no list"',
    '[tasks.t0.output]',
    'params.face.split("")',
  ),
  maxConcurrency: fc.constantFrom(undefined, 1, 2),
  toleratedFailures: fc.constantFrom(undefined, 1),
  wait: fc.constantFrom<TaskConfig['wait']>(
    { signal: 's' },
    { seconds: 60 },
    { seconds: 0 },
    { seconds: 1e12 },
    { until: '"2020-01-01T00:00:00Z"' },
    { until: '"+020000-01-01T00:00:00Z"' },
  ),
  approval: fc.record({
    text: fc.constantFrom(undefined, '"Go on?"', 'params.face', 'tasks.t0.output', 'string(size(tasks))'),
    timeoutSeconds: fc.constantFrom(undefined, 60, 60, 300),
    defaultOutcome: fc.constantFrom(undefined, 'approved', 'rejected', 'fail'),
    onRejection: fc.constantFrom(undefined, 'succeed', 'fail'),
  }),
});
export type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined | null> } =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as never;

export function graphOf(shapes: readonly Shape[]): Graph {
  const details: Record<string, Partial<WorkflowTask>> = {};
  for (const [index, { reach, over, wait, approval, condition, ...rest }] of shapes.entries()) {
    const { join, onFailure, maxConcurrency, toleratedFailures } = rest;
    const map = over === null ? undefined : { over, ...given({ maxConcurrency, toleratedFailures }) };
    details[`t${index}`] = {
      type: map ? 'task' : rest.type,
      condition,
      inputMapping: rest.type === 'approval' ? { seen: 'params.list' } : null,
      dependsOn: [...new Set(reach.filter((back) => back < index).map((back) => `t${index - 1 - back}`))],
      config: {
        ...given({ join, onFailure, map }),
        ...given({ wait }),
        approval: given(approval),
        workflowId: 'w',
      },
    };
  }
  const last = `tasks.t${shapes.length - 1}.output`;
  const outputMapping = [null, { last }, { last, nul: '"\\u0000"' }][shapes.length % 3] ?? null;
  return parseGraph(
    drawWorkflow(shapes.map((_, index) => `t${index}`).join(','), details, { outputMapping }),
  );
}

export const anyGraph = fc.array(shape, { minLength: 1, maxLength: 12 });
export const anyNumbers = fc.infiniteStream(fc.nat(1000));

/** The next state of a row: a claim, a result, a retry, a lost worker, a signal. */
export function nextStatusOf(
  graph: Graph,
  task: Pick<Task, 'taskId' | 'mapIndex' | 'status'>,
  choice: number,
): TaskStatus {
  const isMap = graph.task(task.taskId).config.map !== undefined && task.mapIndex === null;
  const nextStatuses: Partial<Record<TaskStatus, TaskStatus[]>> = {
    ready: ['queued', 'queued', 'queued', 'failed'],
    queued: ['running', 'running', 'running', 'ready'],
    running: ['succeeded', 'succeeded', 'succeeded', 'succeeded', 'failed', 'ready', 'cancelled'],
    waiting: isMap ? [] : ['succeeded', 'succeeded', 'failed'],
  };
  const choices = nextStatuses[task.status];
  return choices?.[choice % choices.length] ?? task.status;
}

/** Workflows from one-line drawings, and rows that follow the transitions: for tests and examples of decisions. */
import { stillKept } from '../executions/signals.js';
import { advance } from '../executions/advance.js';
import { dagOf, parseGraph, type Graph } from '../workflows/graph.js';
import type { Transition } from '../executions/transitions.js';
import { TASK_MOVES, type TaskStatus } from '../status.js';
import type { Execution, Task, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

/** `a -> b -> d, a -> c -> d, e`: tasks in the order of their first mention. */
export function drawWorkflow(
  drawing: string,
  details: Record<string, Partial<WorkflowTask>> = {},
  version: Partial<WorkflowDefinition> = {},
): WorkflowDefinition {
  const dependsOn = new Map<string, string[]>();
  for (const path of drawing.split(',').filter((path) => path.trim())) {
    const ids = path.split('->').map((id) => id.trim());
    for (const [place, id] of ids.entries())
      dependsOn.set(id, [...(dependsOn.get(id) ?? []), ...ids.slice(place - 1, place)]);
  }
  const tasks = [...dependsOn].map(([taskId, dependsOn]): WorkflowTask => ({
    taskId,
    name: taskId,
    description: null,
    type: 'task',
    modelId: null,
    serviceId: null,
    config: {},
    inputMapping: null,
    outputMapping: null,
    dependsOn,
    condition: null,
    timeout: 300,
    ...details[taskId],
  }));
  return {
    id: 'sketch',
    name: 'Sketch',
    description: null,
    category: 'test',
    version: '1.0.0',
    dag: dagOf(tasks),
    inputSchema: {},
    outputSchema: {},
    outputMapping: null,
    defaultParameters: {},
    timeout: 7200,
    maxRetries: 2,
    minTier: 1,
    requiresAuditTrail: false,
    hipaaCompliant: false,
    tasks,
    parameters: [],
    ...version,
  };
}

export const row = (taskId: string, change: Partial<Task> = {}): Task => ({
  id: `${taskId}:${change.mapIndex ?? ''}`,
  taskId,
  mapIndex: null,
  status: 'pending',
  attempt: 0,
  output: null,
  error: null,
  notBefore: null,
  ...change,
});

/** The rows after the transitions, as in the ledger. Throws on a transition that the state machine does not allow. */
export function follow(rows: readonly Task[], moves: readonly Transition[]): Task[] {
  const next = rows.map((row) => ({ ...row }));
  for (const move of moves) {
    if (move.kind === 'finish') continue;
    const index = 'mapIndex' in move ? move.mapIndex : null;
    const target = next.find(({ taskId, mapIndex }) => taskId === move.taskId && mapIndex === index);
    const status = ARRIVES[move.kind];
    if (!target || !(TASK_MOVES[target.status] as readonly TaskStatus[]).includes(status))
      throw new Error(`${move.kind} of ${move.taskId} is not possible`);
    target.status = status;
    if (move.kind === 'fail') target.error = move.error;
    if (move.kind === 'complete') target.output = move.output;
    if (move.kind === 'receive') target.output = move.signal.payload;
    if (move.kind === 'wait') target.notBefore = move.until;
    if (move.kind === 'request') target.notBefore = move.approval.until;
    if (move.kind === 'decide') target.output = move.output;
    if (move.kind === 'expand') next.push(...move.items.map((_, mapIndex) => row(move.taskId, { mapIndex })));
    if (move.kind === 'collect')
      target.output = next.filter((item) => isItem(item, move.taskId)).map(outputOf);
  }
  return next;
}

const ARRIVES: Record<Exclude<Transition['kind'], 'finish'>, TaskStatus> = {
  complete: 'succeeded',
  release: 'ready',
  skip: 'skipped',
  fail: 'failed',
  expand: 'waiting',
  collect: 'succeeded',
  wait: 'waiting',
  wake: 'succeeded',
  receive: 'succeeded',
  request: 'waiting',
  decide: 'succeeded',
  spawn: 'waiting',
  cancel: 'cancelled',
};

const isItem = (row: Task, taskId: string): boolean => row.taskId === taskId && row.mapIndex !== null;
const outputOf = ({ output }: Task): Task['output'] => output;

export const NOON = new Date('2026-01-01T12:00:00Z');

export const execution = (change: Partial<Execution> = {}): Execution => ({
  id: 'x1',
  status: 'running',
  parameters: {},
  createdAt: NOON,
  startedAt: NOON,
  deadline: null,
  spentUsd: '0',
  budgetUsd: null,
  ...change,
});

export const later = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000);

export const graphOf = (...drawn: Parameters<typeof drawWorkflow>): Graph =>
  parseGraph(drawWorkflow(...drawn));

/** Rows from a text such as `a:succeeded b m[0]:ready`; `changes` are by task or item, such as `m[0]`. */
export const rowsOf = (text: string, changes: Record<string, Partial<Task>> = {}): Task[] =>
  text.split(' ').map((word) => {
    const [name = '', status = 'pending'] = word.split(':');
    const [taskId = '', index] = name.split(/[[\]]/);
    const mapIndex = index === undefined ? null : Number(index);
    return row(taskId, { mapIndex, status: status as TaskStatus, ...changes[name] });
  });

/** The transitions of a decision and of a second decision after it, so that a repeated transition shows. */
export function movesOf(
  graph: Graph,
  rows: Task[],
  change: Partial<Execution> = {},
  now = NOON,
): Transition[] {
  const moves = advance(graph, execution(change), rows, now);
  if (finishOf(moves)) return moves;
  const after = execution({ ...change, signals: stillKept(change.signals, moves) });
  return [...moves, ...advance(graph, after, follow(rows, moves), now)];
}

export const finishOf = (moves: readonly Transition[]): Transition | undefined =>
  moves.find(({ kind }) => kind === 'finish');

/** Transitions as short texts: `release a`, `cancel m[1]`, `finish succeeded`. */
export const brief = (moves: readonly Transition[]): string[] =>
  moves.map((move) => {
    if (move.kind === 'finish') return `finish ${move.status}`;
    const index = 'mapIndex' in move && move.mapIndex !== null ? `[${move.mapIndex}]` : '';
    return `${move.kind} ${move.taskId}${index}`;
  });

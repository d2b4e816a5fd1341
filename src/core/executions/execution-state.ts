/** The state of an execution during one decision: a working copy of its rows, and the variables of its expressions. */
import type { Graph } from '../workflows/graph.js';
import type { Context } from '../workflows/mapping.js';
import { failedOrCancelled } from '../workflows/join.js';
import { compareUsd } from '../money/money.js';
import { skippedOutput } from './results.js';
import { isTerminal, type TaskStatus } from '../status.js';
import type { Execution, Failure, Signal, Task, WorkflowTask } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';
import type { EvaluateInline } from './inline-task.js';

export interface Item {
  mapIndex: number;
  status: TaskStatus;
  output: Json;
  error: Failure | null;
}

/** Counts of a map's items, used while most of the items are not loaded. */
export interface Tally {
  /** Failed or cancelled. */
  fallen: number;
  /** Released and not ended; for a map without a limit, 1 means any number. */
  active: number;
  /** The next items to release, in order. */
  pending: Pick<Item, 'mapIndex' | 'status'>[];
}

/** One task: its own row and, for a map, the rows of its items in order. */
export interface Step {
  task: WorkflowTask;
  /** Shared with `ExecutionState.scope`, so that expressions see what this decision has already changed. */
  state: { status: TaskStatus; output: Json };
  error: Failure | null;
  dueAt: Date | null;
  /** Its input was given: a worker runs it, whatever its type. */
  inputGiven: boolean;
  items: Item[];
  /** Replaces `items` for a map whose items are not all loaded. */
  tally: Tally | null;
}

export interface ExecutionState {
  graph: Graph;
  execution: Execution;
  now: Date;
  /** By this, timers and time limits are due: `now`, or when it was paused. */
  clock: Date;
  /** Paused, or its budget is spent: no task starts. */
  held: boolean;
  steps: Map<string, Step>;
  /** Variables of conditions, `map.over`, `wait.until` and the workflow's output mapping. */
  scope: Context;
  evaluate: EvaluateInline;
  /** Received and not yet taken, the oldest first. */
  signals: Signal[];
  /** Tasks are left for the next decision, which has to follow at once. */
  unfinished: boolean;
}

/**
 * @param steps of all tasks or of some; expressions see only these
 * @param evaluate tasks that need no worker; null leaves them to one
 */
export function loadState(
  graph: Graph,
  execution: Execution,
  now: Date,
  steps: Map<string, Step>,
  evaluate: EvaluateInline = () => null,
): ExecutionState {
  const states = Object.fromEntries([...steps].map(([id, { state }]) => [id, state]));
  const scope = { params: execution.parameters, tasks: states, execution: { id: execution.id } };
  const held = execution.status === 'paused' || execution.rootPaused === true || hasSpentBudget(execution);
  const signals = [...(execution.signals ?? [])];
  const clock = execution.pausedAt ?? now;
  return { graph, execution, now, clock, held, steps, scope, evaluate, signals, unfinished: false };
}

/** True once the execution has cost its budget. */
export const hasSpentBudget = ({ spentUsd, budgetUsd }: Execution): boolean =>
  budgetUsd !== null && compareUsd(spentUsd, budgetUsd) >= 0;

/**
 * Steps in the graph's order. A task without a row counts as pending.
 *
 * @param ids of the tasks to load
 */
export function stepsOf(
  graph: Graph,
  tasks: readonly Task[],
  ids: readonly string[] = graph.order,
): Map<string, Step> {
  const steps = new Map<string, Step>();
  for (const id of ids)
    steps.set(id, {
      task: graph.task(id),
      state: { status: 'pending', output: null },
      error: null,
      dueAt: null,
      inputGiven: false,
      items: [],
      tally: null,
    });
  for (const { taskId, mapIndex, status, output, error, notBefore, inputGiven = false } of tasks) {
    const step = stepOf(steps, taskId);
    if (mapIndex !== null) step.items.push({ mapIndex, status, output, error });
    else {
      const made = status === 'skipped' ? skippedOutput(step.task) : output;
      Object.assign(step, { state: { status, output: made }, error, dueAt: notBefore, inputGiven });
    }
  }
  for (const { items } of steps.values()) items.sort((a, b) => a.mapIndex - b.mapIndex);
  return steps;
}

/** @param id of a loaded task */
export const stepOf = (steps: Map<string, Step>, id: string): Step => steps.get(id) as Step;

export const ended = ({ status }: { status: TaskStatus }): boolean => isTerminal('task', status);

/** The task or an item of it is running, or has a child that may be. */
export const runs = ({ task, state, items }: Step): boolean => {
  const isActive = ({ status }: { status: TaskStatus }) =>
    status === 'running' || (task.type === 'workflow' && status === 'waiting');
  return task.config.map ? items.some(isActive) : isActive(state);
};

/** All rows of the task are terminal. */
export const closed = ({ state, items }: Step): boolean => ended(state) && items.every(ended);

/** The task whose failure fails the execution; null if there is none. Failed tasks come before cancelled ones. */
export function failedStep(steps: Iterable<Step>): Step | null {
  const fatal = [...steps].filter(
    ({ state, task }) => failedOrCancelled(state) && task.config.onFailure !== 'continue',
  );
  return fatal.find(({ state }) => state.status === 'failed') ?? fatal[0] ?? null;
}

/** An execution laid out for one decision: a working copy of its rows, and what expressions see of them. */
import type { Graph } from '../workflows/graph.js';
import { failedOrCancelled } from '../workflows/join.js';
import { compareUsd } from '../money/money.js';
import { skippedOutput } from './results.js';
import { isTerminal, type TaskStatus } from '../status.js';
import type { Execution, Failure, Task, WorkflowTask } from '../workflows/workflow.js';
import type { Json } from '../json/json.js';

export interface Item {
  mapIndex: number;
  status: TaskStatus;
  output: Json;
  error: Failure | null;
}

/** What counts of a map's items while most of them are not loaded. */
export interface Tally {
  /** Failed or cancelled. */
  fallen: number;
  /** Released and not ended; of a map without a limit, 1 stands for any number. */
  active: number;
  /** The next that may be released, in order. */
  pending: Pick<Item, 'mapIndex' | 'status'>[];
}

/** One task: its own row and, for a map, the rows of its items in order. */
export interface Step {
  task: WorkflowTask;
  /** Shared with `Board.scope`, so expressions see what this decision has already changed. */
  state: { status: TaskStatus; output: Json };
  error: Failure | null;
  dueAt: Date | null;
  items: Item[];
  /** In place of the items of a map of which not all are loaded. */
  tally: Tally | null;
}

export interface ExecutionState {
  graph: Graph;
  execution: Execution;
  now: Date;
  /** Paused or out of money: nothing begins. */
  held: boolean;
  steps: Map<string, Step>;
  /** Variables of conditions, `map.over`, `wait.until` and the workflow's output mapping. */
  scope: Record<string, unknown>;
}

/** @param steps of all tasks, or of some: expressions then see no other */
export function loadState(
  graph: Graph,
  execution: Execution,
  now: Date,
  steps: Map<string, Step>,
): ExecutionState {
  const states = Object.fromEntries([...steps].map(([id, { state }]) => [id, state]));
  const scope = { params: execution.parameters, tasks: states, execution: { id: execution.id } };
  const held = execution.status === 'paused' || hasSpentBudget(execution);
  return { graph, execution, now, held, steps, scope };
}

/** It has cost what it may cost. */
export const hasSpentBudget = ({ spentUsd, budgetUsd }: Execution): boolean =>
  budgetUsd !== null && compareUsd(spentUsd, budgetUsd) >= 0;

/**
 * In the graph's order. A task without a row counts as pending.
 *
 * @param ids of the tasks that are looked at
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
      items: [],
      tally: null,
    });
  for (const { taskId, mapIndex, status, output, error, notBefore } of tasks) {
    const step = stepOf(steps, taskId);
    if (mapIndex !== null) step.items.push({ mapIndex, status, output, error });
    else {
      const made = status === 'skipped' ? skippedOutput(step.task) : output;
      Object.assign(step, { state: { status, output: made }, error, dueAt: notBefore });
    }
  }
  for (const { items } of steps.values()) items.sort((a, b) => a.mapIndex - b.mapIndex);
  return steps;
}

/** For ids that are looked at. */
export const stepOf = (steps: Map<string, Step>, id: string): Step => steps.get(id) as Step;

export const ended = ({ status }: { status: TaskStatus }): boolean => isTerminal('task', status);

/** Something of the task is at work. */
export const runs = ({ state, items }: Step): boolean =>
  state.status === 'running' || items.some(({ status }) => status === 'running');

/** Every row of the task is terminal. */
export const closed = ({ state, items }: Step): boolean => ended(state) && items.every(ended);

/** The task whose failure fails the execution; null while there is none. A real failure explains more than a cancel. */
export function failedStep(steps: Iterable<Step>): Step | null {
  const fatal = [...steps].filter(
    ({ state, task }) => failedOrCancelled(state) && task.config.onFailure !== 'continue',
  );
  return fatal.find(({ state }) => state.status === 'failed') ?? fatal[0] ?? null;
}

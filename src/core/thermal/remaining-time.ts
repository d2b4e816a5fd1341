/** Estimates the remaining time of a task that is running or could start. */
import { isTerminal, type TaskStatus } from '../status.js';
import { secondsUntil } from '../time/saturated.js';
import type { Graph } from '../workflows/graph.js';
import type { WorkflowTask } from '../workflows/workflow.js';

/** The expected duration of a task, from recent runs. */
export interface Expected {
  seconds: number;
  spreadSeconds: number;
}

/** A row of a task, or of one item of a map. */
export interface LiveTask {
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  modelId: string | null;
  runningSince: Date | null;
  /** When a timer or a retry is due, if known. */
  notBefore?: Date | null;
}

export interface LiveExecution {
  id: string;
  graph: Graph;
  tasks: readonly LiveTask[];
  /** The duration of a task, or of one item of a map. Null without history: then no forecast is made for the tasks after it. */
  expected(taskId: string): Expected | null;
}

/** Remaining time. Uncertainties are independent, so their variances add up. */
export interface RemainingTime {
  seconds: number;
  variance: number;
}

export const NO_TIME: RemainingTime = { seconds: 0, variance: 0 };

/** Null if unknown. */
export const sum = (a: RemainingTime, b: RemainingTime | null): RemainingTime | null =>
  b && { seconds: a.seconds + b.seconds, variance: a.variance + b.variance };

/** A task with its own row and, for a map, the rows of its items. */
export interface LiveStep {
  task: WorkflowTask;
  row: LiveTask;
  items: LiveTask[];
}

export function remainingTimeOf(
  { task, row, items }: LiveStep,
  execution: LiveExecution,
  now: Date,
): RemainingTime | null {
  const { taskId, type, config } = task;
  if (type === 'approval') return null;
  if (type === 'wait') return timerOf(row, config.wait, now);
  // Validations and transforms take almost no time. Other tasks need a history.
  const brief = type === 'validation' || type === 'transform';
  const whole = execution.expected(taskId) ?? (brief ? { seconds: 0, spreadSeconds: 0 } : null);
  if (!whole) return null;
  if (items.length === 0) return { seconds: remaining(row, whole, now), variance: whole.spreadSeconds ** 2 };
  return ofItems(items, whole, config.map?.maxConcurrency, now);
}

/** Items that have not started follow those that end, so there are never more at once than now or than the limit. */
function ofItems(
  items: readonly LiveTask[],
  whole: Expected,
  maxConcurrency: number | undefined,
  now: Date,
): RemainingTime {
  const open = items.filter(({ status }) => !isTerminal('task', status));
  const each = open.map((item) => remaining(item, whole, now));
  const started = open.filter(({ status }) => status !== 'pending').length;
  const lanes = Math.max(1, started, Math.min(maxConcurrency ?? open.length, open.length));
  const shared = each.reduce((total, seconds) => total + seconds, 0) / lanes;
  const longest = each.reduce((most, seconds) => Math.max(most, seconds), 0);
  return { seconds: Math.max(longest, shared), variance: whole.spreadSeconds ** 2 * (open.length / lanes) };
}

/** Null for a signal, because its time is unknown. */
function timerOf(
  { status, notBefore, runningSince }: LiveTask,
  wait: WorkflowTask['config']['wait'],
  now: Date,
): RemainingTime | null {
  if (wait?.signal !== undefined) return null;
  if (status === 'waiting' && notBefore)
    return { seconds: Math.max(0, secondsUntil(notBefore, now)), variance: 0 };
  if (wait?.seconds === undefined) return null;
  return { seconds: Math.max(0, wait.seconds - elapsed(runningSince, now)), variance: 0 };
}

/** A task that has taken longer than expected may end at any moment, so 0 s remain. */
function remaining({ status, notBefore, runningSince }: LiveTask, whole: Expected, now: Date): number {
  if (status === 'running' || status === 'waiting')
    return Math.max(0, whole.seconds - elapsed(runningSince, now));
  const pause = notBefore ? Math.max(0, secondsUntil(notBefore, now)) : 0;
  return pause + whole.seconds;
}

const elapsed = (since: Date | null, now: Date): number =>
  since ? Math.max(0, secondsUntil(now, since)) : 0;

/** When each model will next be needed: the tasks that are not yet ready, and the instants at which they should be. */
import {
  remainingTimeOf,
  NO_TIME,
  sum,
  type Expected,
  type LiveExecution,
  type LiveStep,
  type RemainingTime,
} from './remaining-time.js';
import { whySkipped, failedOrCancelled } from '../workflows/join.js';
import { later } from '../time/saturated.js';
import { isTerminal, type TaskStatus } from '../status.js';
import type { WorkflowTask } from '../workflows/workflow.js';

/** A task that is going to need a model, and the earliest instant at which it is expected to be ready. */
export interface Need {
  at: Date;
  /** How much sooner or later it may well be. */
  uncertaintySeconds: number;
  /** How long it is expected to keep its place; left out: nobody can say. */
  seconds?: number;
  executionId: string;
  taskId: string;
  /** It comes after an open task of the same model in its execution, and so into that one's place. */
  takesOver?: true;
}

/**
 * By model, the earliest first. Whatever is open is expected to succeed and every condition to hold, so a need may turn
 * out to be none. Waiting for a slot is not counted, so an instant is the earliest that can be expected.
 */
export function forecastNeeds(executions: readonly LiveExecution[], now: Date): Map<string, Need[]> {
  const byModel = new Map<string, Need[]>();
  for (const execution of executions)
    for (const { modelId, need } of needsOf(execution, now)) {
      const needs = byModel.get(modelId);
      if (needs) needs.push(need);
      else byModel.set(modelId, [need]);
    }
  for (const needs of byModel.values()) needs.sort((a, b) => a.at.getTime() - b.at.getTime());
  return byModel;
}

interface End {
  /** Reached or expected. */
  status: TaskStatus;
  left: RemainingTime | null;
  /** Models of what is still open up to here. */
  models: ReadonlySet<string>;
}

/** A single pass in the graph's order: a task is ready when the last of its dependencies ends. */
function needsOf(execution: LiveExecution, now: Date): { modelId: string; need: Need }[] {
  const steps = stepsOf(execution);
  if (steps.some(isFatal)) return [];
  const found: { modelId: string; need: Need }[] = [];
  const ends = new Map<string, End>();
  for (const step of steps) {
    const { task, row } = step;
    const { taskId } = task;
    const before = task.dependsOn.map((id) => ends.get(id) as End);
    const pending = row.status === 'pending';
    const ready = pending ? last(before) : NO_TIME;
    const skipped = pending && isSkipped(task, before);
    const models = new Set(before.flatMap((end) => [...end.models]));
    if (skipped || isTerminal('task', row.status)) {
      ends.set(taskId, { status: skipped ? 'skipped' : row.status, left: ready, models });
      continue;
    }
    const { modelId } = row;
    const left = ready && sum(ready, remainingTimeOf(step, execution, now));
    ends.set(taskId, {
      status: 'succeeded',
      left,
      models: modelId === null ? models : new Set(models).add(modelId),
    });
    if (!pending || !ready || modelId === null) continue;
    const whole = execution.expected(taskId);
    const need: Need = {
      at: later(now, ready.seconds * 1000),
      uncertaintySeconds: Math.sqrt(ready.variance),
      ...(whole && { seconds: whole.seconds }),
      executionId: execution.id,
      taskId,
      ...(models.has(modelId) && { takesOver: true as const }),
    };
    found.push({ modelId, need });
  }
  return found;
}

/** Nothing begins any more in an execution that is about to fail. */
const isFatal = ({ task, row }: LiveStep): boolean =>
  failedOrCancelled(row) && task.config.onFailure !== 'continue';

const isSkipped = ({ config }: WorkflowTask, before: readonly End[]): boolean =>
  whySkipped(
    config.join ?? 'all_succeeded',
    before.map(({ status }) => status),
  ) !== null;

/** The critical path is the one that ends last, of two alike the less certain one; its spread alone counts. */
function last(before: readonly End[]): RemainingTime | null {
  let latest = NO_TIME;
  for (const { left } of before) {
    if (!left) return null;
    const { seconds, variance } = left;
    if (seconds > latest.seconds || (seconds === latest.seconds && variance > latest.variance)) latest = left;
  }
  return latest;
}

/** In the graph's order. A task without a row counts as pending. */
function stepsOf({ graph, tasks }: LiveExecution): LiveStep[] {
  const steps = new Map<string, LiveStep>();
  for (const taskId of graph.order) {
    const task = graph.task(taskId);
    const row = {
      taskId,
      mapIndex: null,
      status: 'pending',
      modelId: task.modelId,
      runningSince: null,
    } as const;
    steps.set(taskId, { task, row, items: [] });
  }
  for (const row of tasks) {
    const step = steps.get(row.taskId);
    if (row.mapIndex !== null) step?.items.push(row);
    else if (step) step.row = row;
  }
  return [...steps.values()];
}

/** An invocation that runs, of a model. */
export interface Running {
  modelId: string;
  since: Date;
  expected: Expected | null;
}

/** By model: when what runs now should have ended, as far as anybody can say. */
export function expectedEnds(running: readonly Running[]): Map<string, Date[]> {
  const byModel = new Map<string, Date[]>();
  for (const { modelId, since, expected } of running) {
    if (!expected) continue;
    const end = later(since, (expected.seconds + expected.spreadSeconds) * 1000);
    byModel.set(modelId, [...(byModel.get(modelId) ?? []), end]);
  }
  return byModel;
}

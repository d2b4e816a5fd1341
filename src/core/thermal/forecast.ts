/** Forecasts when each model is needed: the tasks that are not ready yet, and when they are expected to be. */
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

/** A task that will need a model, and the earliest time at which it is expected to be ready. */
export interface Need {
  at: Date;
  /** How much earlier or later it may be. */
  uncertaintySeconds: number;
  /** How long it is expected to occupy its slot; left out if unknown. */
  seconds?: number;
  executionId: string;
  taskId: string;
  /** It follows an open task of the same model in its execution, so it can use that task's slot. */
  takesOver?: true;
}

/**
 * Needs by model, the earliest first. It assumes that open tasks succeed and conditions hold, so some needs may not occur.
 * Waiting for a slot is not counted, so each time is the earliest that can be expected.
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
  /** The actual or the expected status. */
  status: TaskStatus;
  left: RemainingTime | null;
  /** Models of the open tasks up to here. */
  models: ReadonlySet<string>;
}

/** A single pass in the graph's order: a task is ready once its last dependency has ended. */
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

/** In an execution that is about to fail, no task starts any more. */
const isFatal = ({ task, row }: LiveStep): boolean =>
  failedOrCancelled(row) && task.config.onFailure !== 'continue';

const isSkipped = ({ config }: WorkflowTask, before: readonly End[]): boolean =>
  whySkipped(
    config.join ?? 'all_succeeded',
    before.map(({ status }) => status),
  ) !== null;

/** The critical path ends last; if two end at the same time, the less certain one counts. Only its own uncertainty is used. */
function last(before: readonly End[]): RemainingTime | null {
  let latest = NO_TIME;
  for (const { left } of before) {
    if (!left) return null;
    const { seconds, variance } = left;
    if (seconds > latest.seconds || (seconds === latest.seconds && variance > latest.variance)) latest = left;
  }
  return latest;
}

/** Steps in the graph's order. A task without a row counts as pending. */
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

/** A running invocation of a model. */
export interface Running {
  modelId: string;
  since: Date;
  expected: Expected | null;
}

/** By model: when its running invocations are expected to have ended; those without an estimate are left out. */
export function expectedEnds(running: readonly Running[]): Map<string, Date[]> {
  const byModel = new Map<string, Date[]>();
  for (const { modelId, since, expected } of running) {
    if (!expected) continue;
    const end = later(since, (expected.seconds + expected.spreadSeconds) * 1000);
    byModel.set(modelId, [...(byModel.get(modelId) ?? []), end]);
  }
  return byModel;
}

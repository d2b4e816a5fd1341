/** An execution and its tasks as the contract shows them. */
import { z } from 'zod';
import { Decimal } from '../core/money.js';
import { EXECUTION_MOVES, TASK_MOVES } from '../core/status.js';
import type { Waiting } from '../core/heat.js';
import type { Json, WorkflowDefinition } from '../core/workflow.js';
import type { ExecutionRow, TaskRow } from '../store/executions.js';

const statusOf = (moves: object) => z.enum(Object.keys(moves) as [string, ...string[]]);
export const executionStatus = statusOf(EXECUTION_MOVES);
const at = z.iso.datetime();
export const json = z.unknown();
/** USD as an exact decimal. */
export const money = z.string().regex(/^\d+\.\d{2,9}$/);
const failure = z.strictObject({ code: z.string(), message: z.string() }).nullable();
const ms = z.number().nullable();

export const taskShape = z.strictObject({
  taskId: z.string(),
  name: z.string(),
  type: z.string(),
  modelId: z.string().nullable(),
  /** Null but for the items of a map. */
  mapIndex: z.int().nullable(),
  status: statusOf(TASK_MOVES),
  attempt: z.int(),
  queuedMs: ms,
  durationMs: ms,
  costUsd: money,
  startedAt: at.nullable(),
  completedAt: at.nullable(),
  error: failure,
});
export const task = taskShape.meta({ id: 'Task' });

const summaryShape = z.strictObject({
  id: z.uuid(),
  workflowId: z.string(),
  workflowVersion: z.string(),
  status: executionStatus,
  priority: z.int(),
  parameters: z.record(z.string(), json),
  resolvedParameters: z.record(z.string(), json),
  output: json,
  error: failure,
  cost: z.strictObject({ estimatedUsd: money.nullable(), actualUsd: money }),
  createdAt: at,
  startedAt: at.nullable(),
  completedAt: at.nullable(),
  durationMs: ms,
});
export const summary = summaryShape.meta({ id: 'ExecutionSummary' });
export const execution = summaryShape
  .extend({
    waiting: z.strictObject({ reason: z.string(), since: at, expectedStart: at.nullable() }).nullable(),
    tasks: z.array(task),
  })
  .meta({ id: 'Execution' });

/** At least cents, at most what the ledger keeps. */
export function usd(amount: string): string {
  const exact = new Decimal(amount);
  return exact.toFixed(Math.max(2, exact.toFixed().split('.')[1]?.length ?? 0));
}

const errorOf = ({ errorCode, errorMessage }: { errorCode: string | null; errorMessage: string | null }) =>
  errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode };

/** @param output restored */
export const showSummary = (row: ExecutionRow, output: Json) => ({
  id: row.id,
  workflowId: row.workflowId,
  workflowVersion: row.workflowVersion,
  status: row.status,
  priority: row.priority,
  parameters: row.parameters,
  resolvedParameters: row.resolvedParameters,
  output,
  error: errorOf(row),
  cost: {
    estimatedUsd: row.estimatedCostUsd === null ? null : usd(row.estimatedCostUsd),
    actualUsd: usd(row.actualCostUsd),
  },
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  completedAt: row.completedAt,
  durationMs: row.durationMs,
});

export const showExecution = (
  row: ExecutionRow & { tasks: TaskRow[] },
  definition: WorkflowDefinition,
  waiting: Waiting | null,
  output: Json,
) => ({ ...showSummary(row, output), waiting, tasks: row.tasks.map((task) => showTask(task, definition)) });

export function showTask(row: TaskRow, { tasks }: WorkflowDefinition) {
  const defined = tasks.find(({ taskId }) => taskId === row.taskId);
  return {
    taskId: row.taskId,
    name: defined?.name ?? row.taskId,
    type: defined?.type ?? 'task',
    modelId: row.modelId,
    mapIndex: row.mapIndex,
    status: row.status,
    attempt: row.attempt,
    queuedMs: row.queuedMs,
    durationMs: row.durationMs,
    costUsd: usd(row.costUsd),
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    error: errorOf(row),
  };
}

/** The shapes of executions and tasks in the API contract. */
import { z } from 'zod';
import { at, failure, json, money, usd } from '../http/shapes.js';
import { PRIORITY } from '../../core/priority.js';
import { EXECUTION_MOVES, TASK_MOVES } from '../../core/status.js';
import type { Held } from './waiting.js';
import type { WorkflowDefinition, WorkflowTask } from '../../core/workflows/workflow.js';
import type { ExecutionRow, LastAction } from '../../store/executions/executions.js';
import type { TaskRow } from '../../store/executions/tasks.js';
import type { Json } from '../../core/json/json.js';

/** The fields of ledger rows that are shown. */
type Row = Omit<ExecutionRow, 'versionId' | 'tenantId' | 'userId' | 'estimateBasis'> & {
  scores?: Record<string, number> | null;
};
type Task = { id?: string } & Omit<
  TaskRow,
  'id' | 'attemptsUsed' | 'firstReadyAt' | 'notBefore' | 'waitSignal' | 'files'
>;

const statusOf = (moves: object) => z.enum(Object.keys(moves) as [string, ...string[]]);
export const executionStatus = statusOf(EXECUTION_MOVES);
const ms = z.number().nullable();

export const taskShape = z.strictObject({
  taskId: z.string(),
  name: z.string(),
  type: z.string(),
  modelId: z.string().nullable(),
  /** Null except for the items of a map. */
  mapIndex: z.int().nullable(),
  status: statusOf(TASK_MOVES),
  /** The name of the signal that the task waits for, now or later. Null for any other task. */
  signal: z.string().nullable(),
  /** The approval that the task has requested. Null for any other task, and before. */
  approvalId: z.uuid().nullable(),
  attempt: z.int(),
  queuedMs: ms,
  durationMs: ms,
  costUsd: money,
  startedAt: at.nullable(),
  completedAt: at.nullable(),
  error: failure,
  endedBy: z.string().nullable().meta({
    description:
      'The person who skipped the task, or gave its output in place of its work. Null for any other task.',
  }),
  endedReason: z.string().nullable(),
  inputGiven: z.boolean().meta({ description: 'A rerun was given its input, in place of its mapping.' }),
  /** The execution of the workflow that the task runs. Null before it has begun, and for any other task. */
  childExecutionId: z.uuid().nullable(),
  /** Its answer says that it is synthetic. */
  synthetic: z.boolean(),
});
const task = taskShape.meta({ id: 'Task' });

const summaryShape = z.strictObject({
  id: z.uuid(),
  workflowId: z.string(),
  workflowVersion: z.string(),
  /** The requested name, else from the title of its workflow or the header of its sequence; null if there is none. */
  name: z.string().nullable(),
  status: executionStatus,
  priority: z.int().meta({
    description: `${PRIORITY.words} ${PRIORITY.expedited}: expedited by a platform administrator, ahead of all others.`,
  }),
  parameters: z.record(z.string(), json),
  resolvedParameters: z.record(z.string(), json),
  error: failure,
  cost: z.strictObject({
    estimatedUsd: money.nullable(),
    actualUsd: money,
    /** The maximum cost. */
    budgetUsd: money.nullable(),
    /** Still reserved from the tenant's budget. */
    reservedUsd: money,
  }),
  /** The execution whose results it reuses. */
  rerunOf: z.uuid().nullable(),
  edits: z
    .strictObject({ inputs: z.array(z.string()), skip: z.array(z.string()), only: z.array(z.string()) })
    .nullable()
    .meta({
      description:
        'Of a rerun: the tasks with given inputs, those with given outputs, and those that alone were to run again.',
    }),
  /** The schedule that started it; null if none did. */
  scheduleId: z.uuid().nullable(),
  /** The tick of the schedule that it was started for. */
  scheduledFor: at.nullable(),
  /** The quote that was accepted with it. */
  quoteId: z.uuid().nullable(),
  /** The execution and the task that run it as a sub-workflow. Null if none does. */
  parent: z
    .strictObject({ executionId: z.uuid(), taskId: z.string(), mapIndex: z.int().nullable() })
    .nullable(),
  /** The failed execution that it handles. Null if it handles none. */
  handlerOf: z.uuid().nullable(),
  /** What handles its failure: an execution, or the error that refused one; neither: it is about to start. Null if nothing does. */
  handledBy: z
    .strictObject({ workflowId: z.string(), executionId: z.uuid().nullable(), error: failure })
    .nullable(),
  deadline: at.nullable(),
  pausedAt: at.nullable().meta({ description: 'Since when it is paused; null if it is not.' }),
  pausedSeconds: z.number().meta({
    description:
      'How long it was paused before that. Its time limit, its timers, the time limits of its waits and its retry delays do not count pauses; its deadline does.',
  }),
  tags: z.array(z.string()),
  /** The e-mail address of the user who requested it. */
  submittedBy: z.string(),
  /** Null when it has ended, or when every task that can run is running. */
  waiting: z
    .strictObject({
      reason: z.string(),
      since: at,
      expectedStart: at.nullable(),
      failsAt: at.nullable().meta({
        description: 'When it fails if nothing changes; null if waiting alone does not make it fail.',
      }),
      /** False when other tasks of the execution are running. */
      nothingRuns: z.boolean(),
    })
    .nullable(),
  createdAt: at,
  startedAt: at.nullable(),
  completedAt: at.nullable(),
  durationMs: ms,
  /** The numbers of its output by path, such as `confidence.ptm`; only where requested. */
  scores: z.record(z.string(), z.number()).nullable().optional(),
  /** Some of its results say that they are synthetic: draw no conclusions from them. */
  synthetic: z.boolean(),
});
export const summary = summaryShape.meta({ id: 'ExecutionSummary' });
export const execution = summaryShape
  .omit({ scores: true })
  .extend({
    /** The last action of a person on it; null if there was none. */
    lastAction: z
      .strictObject({ action: z.enum(['cancel', 'pause', 'resume']), by: z.string(), at })
      .nullable(),
    output: json,
    tasks: z.array(task),
  })
  .meta({ id: 'Execution' });

const errorOf = ({ errorCode, errorMessage }: { errorCode: string | null; errorMessage: string | null }) =>
  errorCode === null ? null : { code: errorCode, message: errorMessage ?? errorCode };

/** For lists. The output is omitted, since it may be large. */
export const showSummary = (row: Omit<Row, 'output'>, waiting: Held | null) => ({
  id: row.id,
  workflowId: row.workflowId,
  workflowVersion: row.workflowVersion,
  name: row.name,
  status: row.status,
  priority: row.priority,
  parameters: row.parameters,
  resolvedParameters: row.resolvedParameters,
  error: errorOf(row),
  cost: {
    estimatedUsd: row.estimatedCostUsd === null ? null : usd(row.estimatedCostUsd),
    actualUsd: usd(row.actualCostUsd),
    budgetUsd: row.budgetUsd === null ? null : usd(row.budgetUsd),
    reservedUsd: usd(row.reservedUsd),
  },
  rerunOf: row.rerunOf,
  edits: row.edits,
  scheduleId: row.scheduleId,
  scheduledFor: row.scheduledFor,
  quoteId: row.quoteId,
  parent: row.parent,
  handlerOf: row.handlerOf,
  handledBy: row.handledBy,
  deadline: row.deadline,
  pausedAt: row.pausedAt,
  pausedSeconds: row.pausedSeconds,
  tags: row.tags,
  submittedBy: row.submittedBy,
  waiting,
  createdAt: row.createdAt,
  startedAt: row.startedAt,
  completedAt: row.completedAt,
  durationMs: row.durationMs,
  ...(row.scores !== undefined && { scores: row.scores }),
  synthetic: row.synthetic,
});

export function showExecution(
  row: Row & { lastAction: LastAction | null; tasks: Task[] },
  definition: WorkflowDefinition,
  waiting: Held | null,
  output: Json,
) {
  const defined = new Map(definition.tasks.map((task) => [task.taskId, task]));
  return {
    ...showSummary(row, waiting),
    lastAction: row.lastAction,
    output,
    tasks: row.tasks.map((task) => showTask(task, defined.get(task.taskId))),
  };
}

/** Operators and auditors see the state and progress of executions, but no payloads. */
export const NO_PAYLOADS = { name: null, parameters: {}, resolvedParameters: {} } as const;

export function showTask(row: Task, defined: WorkflowTask | undefined) {
  return {
    taskId: row.taskId,
    name: defined?.name ?? row.taskId,
    type: defined?.type ?? 'task',
    modelId: row.modelId,
    mapIndex: row.mapIndex,
    status: row.status,
    signal: defined?.type === 'wait' ? (defined.config.wait?.signal ?? null) : null,
    // One that was reused has no start: it was requested by the earlier execution.
    approvalId: defined?.type === 'approval' && row.startedAt !== null ? (row.id ?? null) : null,
    attempt: row.attempt,
    queuedMs: row.queuedMs,
    durationMs: row.durationMs,
    costUsd: usd(row.costUsd),
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    error: errorOf(row),
    endedBy: row.endedBy,
    endedReason: row.endedReason,
    inputGiven: row.inputGiven,
    childExecutionId: row.childExecutionId,
    synthetic: row.synthetic,
  };
}

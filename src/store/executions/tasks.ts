/** Reads tasks with their inputs, outputs and attempts. */
import { NotFound, type Evidence } from '../../core/errors.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';

export interface TaskRow {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: string;
  modelId: string | null;
  attempt: number;
  attemptsUsed: number;
  queuedMs: number | null;
  durationMs: number | null;
  costUsd: string;
  firstReadyAt: Date | null;
  notBefore: Date | null;
  waitSignal: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
  errorCode: string | null;
  errorMessage: string | null;
  /** The person who ended it in place of its work. */
  endedBy: string | null;
  endedReason: string | null;
  inputGiven: boolean;
  /** The execution of the workflow that it runs. */
  childExecutionId: string | null;
  /** True if its result is marked as synthetic. */
  synthetic: boolean;
  files: { $file: { name: string; mediaType: string; size: number; sha256: string; key: string } }[];
}

export const TASK = `t.id, t.task_id, t.map_index, t.status, t.model_key as model_id, t.attempt_number as attempt, t.attempts_used,
  (extract(epoch from coalesce(t.started_at, t.completed_at, ledger_now()) - t.first_ready_at) * 1000)::bigint as queued_ms,
  t.duration_ms, t.cost_usd + coalesce((
    select c.actual_cost_usd + cost_below(c.id) from workflow_executions c where c.parent_task_id = t.id
  ), 0) as cost_usd,
  (select c.id from workflow_executions c where c.parent_task_id = coalesce(t.reused_from, t.id)) as child_execution_id, t.first_ready_at, t.not_before, t.wait_signal, t.started_at, t.completed_at, t.error_code,
  t.error_message, t.ended_by, t.ended_reason, t.input_given, t.resource_usage @> '{"synthetic": true}' as synthetic, t.files
  from task_executions t`;

export interface AttemptRow {
  attempt: number;
  status: string;
  driver: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  failureDetails: Evidence | null;
  usage: JsonObject;
  costUsd: string;
  startedAt: Date;
  endedAt: Date | null;
}

/** One task with input, output and attempts. Large payloads are references to blobs. @throws NotFound */
export async function findTask(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
  taskId: string,
  mapIndex: number | null,
): Promise<TaskRow & { versionId: string; input: Json; output: Json; attempts: AttemptRow[] }> {
  return ledger.within(claims, async (session) => {
    const [task] = await session.query<TaskRow & { versionId: string; input: Json; output: Json }>(
      // A map's own row holds no copy of its items' outputs.
      `select e.workflow_version_id as version_id, t.input_data as input, coalesce(t.output_data, (
         select jsonb_agg(i.output_data order by i.map_index) from task_executions i
         where t.status = 'succeeded' and t.map_index is null
           and i.workflow_execution_id = t.workflow_execution_id and i.task_id = t.task_id and i.map_index is not null
       )) as output, ${TASK}
       join workflow_executions e on e.id = t.workflow_execution_id
       where t.workflow_execution_id = $1 and t.task_id = $2 and t.map_index is not distinct from $3`,
      [executionId, taskId, mapIndex],
    );
    if (!task) throw new NotFound('task', `${taskId} of execution ${executionId}`);
    const attempts = await session.query<AttemptRow>(
      `select attempt_number as attempt, status, driver, error_code, error_message,
         failure_details, usage, cost_usd, started_at, ended_at
       from task_attempts where task_execution_id = $1 order by attempt_number`,
      [task.id],
    );
    return { ...task, attempts };
  });
}

/** The addresses that a task's attempts were sent to, by attempt number. Tenants may not read them. */
export async function addressesOf(session: Session, taskExecutionId: string): Promise<Map<number, string>> {
  const rows = await session.query<{ attempt: number; address: string }>(
    `select attempt_number as attempt, coalesce(address, endpoint) as address from task_attempts
     where task_execution_id = $1 and endpoint is not null`,
    [taskExecutionId],
  );
  return new Map(rows.map(({ attempt, address }) => [attempt, address]));
}

/** Those of these tasks that have succeeded. */
export async function succeededAmong(
  session: Session,
  executionId: string,
  taskIds: readonly string[],
): Promise<Set<string>> {
  const rows = await session.query<{ taskId: string }>(
    `select task_id from task_executions
     where workflow_execution_id = $1 and task_id = any ($2::text[]) and map_index is null and status = 'succeeded'`,
    [executionId, taskIds],
  );
  return new Set(rows.map(({ taskId }) => taskId));
}

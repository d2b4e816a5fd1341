/** Executions from the outside: accepted, read, listed, cancelled. */
import { Conflict, NotFound } from '../core/errors.js';
import type { ModelConfig } from '../core/model.js';
import type { ExecutionStatus } from '../core/status.js';
import type { Json, JsonObject, WorkflowDefinition } from '../core/workflow.js';
import type { Ledger, Session, TenantClaims } from './pool.js';

export interface NewExecution {
  versionId: string;
  workflowUuid: string;
  definition: WorkflowDefinition;
  tenantId: string;
  userId: string;
  parameters: JsonObject;
  resolvedParameters: JsonObject;
  /** The model rows this execution is to use, by model id. */
  models: Record<string, ModelConfig>;
  estimate: { usd: string | null; basis: 'history' | 'performance_metrics' | 'none' };
  priority?: number | undefined;
  deadline?: string | undefined;
  budgetUsd?: string | undefined;
  tags?: string[] | undefined;
  webhookUrl?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Of the whole request: the same key with another hash is refused. */
  requestHash?: string | undefined;
}

/**
 * Accepts an execution: it and all its tasks in one statement, or the one that was accepted under the same key before.
 *
 * @throws Conflict `idempotency_key_reused`
 */
export async function open(session: Session, request: NewExecution): Promise<{ id: string; existed: boolean }> {
  const tasks = request.definition.tasks.map((task) => ({
    taskId: task.taskId,
    timeout: task.timeout,
    modelKey: task.modelId,
    modelUuid: task.modelId === null ? null : (request.models[task.modelId]?.uuid ?? null),
  }));
  const [opened] = await session.query<{ id: string }>(
    `with execution as (
       insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
         resolved_parameters, model_snapshots, estimated_cost_usd, estimate_basis, priority, deadline, budget_usd, tags,
         webhook_url, idempotency_key, request_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, 5), $11, $12, coalesce($13::text[], '{}'), $14, $15, $16)
       on conflict (tenant_id, idempotency_key) do nothing
       returning id, tenant_id, priority
     ), task as (
       insert into task_executions (workflow_execution_id, tenant_id, task_id, priority, timeout_seconds, model_id, model_key)
       select e.id, e.tenant_id, t."taskId", e.priority, t.timeout, t."modelUuid", t."modelKey"
       from execution e, jsonb_to_recordset($17) as t ("taskId" text, timeout int, "modelKey" text, "modelUuid" uuid)
     )
     select id from execution`,
    [
      request.workflowUuid,
      request.versionId,
      request.tenantId,
      request.userId,
      JSON.stringify(request.parameters),
      JSON.stringify(request.resolvedParameters),
      JSON.stringify(request.models),
      request.estimate.usd,
      request.estimate.basis,
      request.priority ?? null,
      request.deadline ?? null,
      request.budgetUsd ?? null,
      request.tags ?? null,
      request.webhookUrl ?? null,
      request.idempotencyKey ?? null,
      request.requestHash ?? null,
      JSON.stringify(tasks),
    ],
  );
  if (opened) return { id: opened.id, existed: false };
  const [first] = await session.query<{ id: string; requestHash: string }>(
    'select id, request_hash from workflow_executions where tenant_id = $1 and idempotency_key = $2',
    [request.tenantId, request.idempotencyKey],
  );
  if (first?.requestHash !== request.requestHash) {
    throw new Conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was used for a request with another content: use a new key for a new request.',
    );
  }
  return { id: first?.id as string, existed: true };
}

export interface ExecutionRow {
  id: string;
  workflowId: string;
  workflowVersion: string;
  tenantId: string;
  userId: string;
  status: ExecutionStatus;
  priority: number;
  parameters: JsonObject;
  resolvedParameters: JsonObject;
  output: Json;
  errorCode: string | null;
  errorMessage: string | null;
  estimatedCostUsd: string | null;
  estimateBasis: string | null;
  actualCostUsd: string;
  budgetUsd: string | null;
  deadline: Date | null;
  tags: string[];
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  durationMs: number | null;
}

const EXECUTION = `e.id, w.workflow_id, v.version as workflow_version, e.tenant_id, e.user_id, e.status, e.priority,
  e.input_parameters as parameters, e.resolved_parameters, e.output_data as output, e.error_code, e.error_message,
  e.estimated_cost_usd, e.estimate_basis, e.actual_cost_usd, e.budget_usd, e.deadline, e.tags, e.created_at, e.started_at,
  e.completed_at, e.duration_ms
  from workflow_executions e
  join workflow_definitions w on w.id = e.workflow_id
  join workflow_versions v on v.id = e.workflow_version_id`;

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
  files: { $file: { name: string; mediaType: string; size: number; sha256: string; key: string } }[];
}

const TASK = `t.id, t.task_id, t.map_index, t.status, t.model_key as model_id, t.attempt_number as attempt, t.attempts_used,
  (extract(epoch from coalesce(t.started_at, t.completed_at, clock_timestamp()) - t.first_ready_at) * 1000)::bigint as queued_ms,
  t.duration_ms, t.cost_usd, t.first_ready_at, t.not_before, t.wait_signal, t.started_at, t.completed_at, t.error_code,
  t.error_message, t.files
  from task_executions t`;

/** One execution with its tasks in the order of the workflow; foreign ones are not found. @throws NotFound */
export async function find(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
): Promise<ExecutionRow & { tasks: TaskRow[] }> {
  return ledger.within(claims, async (session) => {
    const [execution] = await session.query<ExecutionRow>(`select ${EXECUTION} where e.id = $1`, [executionId]);
    if (!execution) throw new NotFound('execution', executionId);
    const tasks = await session.query<TaskRow>(
      `select ${TASK}
       join workflow_executions e on e.id = t.workflow_execution_id
       join workflow_versions v on v.id = e.workflow_version_id
       left join lateral (
         select place from jsonb_array_elements(v.definition -> 'tasks') with ordinality d (task, place)
         where d.task ->> 'taskId' = t.task_id
       ) d on true
       where t.workflow_execution_id = $1
       order by d.place, t.task_id, t.map_index nulls first`,
      [executionId],
    );
    return { ...execution, tasks };
  });
}

export interface AttemptRow {
  attempt: number;
  status: string;
  worker: string;
  driver: string | null;
  endpoint: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  usage: JsonObject;
  costUsd: string;
  startedAt: Date;
  endedAt: Date | null;
}

/** One task with input, output and attempts. Payloads that were moved to blobs are references. @throws NotFound */
export async function findTask(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
  taskId: string,
  mapIndex: number | null,
): Promise<TaskRow & { input: Json; output: Json; attempts: AttemptRow[] }> {
  return ledger.within(claims, async (session) => {
    const [task] = await session.query<TaskRow & { input: Json; output: Json }>(
      `select t.input_data as input, t.output_data as output, ${TASK}
       where t.workflow_execution_id = $1 and t.task_id = $2 and t.map_index is not distinct from $3`,
      [executionId, taskId, mapIndex],
    );
    if (!task) throw new NotFound('task', `${taskId} of execution ${executionId}`);
    const attempts = await session.query<AttemptRow>(
      `select attempt_number as attempt, status, worker, driver, endpoint, error_code, error_message, usage, cost_usd,
         started_at, ended_at
       from task_attempts where task_execution_id = $1 order by attempt_number`,
      [task.id],
    );
    return { ...task, attempts };
  });
}

export interface ExecutionFilters {
  status?: string | undefined;
  workflowId?: string | undefined;
  modelId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  tag?: string | undefined;
  /** The last row of the page before. */
  after?: { createdAt: string; id: string } | undefined;
  limit: number;
}

/** A page of a tenant's executions, newest first. */
export async function list(
  ledger: Ledger,
  claims: TenantClaims,
  filters: ExecutionFilters,
): Promise<(ExecutionRow & { cursor: string })[]> {
  return ledger.within(claims, (session) =>
    session.query(
      `select to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor, ${EXECUTION}
       where ($1::text is null or e.status = $1)
         and ($2::text is null or w.workflow_id = $2)
         and ($3::text is null or exists (
           select from task_executions t where t.workflow_execution_id = e.id and t.model_key = $3))
         and ($4::timestamptz is null or e.created_at >= $4)
         and ($5::timestamptz is null or e.created_at < $5)
         and ($6::text is null or $6 = any (e.tags))
         and ($7::timestamptz is null or (e.created_at, e.id) < ($7, $8::uuid))
       order by e.created_at desc, e.id desc
       limit $9`,
      [
        filters.status ?? null,
        filters.workflowId ?? null,
        filters.modelId ?? null,
        filters.from ?? null,
        filters.to ?? null,
        filters.tag ?? null,
        filters.after?.createdAt ?? null,
        filters.after?.id ?? null,
        filters.limit,
      ],
    ),
  );
}

/**
 * Ends an execution at once: nothing of it starts any more, and running work is told by notification. What the
 * endpoints have received is paid for all the same.
 *
 * @throws NotFound, Conflict `already_ended`
 */
export async function cancel(ledger: Ledger, tenantId: string, executionId: string): Promise<void> {
  await ledger.transaction(async (session) => {
    const [execution] = await session.query<{ status: string; ended: boolean }>(
      `select status, completed_at is not null as ended from workflow_executions
       where id = $1 and tenant_id = $2 for no key update`,
      [executionId, tenantId],
    );
    if (!execution) throw new NotFound('execution', executionId);
    if (execution.status === 'cancelled') return;
    if (execution.ended) {
      throw new Conflict('already_ended', `Execution ${executionId} has ${execution.status}: there is nothing to cancel.`);
    }
    await session.query(
      `update task_executions
       set status = 'cancelled', completed_at = clock_timestamp(), lease_owner = null, lease_until = null
       where workflow_execution_id = $1 and completed_at is null`,
      [executionId],
    );
    await session.query(
      `update workflow_executions set status = 'cancelled', completed_at = clock_timestamp() where id = $1`,
      [executionId],
    );
  });
}

/** Live executions that may have something to do which nobody told the scheduler: the sweep's safety net. */
export async function findUnattended(session: Session): Promise<string[]> {
  const rows = await session.query<{ id: string }>(
    `select e.id from workflow_executions e
     join workflow_versions v on v.id = e.workflow_version_id
     where e.completed_at is null and e.status in ('pending', 'running', 'paused')
       and (
         not exists (
           select from task_executions t
           where t.workflow_execution_id = e.id and t.status in ('ready', 'queued', 'running'))
         or exists (
           select from task_executions t
           where t.workflow_execution_id = e.id and t.completed_at > clock_timestamp() - interval '30 seconds')
         or exists (
           select from task_executions t
           where t.workflow_execution_id = e.id and t.status = 'waiting' and t.not_before <= clock_timestamp())
         or e.deadline <= clock_timestamp()
         or e.started_at + (v.definition ->> 'timeout')::int * interval '1 s' <= clock_timestamp()
       )
       and e.updated_at < clock_timestamp() - interval '1 second'
     order by e.created_at
     limit 1000`,
  );
  return rows.map((row) => row.id);
}

export interface EventRow {
  id: number;
  taskId: string | null;
  mapIndex: number | null;
  from: string | null;
  to: string;
  attempt: number | null;
  errorCode: string | null;
  at: Date;
}

/** Moves of an execution after a given one, oldest first. @throws NotFound */
export async function eventsAfter(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
  after: number,
): Promise<EventRow[]> {
  return ledger.within(claims, (session) =>
    session.query<EventRow>(
      `select id, task_id, map_index, from_status as "from", to_status as "to", attempt_number as attempt, error_code, at
       from execution_events
       where workflow_execution_id = $1 and id > $2
       order by id limit 1000`,
      [executionId, after],
    ),
  );
}

/** Seconds that a task of a workflow took lately, as the endpoint counted them: what estimates are made from. */
export async function durations(
  session: Session,
  workflowUuid: string,
): Promise<Map<string, { p50Seconds: number; runs: number }>> {
  const rows = await session.query<{ taskId: string; p50Seconds: number; runs: number }>(
    `select t.task_id, count(*) as runs, percentile_cont(0.5) within group (
         order by coalesce((a.usage ->> 'computeSeconds')::float8, extract(epoch from a.ended_at - a.started_at)::float8)
       ) as p50_seconds
     from (
       select id from workflow_executions where workflow_id = $1 and status = 'succeeded' order by created_at desc limit 100
     ) e
     join task_executions t on t.workflow_execution_id = e.id and t.model_id is not null
     join task_attempts a on a.task_execution_id = t.id and a.status = 'succeeded'
     group by t.task_id`,
    [workflowUuid],
  );
  return new Map(rows.map(({ taskId, ...history }) => [taskId, history]));
}

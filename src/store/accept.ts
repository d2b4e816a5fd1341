/** Accepting an execution: one statement, and what it needs to know of earlier ones. */
import { Conflict } from '../core/errors.js';
import type { ModelConfig } from '../core/model.js';
import type { JsonObject, WorkflowDefinition } from '../core/workflow.js';
import type { Session } from './pool.js';

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
  tags?: string[] | undefined;
  idempotencyKey?: string | undefined;
  /** Of the whole request: the same key with another hash is refused. */
  requestHash?: string | undefined;
}

/**
 * Accepts an execution: it and all its tasks in one statement, or the one that was accepted under the same key before.
 *
 * @throws Conflict `idempotency_key_reused`
 */
export async function open(
  session: Session,
  request: NewExecution,
): Promise<{ id: string; createdAt: Date; existed: boolean }> {
  const tasks = request.definition.tasks.map((task) => ({
    taskId: task.taskId,
    timeout: task.timeout,
    modelKey: task.modelId,
    modelUuid: task.modelId === null ? null : (request.models[task.modelId]?.uuid ?? null),
  }));
  const [opened] = await session.query<{ id: string; createdAt: Date }>(
    `with execution as (
       insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, input_parameters,
         resolved_parameters, model_snapshots, estimated_cost_usd, estimate_basis, priority, deadline, tags,
         idempotency_key, request_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, 5), $11, coalesce($12::text[], '{}'), $13, $14)
       on conflict (tenant_id, idempotency_key) do nothing
       returning id, tenant_id, priority, created_at
     ), task as (
       insert into task_executions (workflow_execution_id, tenant_id, task_id, priority, timeout_seconds, model_id, model_key)
       select e.id, e.tenant_id, t."taskId", e.priority, t.timeout, t."modelUuid", t."modelKey"
       from execution e, jsonb_to_recordset($15) as t ("taskId" text, timeout int, "modelKey" text, "modelUuid" uuid)
     )
     select id, created_at from execution`,
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
      request.tags ?? null,
      request.idempotencyKey ?? null,
      request.requestHash ?? null,
      JSON.stringify(tasks),
    ],
  );
  if (opened) return { ...opened, existed: false };
  const [first] = await session.query<{ id: string; createdAt: Date; requestHash: string }>(
    'select id, created_at, request_hash from workflow_executions where tenant_id = $1 and idempotency_key = $2',
    [request.tenantId, request.idempotencyKey],
  );
  if (!first || first.requestHash !== request.requestHash) {
    throw new Conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was used for a request with another content: use a new key for a new request.',
    );
  }
  return { id: first.id, createdAt: first.createdAt, existed: true };
}

/** The execution that was accepted for this very request before, if any. */
export async function acceptedBefore(
  session: Session,
  request: { tenantId: string; idempotencyKey: string; requestHash: string },
): Promise<string | null> {
  const [row] = await session.query<{ id: string }>(
    'select id from workflow_executions where tenant_id = $1 and idempotency_key = $2 and request_hash = $3',
    [request.tenantId, request.idempotencyKey, request.requestHash],
  );
  return row?.id ?? null;
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

/** Reads executions by the rights of the caller. */
import { NotFound } from '../../core/errors.js';
import type { ExecutionStatus } from '../../core/status.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import type { Caller } from '../people/identity.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';
import { TASK, type TaskRow } from './tasks.js';

export interface ExecutionRow {
  id: string;
  versionId: string;
  workflowId: string;
  workflowVersion: string;
  tenantId: string;
  userId: string;
  /** E-mail address of the user who submitted it. */
  submittedBy: string;
  /** Null if it has no name. */
  name: string | null;
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
  /** Still reserved from the tenant's budget. */
  reservedUsd: string;
  rerunOf: string | null;
  /** Of a rerun: the ids of its edited tasks. */
  edits: { inputs: string[]; skip: string[]; only: string[] } | null;
  /** The schedule that started it, and the tick. Null if none did. */
  scheduleId: string | null;
  scheduledFor: Date | null;
  /** The quote that was accepted with it. */
  quoteId: string | null;
  /** Of a child: the execution and the task that wait for it. */
  parent: { executionId: string; taskId: string; mapIndex: number | null } | null;
  /** The failed execution that it handles. */
  handlerOf: string | null;
  /** The execution that handles its failure, or why none could be started; neither: it is due. */
  handledBy: {
    workflowId: string;
    executionId: string | null;
    error: { code: string; message: string } | null;
  } | null;
  deadline: Date | null;
  /** Since when it is paused, and how long it was paused before: its time limit does not count this. */
  pausedAt: Date | null;
  pausedSeconds: number;
  tags: string[];
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  durationMs: number | null;
  /** True if a result in it is marked as synthetic. */
  synthetic: boolean;
}

/** The last action of a user on an execution. */
export interface LastAction {
  action: 'cancel' | 'pause' | 'resume';
  /** An e-mail address, or `an administrator` for a user of another tenant. */
  by: string;
  at: Date;
}

export type Reader = Pick<Caller, 'tenantId' | 'userId' | 'administratorId' | 'role'>;

/** What it and the executions below it cost. */
const COST = `e.actual_cost_usd + case when e.parent_id is null then e.children_cost_usd else cost_below(e.id) end`;

export const SUMMARY = `e.id, e.workflow_version_id as version_id, w.workflow_id, v.version as workflow_version, e.tenant_id, e.user_id, u.email as submitted_by, e.name, e.status, e.priority,
  e.input_parameters as parameters, e.resolved_parameters, e.error_code, e.error_message,
  e.estimated_cost_usd, e.estimate_basis, ${COST} as actual_cost_usd, e.budget_usd, e.reserved_usd, e.rerun_of, e.edits, e.schedule_id, e.scheduled_for, e.quote_id, e.deadline, e.paused_at, e.paused_seconds::float8 as paused_seconds, e.tags, e.created_at, e.started_at,
  e.completed_at, e.duration_ms, exists (select from task_executions t
    where t.workflow_execution_id = e.id and t.resource_usage @> '{"synthetic": true}') as synthetic,
  (select jsonb_build_object('executionId', e.parent_id, 'taskId', t.task_id, 'mapIndex', t.map_index)
    from task_executions t where t.id = e.parent_task_id) as parent,
  (select h.execution_id from failure_handlers h where h.handler_id = e.id) as handler_of,
  (select jsonb_build_object('workflowId', h.handler_workflow_id, 'executionId', h.handler_id,
      'error', case when h.code is not null then jsonb_build_object('code', h.code, 'message', h.message) end)
    from failure_handlers h where h.execution_id = e.id) as handled_by`;
export const EXECUTIONS = `from workflow_executions e
  join workflow_definitions w on w.id = e.workflow_id
  join workflow_versions v on v.id = e.workflow_version_id
  join users u on u.id = e.user_id`;

/**
 * The claims for reading an execution: the caller's own, or, for administrators, those of the execution's tenant. The engine
 * looks up that tenant; everything after that is read under row level security. @throws NotFound
 */
export async function claimsOn(ledger: Ledger, caller: Reader, executionId: string): Promise<TenantClaims> {
  const { tenantId, userId } = caller;
  if (caller.administratorId === null) return { tenantId, userId };
  const [found] = await ledger.query<{ tenantId: string }>(
    'select tenant_id from workflow_executions where id = $1',
    [executionId],
  );
  if (!found) throw new NotFound('execution', executionId);
  return { tenantId: found.tenantId, userId };
}

/** One execution with its tasks in the order of the workflow. Executions of other tenants are not found. @throws NotFound */
export async function find(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
): Promise<ExecutionRow & { lastAction: LastAction | null; tasks: TaskRow[] }> {
  return ledger.within(claims, async (session) => {
    const [execution] = await session.query<ExecutionRow>(
      `select e.output_data as output, ${SUMMARY} ${EXECUTIONS} where e.id = $1`,
      [executionId],
    );
    if (!execution) throw new NotFound('execution', executionId);
    const [lastAction = null] = await session.query<LastAction>(
      `select case to_status when 'cancelled' then 'cancel' when 'paused' then 'pause' else 'resume' end as action, actor as by, at
       from execution_events
       where workflow_execution_id = $1 and actor is not null and from_status is not null and task_id is null
       order by id desc limit 1`,
      [executionId],
    );
    const tasks = await session.query<TaskRow>(
      `select ${TASK}
       left join (
         select d.task ->> 'taskId' as task_id, d.place
         from workflow_versions v, jsonb_array_elements(v.definition -> 'tasks') with ordinality d (task, place)
         where v.id = $2
       ) d on d.task_id = t.task_id
       where t.workflow_execution_id = $1
       order by d.place, t.task_id, t.map_index nulls first`,
      [executionId, execution.versionId],
    );
    return { ...execution, lastAction, tasks };
  });
}

/** Executions that the caller may see, without their outputs. */
export const readSummaries = (
  session: Session,
  ids: readonly string[],
): Promise<Omit<ExecutionRow, 'output'>[]> =>
  session.query(`select ${SUMMARY} ${EXECUTIONS} where e.id = any ($1::uuid[])`, [ids]);

/** The id of the workflow version that an execution follows. @throws NotFound */
export const versionOf = async (...of: Parameters<typeof originOf>): Promise<string> =>
  (await originOf(...of)).versionId;

/** The workflow version that an execution follows, and who requested it. @throws NotFound */
export async function originOf(
  session: Session,
  tenantId: string,
  executionId: string,
): Promise<{ versionId: string; requesterId: string }> {
  const [found] = await session.query<{ versionId: string; requesterId: string }>(
    'select workflow_version_id as version_id, user_id as requester_id from workflow_executions where id = $1 and tenant_id = $2',
    [executionId, tenantId],
  );
  if (!found) throw new NotFound('execution', executionId);
  return found;
}

/** The status of each execution that the caller may see. */
export async function statusesOf(
  ledger: Ledger,
  caller: Reader,
  ids: readonly string[],
): Promise<Map<string, ExecutionStatus>> {
  const rows = await ledger.query<{ id: string; status: ExecutionStatus }>(
    'select id, status from workflow_executions where id = any ($1) and ($2::uuid is null or tenant_id = $2)',
    [ids, caller.administratorId === null ? caller.tenantId : null],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Number of live executions by status. */
export const countLive = (session: Session): Promise<{ status: string; count: number }[]> =>
  session.query(
    'select status, count(*) from workflow_executions where completed_at is null group by status',
  );

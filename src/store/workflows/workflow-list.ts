/** Lists workflows, their versions and history, and figures of their recent executions. */
import { NotFound } from '../../core/errors.js';
import type { WorkflowDefinition } from '../../core/workflows/workflow.js';
import { likeOf } from '../db/like.js';
import type { AuditRow } from '../people/audit.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';

export interface ListedWorkflow {
  definition: WorkflowDefinition;
  enabled: boolean;
  /** Models of its tasks that cannot be used: disabled, retired or missing. */
  unavailable: string[];
}

export interface WorkflowFilters {
  category?: string | undefined;
  q?: string | undefined;
  includeDisabled?: boolean | undefined;
  /** A model or fallback model of a task. */
  modelId?: string | undefined;
}

const UNAVAILABLE = `array(
    select distinct t ->> 'modelId' from jsonb_array_elements(v.definition -> 'tasks') t
    where t ->> 'modelId' is not null and not exists (
      select from ai_models m where m.model_id = t ->> 'modelId' and m.enabled and m.status not in ('retiring', 'retired'))
    order by 1) as unavailable`;

/** Current versions, by category and name. */
export const listWorkflows = (
  session: Session,
  { category, q, includeDisabled = false, modelId }: WorkflowFilters,
): Promise<ListedWorkflow[]> =>
  session.query<ListedWorkflow>(
    `select v.definition, w.enabled, ${UNAVAILABLE}
     from workflow_definitions w
     join workflow_versions v on v.workflow_id = w.id and v.version = w.version
     where (w.enabled or $3) and ($1::text is null or w.category = $1)
       and ($2::text is null or w.workflow_id ilike $2 or w.name ilike $2 or w.description ilike $2)
       and ($4::text is null or exists (
         select from jsonb_array_elements(v.definition -> 'tasks') t
         where $4 in (t ->> 'modelId', t -> 'config' ->> 'fallbackModelId')))
     order by w.category, w.name, w.workflow_id`,
    [category ?? null, q === undefined ? null : likeOf(q), includeDisabled, modelId ?? null],
  );

/** The current version, of a disabled workflow too; null if there is none. */
export async function readWorkflow(session: Session, workflowId: string): Promise<ListedWorkflow | null> {
  const [row] = await session.query<ListedWorkflow>(
    `select v.definition, w.enabled, ${UNAVAILABLE}
     from workflow_definitions w
     join workflow_versions v on v.workflow_id = w.id and v.version = w.version
     where w.workflow_id = $1`,
    [workflowId],
  );
  return row ?? null;
}

export interface Figures {
  workflowId: string;
  executions30d: number;
  medianSeconds: number | null;
  medianUsd: string | null;
  /** Of the executions that succeeded or failed; null if there are none. */
  successRate: number | null;
}

/** Figures of the last 30 days, of one tenant or of all. */
export const workflowFigures = (session: Session, tenantId: string | null): Promise<Figures[]> =>
  session.query<Figures>(
    `select w.workflow_id, count(*) as executions_30d,
       percentile_cont(0.5) within group (order by e.duration_ms) filter (where e.status = 'succeeded') / 1000 as median_seconds,
       (percentile_disc(0.5) within group (order by e.actual_cost_usd + e.children_cost_usd) filter (where e.status = 'succeeded'))::text as median_usd,
       (count(*) filter (where e.status = 'succeeded'))::float8
         / nullif(count(*) filter (where e.status in ('succeeded', 'failed', 'timed_out')), 0) as success_rate
     from workflow_executions e join workflow_definitions w on w.id = e.workflow_id
     where e.created_at >= ledger_now() - interval '30 days' and ($1::uuid is null or e.tenant_id = $1)
     group by w.workflow_id`,
    [tenantId],
  );

export interface VersionRow {
  id: string;
  version: string;
  at: Date;
  /** The administrator who published it; null: the system. */
  by: string | null;
  hash: string;
}

const workflowUuid = async (session: Session, workflowId: string): Promise<string> => {
  const [row] = await session.query<{ id: string }>(
    'select id from workflow_definitions where workflow_id = $1',
    [workflowId],
  );
  if (!row) throw new NotFound('workflow', workflowId);
  return row.id;
};

/** Newest first. @throws NotFound */
export const listVersions = async (session: Session, workflowId: string): Promise<VersionRow[]> =>
  session.query<VersionRow>(
    `select v.version as id, v.version, v.created_at as at, coalesce(nullif(u.name, ''), u.email) as by, v.hash
     from workflow_versions v
     left join administrators a on a.id = v.created_by
     left join users u on u.id = a.user_id
     where v.workflow_id = $1
     order by v.created_at desc, v.version desc`,
    [await workflowUuid(session, workflowId)],
  );

/** @throws NotFound */
export async function readVersion(
  session: Session,
  workflowId: string,
  version: string,
): Promise<ListedWorkflow> {
  const [row] = await session.query<ListedWorkflow>(
    `select v.definition, w.enabled, ${UNAVAILABLE}
     from workflow_versions v join workflow_definitions w on w.id = v.workflow_id
     where w.workflow_id = $1 and v.version = $2`,
    [workflowId, version],
  );
  if (!row) throw new NotFound('version of a workflow', `${workflowId} ${version}`);
  return row;
}

/** The version that an execution uses. An execution of another tenant is not found. @throws NotFound */
export async function readRunning(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
): Promise<ListedWorkflow> {
  const [row] = await ledger.within(claims, (session) =>
    session.query<ListedWorkflow>(
      `select v.definition, w.enabled from workflow_executions e
       join workflow_versions v on v.id = e.workflow_version_id
       join workflow_definitions w on w.id = e.workflow_id
       where e.id = $1`,
      [executionId],
    ),
  );
  if (!row) throw new NotFound('execution', executionId);
  return row;
}

export type HistoryRow = Omit<AuditRow, 'entity' | 'entityId' | 'entityName' | 'actorType'>;

/** Newest first. @throws NotFound */
export const workflowHistory = async (
  session: Session,
  workflowId: string,
  { before, limit }: { before: number | null; limit: number },
): Promise<HistoryRow[]> =>
  session.query(
    `select g.id, g.seq, g.created_at as at, g.action, g.actor_id, coalesce(nullif(u.name, ''), u.email) as actor_name, g.request_id,
       g.change_summary as summary, g.previous_state as before, g.new_state as after, null::bigint as version
     from orchestration_audit_log g
     left join administrators a on a.id = g.actor_id and g.actor_type = 'admin'
     left join users u on u.id = coalesce(a.user_id, g.actor_id)
     where g.entity_type = 'workflow' and g.entity_id = $1 and ($2::bigint is null or g.seq < $2)
     order by g.seq desc limit $3`,
    [await workflowUuid(session, workflowId), before, limit],
  );

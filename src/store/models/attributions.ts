/** Reads the models that made an execution's results, with their terms at that time. */
import type { Used } from '../../core/models/attribution.js';
import { NotFound } from '../../core/errors.js';
import type { Session } from '../db/ledger.js';

export interface Credits {
  workflowId: string;
  workflowVersion: string;
  used: Used[];
}

/**
 * The models of succeeded tasks, from the snapshots of their executions. A reused result counts with the execution that made
 * it. Tenants may not read whole snapshots, so this query runs as the engine and checks the tenant itself.
 *
 * @throws NotFound
 */
export async function readCredits(session: Session, tenantId: string, executionId: string): Promise<Credits> {
  const [credits] = await session.query<Credits>(
    `select w.workflow_id, v.version as workflow_version, coalesce(u.used, '[]') as used
     from workflow_executions e
     join workflow_definitions w on w.id = e.workflow_id
     join workflow_versions v on v.id = e.workflow_version_id
     cross join lateral (
       select jsonb_agg(jsonb_build_object('model', ran.model, 'taskIds', ran.tasks) order by ran.model ->> 'displayName', ran.model) as used
       from (
         select (select jsonb_object_agg(key, s.model -> key) from unnest(
             array['id', 'displayName', 'version', 'repository', 'licenses', 'dependencies']) key) as model,
           jsonb_agg(distinct t.task_id) as tasks
         from task_executions t
         join task_executions did on did.id = coalesce(t.reused_from, t.id)
         join workflow_executions o on o.id = did.workflow_execution_id
         cross join lateral (select o.model_snapshots -> did.model_key as model) s
         where t.workflow_execution_id = e.id and s.model is not null
           and exists (select from task_attempts a where a.task_execution_id = did.id and a.status = 'succeeded')
         group by 1
       ) ran
     ) u
     where e.id = $1 and e.tenant_id = $2`,
    [executionId, tenantId],
  );
  if (!credits) throw new NotFound('execution', executionId);
  return credits;
}

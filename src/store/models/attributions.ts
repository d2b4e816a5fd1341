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
 * it, and so do the models of the executions that its tasks ran: their tasks are named by all of them, `fold/search`. Tenants may not read whole snapshots, so this query runs as the engine and checks the tenant itself.
 *
 * @throws NotFound
 */
export async function readCredits(session: Session, tenantId: string, executionId: string): Promise<Credits> {
  const [credits] = await session.query<Credits>(
    `with recursive ran_by as (
       select e.id, '' as path from workflow_executions e where e.id = $1
       union all
       select c.id, r.path || t.task_id || '/'
       from ran_by r
       join task_executions t on t.workflow_execution_id = r.id
       join workflow_executions c on c.parent_task_id = coalesce(t.reused_from, t.id)
       where t.status = 'succeeded'
     )
     select w.workflow_id, v.version as workflow_version, coalesce(u.used, '[]') as used
     from workflow_executions e
     join workflow_definitions w on w.id = e.workflow_id
     join workflow_versions v on v.id = e.workflow_version_id
     cross join lateral (
       select jsonb_agg(jsonb_build_object('model', ran.model, 'taskIds', ran.tasks) order by ran.model ->> 'displayName', ran.model) as used
       from (
         select (select jsonb_object_agg(key, s.model -> key) from unnest(
             array['id', 'displayName', 'version', 'repository', 'licenses', 'dependencies']) key) as model,
           jsonb_agg(distinct r.path || t.task_id) as tasks
         from ran_by r
         join task_executions t on t.workflow_execution_id = r.id
         join task_executions did on did.id = coalesce(t.reused_from, t.id)
         join workflow_executions o on o.id = did.workflow_execution_id
         cross join lateral (select o.model_snapshots -> did.model_key as model) s
         where s.model is not null
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

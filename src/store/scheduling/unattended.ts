/** The scheduler's safety net: finds executions that need a decision although no message arrived. */
import { hasSpentBudget } from '../executions/may-begin.js';
import type { Session, Statement } from '../db/ledger.js';

/**
 * Live executions that need a decision, the longest waiting first. After a failed decision, an execution waits for its
 * backoff.
 *
 * @param underWay executions that are being decided already
 */
export async function findUnattended(session: Session, underWay: readonly string[]): Promise<string[]> {
  const rows = await session.query<{ id: string }>(FIND_UNATTENDED, [underWay]);
  return rows.map(({ id }) => id);
}

const FIND_UNATTENDED: Statement = {
  name: 'find_unattended',
  text: `select e.id from workflow_executions e
     where e.status in ('pending', 'running', 'paused') and e.completed_at is null
       and coalesce(e.advanced_at, e.created_at) < (select ledger_now()) - interval '1 second'
       and (e.decide_after is null or e.decide_after <= (select ledger_now()))
       and e.id not in (select unnest($1::uuid[]))
       and (
         e.advanced_at is null
         or e.decide_after is not null
         or exists (
           select from execution_events n
           where n.workflow_execution_id = e.id and n.id > e.decided_event and n.task_id is not null
             and n.to_status in ('succeeded', 'failed', 'skipped', 'cancelled'))
         or e.status <> 'paused' and e.id in (
           select t.workflow_execution_id from task_executions t
           where t.status = 'waiting' and t.completed_at is null and t.not_before <= (select ledger_now())
           order by t.not_before offset 0)
         or e.deadline <= (select ledger_now())
         or ${hasSpentBudget('e')}
         or e.root_id is not null and (
           (select t.completed_at is not null from task_executions t where t.id = e.parent_task_id)
           or (select ${hasSpentBudget('r')} from workflow_executions r where r.id = e.root_id))
         or e.status <> 'paused' and e.started_at <= (select ledger_now()) - e.paused_seconds::float8 * interval '1 s' - (
           select v.timeout_seconds from workflow_versions v where v.id = e.workflow_version_id) * interval '1 s'
       )
     order by coalesce(e.decide_after, e.advanced_at, e.created_at)
     limit 1000`,
};

/** Nothing is alive: no execution, and no attempt of one that has ended. Then there is nothing to repair. */
export async function isAtRest(session: Session): Promise<boolean> {
  const [row] = await session.query<{ atRest: boolean }>(IS_AT_REST);
  return row?.atRest === true;
}

const IS_AT_REST: Statement = {
  name: 'is_at_rest',
  text: `select not exists (select from workflow_executions where completed_at is null)
     and not exists (select from task_attempts where status = 'running') as at_rest`,
};

/** Rows of a busy installation, written at once: live executions with tasks in every state, and ended ones behind them. */
import type { Pool } from 'pg';

/** The states of the tasks of live executions: each has six in a row of these. */
const STATES = ['ready', 'queued', 'running', 'waiting', 'pending', 'succeeded', 'ready', 'ready'];

/**
 * Some models, tenants and slots must exist. Triggers are off, so that nothing is sent for these rows.
 *
 * @param workers leases are held by `w0`, `w1`, …
 */
export async function fill(
  owner: Pool,
  { live, ended, workers = 4 }: { live: number; ended: number; workers?: number },
): Promise<void> {
  const session = await owner.connect();
  try {
    await session.query('begin; set local session_replication_role = replica');
    await session.query(executions('alive', `'running'`, live));
    await session.query(executions('old', `'succeeded'`, ended));
    await session.query(
      `insert into task_executions (workflow_execution_id, tenant_id, task_id, status, timeout_seconds, model_id, model_key,
         first_ready_at, ready_at, queued_at, started_at, not_before, completed_at, lease_owner, lease_until)
       select e.id, e.tenant_id, 't' || k, s.status, 60, m.id, m.model_id, now(), now(), now() - interval '1 minute', e.started_at,
         case when s.status = 'waiting' then now() + (e.nth % 3 - 1) * interval '1 hour' end,
         case when s.status = 'succeeded' then now() end,
         case when s.status = 'running' then 'w' || e.nth % $2 end,
         case when s.status = 'running' then now() + (e.nth % 5 - 1) * interval '1 hour' end
       from (select *, row_number() over () as nth from workflow_executions e where tags && '{alive,old}'
           and not exists (select from task_executions t where t.workflow_execution_id = e.id)) e
       cross join generate_series(0, 5) k
       cross join lateral (select case when e.completed_at is null then ($1::text[])[1 + (e.nth + k) % 8] else 'succeeded' end as status) s
       left join (select id, model_id, row_number() over (order by model_id) - 1 as place from ai_models) m
         on m.place = (e.nth / 6 + k) % (1 + (select count(*) from ai_models))`,
      [STATES, workers],
    );
    await session.query(
      `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, status,
         sent_at, started_at, ended_at, output_location)
       select t.id, 1, t.workflow_execution_id, t.tenant_id, t.model_id, coalesce(t.lease_owner, 'w0'), t.status, now(),
         now() - interval '1 minute', t.completed_at, case when s.nth % 2 = 0 then 's3://bucket/' || t.id end
       from (select id, row_number() over () as nth from task_executions where status in ('running', 'succeeded')) s
       join task_executions t using (id)
       on conflict do nothing`,
    );
    await session.query(
      `insert into execution_events (workflow_execution_id, tenant_id, task_id, from_status, to_status, attempt_number)
       select t.workflow_execution_id, t.tenant_id, t.task_id, 'running', t.status, 1 from task_executions t
       where not exists (select from execution_events v where v.workflow_execution_id = t.workflow_execution_id)`,
    );
    await session.query(
      `update model_slots s set task_execution_id = t.id, attempt_number = 1, held_until = now() + interval '1 hour'
       from (select id, model_id, row_number() over (partition by model_id) - 1 as place from task_executions
         where status = 'running' and model_id is not null) t
       where s.model_id = t.model_id and s.slot_no = t.place`,
    );
    await session.query(
      `insert into execution_signals (workflow_execution_id, tenant_id, name, payload, task_execution_id, taken_at)
       select t.workflow_execution_id, t.tenant_id, 'go', 'null', case when e.completed_at is not null then t.id end, e.completed_at
       from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
       where t.task_id = 't0' and not exists (select from execution_signals s where s.workflow_execution_id = e.id)`,
    );
    await session.query(
      `insert into approvals (id, workflow_execution_id, tenant_id, approvers, allow_self, status, decided_at)
       select t.id, t.workflow_execution_id, t.tenant_id, '{tenant_user}', true,
         case when t.status = 'waiting' then 'waiting' else 'approved' end, case when t.status <> 'waiting' then now() end
       from task_executions t
       where t.status in ('waiting', 'succeeded') and not exists (select from approvals a where a.id = t.id)`,
    );
    await session.query(
      `insert into schedules (tenant_id, user_id, workflow_id, name, interval_seconds, request, overlap, catch_up_seconds, jitter_seconds,
         next_at, due_at, waiting)
       select u.tenant_id, u.id, v.workflow_id, gen_random_uuid(), 60, '{}', 'queue', 60, 0,
         now() + (nth - 3) * interval '1 hour', now() + (nth - 3) * interval '1 hour', case when nth % 400 = 0 then 1 else 0 end
       from generate_series(1, $1::int) nth
       cross join (select id, tenant_id from users limit 1) u
       cross join (select workflow_id from workflow_versions limit 1) v`,
      [live],
    );
    await session.query(
      `with numbered as (select id, tenant_id, row_number() over () as nth, count(*) over () as of from schedules)
       update workflow_executions e set schedule_id = s.id, scheduled_for = e.created_at
       from (select id, row_number() over () as nth from workflow_executions where schedule_id is null) n
       join numbered s on s.nth = 1 + n.nth % s.of
       where e.id = n.id`,
    );
    await session.query(
      `insert into schedule_ticks (schedule_id, tenant_id, tick_at, state, workflow_execution_id)
       select e.schedule_id, s.tenant_id, e.created_at, 'started', e.id
       from workflow_executions e join schedules s on s.id = e.schedule_id
       on conflict do nothing`,
    );
    await session.query(
      `insert into failure_handlers (execution_id, tenant_id, handler_workflow_id, code, message, decided_at)
       select id, tenant_id, 'handler', case when nth > 100 then 'refused' end, case when nth > 100 then 'It was.' end,
         case when nth > 100 then now() end
       from (select id, tenant_id, row_number() over (order by id) as nth from workflow_executions where completed_at is not null) e
       on conflict do nothing`,
    );
    await session.query('commit');
  } finally {
    session.release();
  }
}

const executions = (tag: string, status: string, count: number): string =>
  `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, started_at, completed_at,
     advanced_at, created_at, tags, budget_usd, decide_whole)
   select v.workflow_id, v.id, u.tenant_id, u.id, ${status}, now() - interval '1 hour',
     case ${status} when 'succeeded' then now() end, now(), now() - interval '1 hour' - nth * interval '1 ms', '{${tag}}', 1000, false
   from generate_series(1, ${count}) nth
   join (select *, row_number() over (order by id) - 1 as place, count(*) over () as of from users) u on u.place = nth % u.of
   cross join (select id, workflow_id from workflow_versions limit 1) v`;

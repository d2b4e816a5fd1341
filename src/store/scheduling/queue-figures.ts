/** Figures of waiting and running tasks. Each query is bounded by an index: by a period, or to live rows. */
import type { Period } from '../money/cost-report.js';
import type { Session } from '../db/ledger.js';
import { MEAN_TASK_SECONDS } from '../money/durations.js';

export interface QueueCount {
  name: 'queued' | 'running';
  /** Number of the step in the period. */
  step: number;
  /** The maximum within the step, and the number at its end. */
  peak: number;
  last: number;
}

/** How many tasks waited and ran. A task waits from when it is ready until its last attempt starts. */
export const countQueue = (
  session: Session,
  { from, to, stepSeconds }: Period & { stepSeconds: number },
): Promise<QueueCount[]> =>
  session.query<QueueCount>(
    `with task as (
       select first_ready_at, coalesce(started_at, completed_at) as begun_at, started_at, completed_at
       from task_executions where completed_at >= $1 and first_ready_at < $2
       union all
       select first_ready_at, case when status = 'running' then started_at end, case when status = 'running' then started_at end, null
       from task_executions where status in ('ready', 'queued', 'running') and completed_at is null and first_ready_at < $2
     ), span as (
       select 'queued' as name, first_ready_at as from_at, coalesce(begun_at, 'infinity') as to_at from task
       union all
       select 'running', started_at, coalesce(completed_at, 'infinity') from task where started_at is not null
     ), move as (
       select name, at, sum(change) as change from (
         select name, greatest(from_at, $1) as at, 1 as change from span where from_at < $2 and to_at > $1
         union all
         select name, to_at, -1 from span where from_at < $2 and to_at > $1 and to_at < $2
       ) c group by name, at
     ), level as (
       select name, at, sum(change) over (partition by name order by at) as count,
         floor(extract(epoch from at - $1::timestamptz) / $3)::int as step
       from move
     )
     select name, step, max(count)::int as peak, ((array_agg(count order by at desc))[1])::int as last
     from level group by name, step order by name, step`,
    [from, to, stepSeconds],
  );

export interface ModelQueue {
  modelId: string;
  displayName: string;
  waiting: number;
  running: number;
  instances: number;
  wanted: number;
  slots: number;
  oldestWaitSeconds: number | null;
  /** Estimated from recent tasks and the current slots; null if no task waits or nothing is known. */
  drainSeconds: number | null;
  byTenant: { tenant: string; waiting: number; running: number }[];
}

/** Waiting and running tasks of each model, by tenant. */
export const queueByModel = (session: Session): Promise<ModelQueue[]> =>
  session.query<ModelQueue>(
    `with lane as (
       select t.model_id, n.name as tenant, count(*) filter (where t.status <> 'running') as waiting,
         count(*) filter (where t.status = 'running') as running,
         min(t.first_ready_at) filter (where t.status <> 'running') as oldest
       from task_executions t join tenants n on n.id = t.tenant_id
       where t.status in ('ready', 'queued', 'running') and t.completed_at is null and t.model_id is not null
       group by t.model_id, n.name
     ), live as (
       select model_id, sum(waiting) as waiting, sum(running) as running, min(oldest) as oldest,
         jsonb_agg(jsonb_build_object('tenant', tenant, 'waiting', waiting, 'running', running) order by waiting + running desc, tenant) as by_tenant
       from lane group by model_id
     )
     select m.model_id, m.display_name, coalesce(l.waiting, 0)::int as waiting, coalesce(l.running, 0)::int as running,
       coalesce(h.serving_instances, 0) as instances, coalesce(h.wanted_instances, 0) as wanted, s.slots,
       round(extract(epoch from ledger_now() - l.oldest))::int as oldest_wait_seconds,
       case when l.waiting > 0 then ceil(l.waiting / coalesce(nullif(h.usable_slots, 0), nullif(s.slots, 0), 1) * d.mean)::int end as drain_seconds,
       coalesce(l.by_tenant, '[]') as by_tenant
     from ai_models m
     left join live l on l.model_id = m.id
     left join model_heat h on h.model_id = m.id
     cross join lateral (select count(*)::int as slots from model_slots where model_id = m.id) s
     left join lateral (
       ${MEAN_TASK_SECONDS}
     ) d on l.waiting > 0
     where m.status <> 'retired'
     order by m.model_id`,
  );

export interface Summary {
  /** Running executions. */
  running: number;
  /** Tasks that wait for a worker or a model. */
  queued: number;
  oldestWaitSeconds: number | null;
  /** Of the executions that ended in the last 24 hours. */
  failed24h: number;
  executions24h: number;
  spendTodayUsd: string;
  /** The sum of all tenants' monthly limits; null if a tenant has no limit. */
  budgetUsd: string | null;
}

export async function summarise(session: Session): Promise<Summary> {
  const [row] = await session.query<Summary>(
    `select
       (select count(*) from workflow_executions where status = 'running' and completed_at is null) as running,
       w.queued, w.oldest_wait_seconds, d.failed_24h, d.executions_24h, s.spend_today_usd, b.budget_usd
     from (
       select count(*) as queued, round(extract(epoch from ledger_now() - min(first_ready_at)))::int as oldest_wait_seconds
       from task_executions where status in ('ready', 'queued') and completed_at is null
     ) w, (
       select count(*) as executions_24h, count(*) filter (where status in ('failed', 'timed_out')) as failed_24h
       from workflow_executions where completed_at >= ledger_now() - interval '24 hours'
     ) d, (
       select coalesce(sum(cost_usd), 0)::numeric(20, 9) as spend_today_usd
       from task_attempts where started_at >= date_trunc('day', ledger_now(), 'UTC')
     ) s, (
       select case when count(*) = count(budget_usd) then sum(budget_usd) end as budget_usd from tenants where enabled
     ) b`,
  );
  return row as Summary;
}

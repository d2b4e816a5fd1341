/** PostgreSQL keeps the backlog: which ready tasks go to the head of the line, and which messages may have been lost. */
import { MAY_BEGIN } from '../executions/may-begin.js';
import type { Ledger } from '../db/ledger.js';

/** A message for the queue: row, attempt and delivery fence each other, so that an old message claims nothing. */
export interface PickedTask {
  taskExecutionId: string;
  attempt: number;
  delivery: number;
  modelKey: string | null;
  /** In its queue, the lowest first. The turn decides; the execution's own priority only among equal turns. */
  priority: number;
}

/** Ready tasks without a model are cheap: this many may stand in the queue at once. */
const MODELLESS_WINDOW = 500;
/** Whose turn it is follows from so many of a model's last attempts, at most: asking costs the same under any load. */
const LATELY = 1_000;
/** As late as a message can be: turns beyond it are served in the order in which they were sent. */
const LATEST = 200_000;

/**
 * Moves ready tasks to `queued`, as many as each model's short window has room for, and beyond it whatever a platform
 * administrator put before everybody. Within a tenant `priority` decides, then age. Between tenants the turn decides: the
 * tenant that used the model least lately (an hour, a thousand attempts), by its weight and with what is in flight, comes
 * first. A turn is counted in tasks of the usual length, so that of two tenants alike each gets every second place. What a
 * model's licences do not allow its tenant stays. The first comes first in what is returned.
 */
export async function pickReady(ledger: Ledger): Promise<PickedTask[]> {
  return ledger.query<PickedTask>(
    `with model as materialized (
       select m.id,
         exists (select from license_faults(m.id, true, (select ledger_now()))) as not_commercial,
         exists (select from license_faults(m.id, false, (select ledger_now()))) as not_at_all,
         greatest(10, 2 * (select count(*) from model_slots s where s.model_id = m.id))
         - (select count(*) from task_executions q where q.model_id = m.id and q.status = 'queued') as room
       from ai_models m
       where m.enabled
         and exists (select from task_executions t where t.model_id = m.id and t.status = 'ready')
     ), waiting as materialized (
       select model.id as model_id, model.room, t.id as tenant_id, t.weight
       from model, tenants t
       where model.room > 0
         and not case when t.commercial then model.not_commercial else model.not_at_all end
         and exists (select from task_executions b where b.model_id = model.id and b.tenant_id = t.id and b.status = 'ready')
     ), used as materialized (
       select model.id as model_id, a.tenant_id, sum(a.seconds) as seconds, count(*) as attempts
       from model, lateral (
         select tenant_id, extract(epoch from ended_at - started_at) as seconds
         from task_attempts
         where model_id = model.id and started_at > (select ledger_now()) - interval '1 hour' and ended_at is not null
         order by started_at desc
         limit ${LATELY}
       ) a
       where model.room > 0
       group by model.id, a.tenant_id
     ), flying as materialized (
       select s.model_id, t.tenant_id, count(*) as tasks
       from model_slots s join task_executions t on t.id = s.task_execution_id
       where s.model_id in (select id from model where room > 0) and s.held_until >= (select ledger_now())
       group by s.model_id, t.tenant_id
     ), usual as materialized (
       select model_id, greatest(sum(seconds) / sum(attempts), 0.001) as seconds from used group by model_id
     ), tenant as (
       select w.*, coalesce(used.seconds / usual.seconds, 0) + coalesce(flying.tasks, 0) as used
       from waiting w
       left join used using (model_id, tenant_id)
       left join usual using (model_id)
       left join flying using (model_id, tenant_id)
       union all
       select null, ${MODELLESS_WINDOW} - (select count(*) from task_executions q where q.model_id is null and q.status = 'queued'),
         t.id, t.weight, 0
       from tenants t
       where exists (select from task_executions b where b.model_id is null and b.tenant_id = t.id and b.status = 'ready')
     ), line as (
       select q.model_id, q.tenant_id, q.id, q.priority, q.first_ready_at, true as is_queued, q.turn,
         null::bigint as room, null::float8 as weight, null::numeric as used
       from task_executions q
       where q.status = 'queued' and (q.model_id in (select model_id from waiting) or q.model_id is null)
       union all
       select tenant.model_id, tenant.tenant_id, c.*, false, null, tenant.room, tenant.weight, tenant.used
       from tenant, lateral (
         select t.id, t.priority, t.first_ready_at
         from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
         where t.model_id = tenant.model_id and t.tenant_id = tenant.tenant_id and t.status = 'ready' and t.priority > 0
           and (t.not_before is null or t.not_before <= ledger_now())
           and ${MAY_BEGIN}
         order by t.priority, t.first_ready_at
         limit greatest(tenant.room, 0)
       ) c
       union all
       select null, tenant.tenant_id, c.*, false, null, tenant.room, tenant.weight, tenant.used
       from tenant, lateral (
         select t.id, t.priority, t.first_ready_at
         from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
         where t.model_id is null and t.tenant_id = tenant.tenant_id and t.status = 'ready' and t.priority > 0
           and (t.not_before is null or t.not_before <= ledger_now())
           and ${MAY_BEGIN}
         order by t.priority, t.first_ready_at
         limit greatest(tenant.room, 0)
       ) c
       where tenant.model_id is null
     ), placed as (
       -- Behind those of its tenant in the queue that come first, and before those that come later: use grows and ages meanwhile.
       select *, row_number() over own as place,
         max(turn) filter (where is_queued) over own as earliest,
         min(turn) filter (where is_queued) over (own rows between current row and unbounded following) as latest
       from line
       window own as (partition by model_id, tenant_id order by priority, is_queued desc, first_ready_at, id)
     ), turns as (
       select id, model_id, room, priority, place, first_ready_at,
         least(greatest(ceil((used + place) / weight), earliest), latest, ${LATEST})::int as turn
       from placed where not is_queued
     ), chosen as (
       select id, turn, 10 * turn + priority as message, nth
       from (select *, row_number() over (partition by model_id order by turn, place, first_ready_at) as nth from turns) t
       where nth <= room
       union all
       select t.id, 0, 1, 0
       from task_executions t
       join workflow_executions e on e.id = t.workflow_execution_id
       join tenants n on n.id = t.tenant_id
       left join model on model.id = t.model_id
       where t.status = 'ready' and t.priority = 0 and (t.not_before is null or t.not_before <= ledger_now())
         and ${MAY_BEGIN}
         and (t.model_id is null or not case when n.commercial then model.not_commercial else model.not_at_all end)
     ), free as (
       select c.* from task_executions t join chosen c using (id) where t.status = 'ready' for update of t skip locked
     ), moved as (
       update task_executions t
       set status = 'queued', queued_at = ledger_now(), delivery = t.delivery + 1, turn = free.turn
       from free where t.id = free.id
       returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, free.message as priority, free.nth
     )
     select task_execution_id, attempt, delivery, model_key, priority from moved order by nth`,
  );
}

/**
 * Queued tasks that nobody claimed in time: their messages are sent once more. The delivery stays the same, so that a message
 * that still stands in the queue is not doubled. Those that may not begin any more leave their place in the queue to others.
 */
export async function pickUnclaimed(ledger: Ledger, olderThanMs: number): Promise<PickedTask[]> {
  return ledger.query<PickedTask>(
    `with stale as (
       select t.id, ${MAY_BEGIN} as may_begin
       from task_executions t
       join workflow_executions e on e.id = t.workflow_execution_id
       left join model_heat h on h.model_id = t.model_id
       where t.status = 'queued' and (not ${MAY_BEGIN}
         or t.queued_at < ledger_now() - $1 * interval '1 ms' and (t.model_id is null or h.usable_slots > 0))
       order by t.queued_at limit 1000
       for update of t skip locked
     ), back as (
       update task_executions t set status = 'ready' from stale where t.id = stale.id and not may_begin
     )
     update task_executions t set queued_at = ledger_now()
     from stale where t.id = stale.id and may_begin
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
    [olderThanMs],
  );
}

/** Tasks whose model was taken out of use and has cooled: nobody will ever run them. Answers their executions. */
export async function failStranded(ledger: Ledger): Promise<string[]> {
  const rows = await ledger.query<{ executionId: string }>(
    // Whoever ends a task holds its execution: decisions read what ended in that order.
    `with execution as (
       select e.id from workflow_executions e
       where e.id in (
         select t.workflow_execution_id from ai_models m
         join task_executions t on t.model_id = m.id and t.status in ('ready', 'queued')
         where not m.enabled and m.current_thermal_state = 'OFF')
       order by e.id limit 1000
       for no key update skip locked
     ), stranded as (
       select t.id
       from execution e
       join task_executions t on t.workflow_execution_id = e.id and t.status in ('ready', 'queued')
       join ai_models m on m.id = t.model_id
       where not m.enabled and m.current_thermal_state = 'OFF'
       order by t.id limit 1000
       for update of t skip locked
     )
     update task_executions t
     set status = 'failed', completed_at = ledger_now(), error_code = 'model_disabled', error_class = 'invalid',
       error_message = 'The model was taken out of use: ask for the execution again when it is back.'
     from stranded where t.id = stranded.id
     returning t.workflow_execution_id as execution_id`,
  );
  return [...new Set(rows.map((row) => row.executionId))];
}

/**
 * Tasks that have not begun and whose model may not be run any more: licences end, or are withdrawn, after an execution
 * was accepted. What was sent already is left to end. Answers their executions.
 */
export async function failUnlicensed(ledger: Ledger): Promise<string[]> {
  const rows = await ledger.query<{ executionId: string }>(
    `with waiting as materialized (
       select m.id, m.display_name, use.commercial
       from ai_models m, (values (true), (false)) use (commercial)
       where exists (select from task_executions t where t.model_id = m.id and t.status in ('ready', 'queued'))
     ), refused as materialized (
       select w.id, w.commercial, 'The licences of ' || w.display_name || ' do not allow new runs any more ('
         || string_agg(f.code || ': ' || f.component, ', ' order by f.code, f.component)
         || '): ask for the execution again when an administrator has mended that.' as why
       from waiting w, license_faults(w.id, w.commercial, (select ledger_now())) f
       group by w.id, w.commercial, w.display_name
     ), execution as (
       select e.id from workflow_executions e
       where e.id in (
         select t.workflow_execution_id from refused
         join task_executions t on t.model_id = refused.id and t.status in ('ready', 'queued'))
       order by e.id limit 1000
       for no key update skip locked
     ), unlicensed as (
       select t.id, refused.why
       from execution e
       join task_executions t on t.workflow_execution_id = e.id and t.status in ('ready', 'queued')
       join refused on refused.id = t.model_id
       join tenants n on n.id = t.tenant_id and n.commercial = refused.commercial
       where not exists (
         select from task_attempts a where a.task_execution_id = t.id and a.attempt_number = t.attempt_number)
       order by t.id limit 1000
       for update of t skip locked
     )
     update task_executions t
     set status = 'failed', completed_at = ledger_now(), error_code = 'license_refused', error_class = 'invalid',
       error_message = unlicensed.why
     from unlicensed where t.id = unlicensed.id
     returning t.workflow_execution_id as execution_id`,
  );
  return [...new Set(rows.map((row) => row.executionId))];
}

/** PostgreSQL keeps the backlog: which ready tasks go to the head of the line, and which notes may have been lost. */
import type { Ledger } from './pool.js';

/** A note for the queue: row, attempt and delivery fence each other, so that an old note claims nothing. */
export interface Picked {
  taskExecutionId: string;
  attempt: number;
  delivery: number;
  modelKey: string | null;
  priority: number;
}

/** Ready tasks without a model are cheap: this many may stand in the queue at once. */
const MODELLESS_WINDOW = 500;

/**
 * Moves ready tasks to `queued`, as many as each model's short window has room for: priority first, then the tenant
 * that used the model least during the last hour, then age. What a model's licences do not allow its tenant stays.
 */
export async function pickReady(ledger: Ledger): Promise<Picked[]> {
  return ledger.query<Picked>(
    `with model as materialized (
       select m.id,
         exists (select from license_faults(m.id, true, (select ledger_now()))) as not_commercial,
         exists (select from license_faults(m.id, false, (select ledger_now()))) as not_at_all,
         greatest(10, 2 * (select count(*) from model_slots s where s.model_id = m.id))
         - (select count(*) from task_executions q where q.model_id = m.id and q.status = 'queued') as room
       from ai_models m
       where m.enabled
         and exists (select from task_executions t where t.model_id = m.id and t.status = 'ready')
     ), waiting as (
       select model.id as model_id, model.room, t.id as tenant_id, count(*) over (partition by model.id) as tenants
       from model, tenants t
       where model.room > 0
         and not case when t.commercial then model.not_commercial else model.not_at_all end
         and exists (select from task_executions b where b.model_id = model.id and b.tenant_id = t.id and b.status = 'ready')
     ), tenant as (
       select model_id, room, tenant_id, case when tenants = 1 then 0 else (
         select coalesce(sum(extract(epoch from coalesce(a.ended_at, (select ledger_now())) - a.started_at)), 0)
         from task_attempts a
         where a.model_id = waiting.model_id and a.tenant_id = waiting.tenant_id and a.started_at > (select ledger_now()) - interval '1 hour'
       ) end as seconds
       from waiting
     ), turn as (
       select c.id, tenant.model_id, tenant.room, row_number() over (
         partition by tenant.model_id order by c.priority, tenant.seconds + c.place, c.first_ready_at
       ) as place
       from tenant, lateral (
         select t.id, t.priority, t.first_ready_at,
           row_number() over (order by t.priority, t.first_ready_at) as place
         from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
         where t.model_id = tenant.model_id and t.tenant_id = tenant.tenant_id and t.status = 'ready'
           and (t.not_before is null or t.not_before <= ledger_now())
           and e.status in ('pending', 'running')
         order by t.priority, t.first_ready_at
         limit tenant.room
       ) c
     ), chosen as (
       select id from turn where place <= room
       union all
       (select t.id
        from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
        where t.model_id is null and t.status = 'ready' and (t.not_before is null or t.not_before <= ledger_now())
          and e.status in ('pending', 'running')
        order by t.priority, t.first_ready_at
        limit ${MODELLESS_WINDOW})
     ), free as (
       select t.id from task_executions t join chosen using (id) where t.status = 'ready' for update of t skip locked
     )
     update task_executions t
     set status = 'queued', queued_at = ledger_now(), delivery = t.delivery + 1
     from free where t.id = free.id
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
  );
}

/**
 * Queued tasks that nobody claimed in time: their notes are sent once more. The delivery stays the same, so that a note
 * that still stands in the queue is not doubled.
 */
export async function pickUnclaimed(ledger: Ledger, olderThanMs: number): Promise<Picked[]> {
  return ledger.query<Picked>(
    `with stale as (
       select t.id from task_executions t
       left join model_heat h on h.model_id = t.model_id
       where t.status = 'queued' and t.queued_at < ledger_now() - $1 * interval '1 ms'
         and (t.model_id is null or h.usable_slots > 0)
       order by t.queued_at limit 1000
       for update of t skip locked
     )
     update task_executions t set queued_at = ledger_now()
     from stale where t.id = stale.id
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
    [olderThanMs],
  );
}

/** Tasks whose model was taken out of use and has cooled: nobody will ever run them. Answers their executions. */
export async function failStranded(ledger: Ledger): Promise<string[]> {
  const rows = await ledger.query<{ executionId: string }>(
    `with stranded as (
       select t.id
       from ai_models m
       join task_executions t on t.model_id = m.id and t.status in ('ready', 'queued')
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
     ), unlicensed as (
       select t.id, refused.why
       from refused
       join task_executions t on t.model_id = refused.id and t.status in ('ready', 'queued')
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

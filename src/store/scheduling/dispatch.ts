/** PostgreSQL holds the backlog: it decides which ready tasks are queued, and which messages may be lost. */
import { ofModel, statusOf } from '../db/by-key.js';
import { MAY_BEGIN } from '../executions/may-begin.js';
import type { Session, Statement } from '../db/ledger.js';

/** A message for the queue. Row, attempt and delivery must all match, so an outdated message claims nothing. */
export interface PickedTask {
  taskExecutionId: string;
  attempt: number;
  delivery: number;
  modelKey: string | null;
  /** Priority in its queue, the lowest first: by turn, and among equal turns by the execution's own priority. */
  priority: number;
}

/** Which tasks may be ready. */
export interface Waiting {
  ofModels: boolean;
  withoutModel: boolean;
}

/** Tasks without a model are cheap, so this many may be queued at once. */
const MODELLESS_WINDOW = 500;
/** Turns are computed from at most this many recent attempts of a model, so that the cost does not depend on the load. */
const LATELY = 1_000;
/** The highest turn that a message's priority can hold. Later turns are served in the order of their messages. */
const LATEST = 200_000;

/**
 * Queues ready tasks, as many as each model's short window allows, and all expedited tasks. Within a tenant, tasks are
 * ordered by `priority`, then by age. Between tenants, the fair turn decides: the tenant that used the model least recently
 * (in an hour, or a thousand attempts), by its weight and with its running tasks, comes first. A turn is counted in tasks of
 * average length, so two equal tenants alternate. A task whose model's licences do not allow its tenant stays `ready`. Tasks
 * without a model have their own window. The result is in the order of each queue.
 */
export async function pickReady(
  session: Session,
  { ofModels, withoutModel }: Waiting = { ofModels: true, withoutModel: true },
): Promise<PickedTask[]> {
  return [
    ...(ofModels ? await session.query<PickedTask>(PICK_FOR_MODELS) : []),
    ...(withoutModel ? await session.query<PickedTask>(PICK_WITHOUT_MODEL) : []),
  ];
}

/** Condition on `task_executions t`: it may be queued now. */
const IS_DUE = `t.status = 'ready' and (t.not_before is null or t.not_before <= ledger_now()) and ${MAY_BEGIN}`;

/** Columns of a task that stands in a queue, as the CTE `queued` has them. */
const QUEUED = 'q.model_id, q.tenant_id, q.id, q.priority, q.first_ready_at, q.turn';

/**
 * The end of both statements. It needs the CTEs `tenant` (model_id, room, tenant_id, weight, used: each waiting tenant, the
 * tasks that may still be queued, and the tenant's use in tasks), `queued` (what stands in the queues of these models) and
 * `expedited` (id).
 *
 * @param waits condition on `task_executions t`: it belongs to the model of this row of `tenant`
 */
const queueInTurn = (waits: string): string => `line as (
       -- Each tenant's line: what it has in the queue, and its first ready tasks, as many as there is room for.
       select q.model_id, q.tenant_id, q.id, q.priority, q.first_ready_at, true as is_queued, q.turn,
         null::bigint as room, null::float8 as weight, null::numeric as used
       from queued q
       union all
       select tenant.model_id, tenant.tenant_id, c.*, false, null, tenant.room, tenant.weight, tenant.used
       from tenant, lateral (
         select t.id, t.priority, t.first_ready_at
         from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
         where ${waits} and t.tenant_id = tenant.tenant_id and t.priority > 0 and ${IS_DUE}
         order by t.priority, t.first_ready_at
         limit greatest(tenant.room, 0)
       ) c
     ), placed as (
       -- The place of each in its tenant's line, and the turns of those in the queue that come before it and after it.
       select *, row_number() over own as place,
         max(turn) filter (where is_queued) over own as earliest,
         min(turn) filter (where is_queued) over backwards as latest
       from line
       window own as (partition by model_id, tenant_id order by priority, is_queued desc, first_ready_at, id),
         backwards as (partition by model_id, tenant_id order by priority desc, is_queued, first_ready_at desc, id desc)
     ), turns as (
       -- Its turn: the more its tenant used and the more of it come before, the later. It never leaves its place in its
       -- tenant's line, though use grows and ages meanwhile.
       select id, model_id, room, priority, place, first_ready_at,
         least(greatest(ceil((used + place) / weight), earliest), latest, ${LATEST})::int as turn
       from placed where not is_queued
     ), chosen as (
       -- As many as there is room for, and those that go before everybody whether there is room or not.
       select id, turn, 10 * turn + priority as message, nth
       from (select *, row_number() over (partition by model_id order by turn, place, first_ready_at) as nth from turns) t
       where nth <= room
       union all
       select id, 0, 1, 0 from expedited
     ), free as (
       -- What somebody else works on at this moment is passed over.
       select c.* from task_executions t join chosen c using (id) where ${statusOf('t')} = 'ready' for update of t skip locked
     ), moved as (
       update task_executions t
       set status = 'queued', queued_at = ledger_now(), delivery = t.delivery + 1, turn = free.turn
       from free where t.id = free.id
       returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, free.message as priority, free.nth
     )
     select task_execution_id, attempt, delivery, model_key, priority from moved order by nth`;

const PICK_FOR_MODELS: Statement = {
  name: 'pick_for_models',
  text: `-- 1. Who waits for which model: one look into the index for each of them, however long their lines are.
     with recursive pair as (
       (select t.model_id, t.tenant_id from task_executions t
        where t.status = 'ready' and t.model_id is not null order by t.model_id, t.tenant_id limit 1)
       union all
       select next.* from pair, lateral (
         select t.model_id, t.tenant_id from task_executions t
         where t.status = 'ready' and (t.model_id, t.tenant_id) > (pair.model_id, pair.tenant_id)
         order by t.model_id, t.tenant_id limit 1
       ) next
     ), model as materialized (
       -- 2. Their models: how many more of their tasks may stand in the queue, and what their licences forbid.
       select m.id, w.tenant_ids,
         exists (select from license_faults(m.id, true, (select ledger_now()))) as not_commercial,
         exists (select from license_faults(m.id, false, (select ledger_now()))) as not_at_all,
         greatest(10, 2 * (select count(*) from model_slots s where s.model_id = m.id))
         - (select count(*) from task_executions q where q.model_id = m.id and q.status = 'queued') as room
       from (select model_id, array_agg(tenant_id) as tenant_ids from pair group by model_id) w
       join ai_models m on m.id = w.model_id and m.enabled
     ), waiting as materialized (
       -- 3. Tenants that wait for one which has room, and may use it.
       select model.id as model_id, model.room, t.id as tenant_id, t.weight
       from model, unnest(model.tenant_ids) w (tenant_id) join tenants t on t.id = w.tenant_id
       where model.room > 0
         and not case when t.commercial then model.not_commercial else model.not_at_all end
     ), queued as materialized (
       -- 4. What stands in the queues of these models.
       select q.* from (select distinct model_id from waiting) w, lateral (
         select ${QUEUED} from task_executions q where q.model_id = w.model_id and q.status = 'queued' offset 0
       ) q
     ), contested as materialized (
       -- 5. Models that several tenants wait for. For one tenant alone, its use has no meaning.
       select model_id from (
         select model_id, tenant_id from waiting
         union
         select model_id, tenant_id from queued
       ) w group by model_id having count(*) > 1
     ), used as (
       -- 6. What each tenant used of it lately, in tasks of the usual length.
       select model.model_id, a.tenant_id,
         sum(a.seconds) / greatest(sum(sum(a.seconds)) over model / sum(count(*)) over model, 0.001) as tasks
       from contested model, lateral (
         select tenant_id, extract(epoch from ended_at - started_at) as seconds
         from task_attempts
         where ${ofModel('model_id', 'model.model_id')} and started_at > (select ledger_now()) - interval '1 hour'
           and ended_at is not null
         order by model_id, started_at desc
         limit ${LATELY}
       ) a
       group by model.model_id, a.tenant_id
       window model as (partition by model.model_id)
     ), flying as (
       -- 7. What each has in flight.
       select model.model_id, t.tenant_id, count(*) as tasks
       from contested model, lateral (
         select task_execution_id from model_slots s
         where s.model_id = model.model_id and s.held_until >= (select ledger_now()) offset 0
       ) s join task_executions t on t.id = s.task_execution_id
       group by model.model_id, t.tenant_id
     ), tenant as materialized (
       -- 8. The three together.
       select model_id, max(room) as room, tenant_id, max(weight) as weight, coalesce(sum(tasks), 0) as used
       from (
         select model_id, room, tenant_id, weight, null::numeric as tasks from waiting
         union all
         select model_id, null, tenant_id, null, tasks from used
         union all
         select model_id, null, tenant_id, null, tasks from flying
       ) u
       group by model_id, tenant_id having max(weight) is not null
     ), expedited as (
       -- 9. What goes before everybody.
       select t.id
       from task_executions t
       join workflow_executions e on e.id = t.workflow_execution_id
       join tenants n on n.id = t.tenant_id
       join model on model.id = t.model_id
       where t.priority = 0 and ${IS_DUE}
         and not case when n.commercial then model.not_commercial else model.not_at_all end
     ), ${queueInTurn('t.model_id = tenant.model_id')}`,
};

const PICK_WITHOUT_MODEL: Statement = {
  name: 'pick_without_model',
  text: `-- 1. Tenants with tasks that need no model, as above.
     with recursive next as (
       (select t.tenant_id from task_executions t
        where t.model_id is null and t.status = 'ready' order by t.model_id, t.tenant_id limit 1)
       union all
       select t.* from next, lateral (
         select t.tenant_id from task_executions t
         where t.model_id is null and t.status = 'ready' and t.tenant_id > next.tenant_id
         order by t.model_id, t.tenant_id limit 1
       ) t
     ), queued as materialized (
       -- 2. What stands in the queue.
       select ${QUEUED} from task_executions q where q.model_id is null and q.status = 'queued'
     ), tenant as materialized (
       -- 3. Nobody's use of anything is counted, so that places go round by weight alone.
       select null::uuid as model_id, t.id as tenant_id, t.weight, 0 as used,
         ${MODELLESS_WINDOW} - (select count(*) from queued) as room
       from next join tenants t on t.id = next.tenant_id
     ), expedited as (
       -- 4. What goes before everybody.
       select t.id
       from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
       where t.model_id is null and t.priority = 0 and ${IS_DUE}
     ), ${queueInTurn('t.model_id is null')}`,
};

/**
 * Returns queued tasks that were not claimed in time, so that their messages are sent again. The delivery stays the same, so
 * a message that is still in the queue is not duplicated. Tasks that may not start any more leave the queue.
 */
export async function pickUnclaimed(session: Session, olderThanMs: number): Promise<PickedTask[]> {
  return session.query<PickedTask>(PICK_UNCLAIMED, [olderThanMs]);
}

const PICK_UNCLAIMED: Statement = {
  name: 'pick_unclaimed',
  text: `with stale as (
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
};

/** A task's way through the ledger: picked for the queue, claimed with a slot and a lease, kept alive, settled. */
import type { ModelConfig } from '../core/model.js';
import type { Json, JsonObject } from '../core/workflow.js';
import type { AttemptStatus, TaskStatus } from '../core/status.js';
import { grouped } from './group.js';
import type { Ledger, Session } from './pool.js';

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
 * that used the model least during the last hour, then age.
 */
export async function pickReady(ledger: Ledger): Promise<Picked[]> {
  return ledger.query<Picked>(
    `with model as (
       select m.id, greatest(10, 2 * (select count(*) from model_slots s where s.model_id = m.id))
         - (select count(*) from task_executions q where q.model_id = m.id and q.status = 'queued') as room
       from ai_models m
       where m.enabled
         and exists (select from task_executions t where t.model_id = m.id and t.status = 'ready')
     ), waiting as (
       select model.id as model_id, model.room, t.id as tenant_id, count(*) over (partition by model.id) as tenants
       from model, tenants t
       where model.room > 0
         and exists (select from task_executions b where b.model_id = model.id and b.tenant_id = t.id and b.status = 'ready')
     ), tenant as (
       select model_id, room, tenant_id, case when tenants = 1 then 0 else (
         select coalesce(sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)), 0)
         from task_attempts a
         where a.model_id = waiting.model_id and a.tenant_id = waiting.tenant_id and a.started_at > now() - interval '1 hour'
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
           and (t.not_before is null or t.not_before <= now())
           and e.status in ('pending', 'running')
         order by t.priority, t.first_ready_at
         limit tenant.room
       ) c
     ), chosen as (
       select id from turn where place <= room
       union all
       (select t.id
        from task_executions t join workflow_executions e on e.id = t.workflow_execution_id
        where t.model_id is null and t.status = 'ready' and (t.not_before is null or t.not_before <= now())
          and e.status in ('pending', 'running')
        order by t.priority, t.first_ready_at
        limit ${MODELLESS_WINDOW})
     ), free as (
       select t.id from task_executions t join chosen using (id) where t.status = 'ready' for update of t skip locked
     )
     update task_executions t
     set status = 'queued', queued_at = now(), delivery = t.delivery + 1
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
       where t.status = 'queued' and t.queued_at < now() - $1 * interval '1 ms'
         and (t.model_id is null or h.usable_slots > 0)
       order by t.queued_at limit 1000
       for update of t skip locked
     )
     update task_executions t set queued_at = now()
     from stale where t.id = stale.id
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
    [olderThanMs],
  );
}

export interface ClaimRequest {
  taskExecutionId: string;
  attempt: number;
  delivery: number;
  worker: string;
  leaseMs: number;
}

/** All that a worker needs to know, so that it reads nothing before it begins. */
export interface Claimed {
  taskExecutionId: string;
  executionId: string;
  tenantId: string;
  versionId: string;
  taskId: string;
  mapIndex: number | null;
  item: Json;
  attempt: number;
  attemptsUsed: number;
  crashes: number;
  timeoutSeconds: number;
  parameters: JsonObject;
  model: ModelConfig | null;
  invocationId: string;
  /** A worker before this one sent it to an asynchronous endpoint: wait for its result, do not send again. */
  adopt: boolean;
  /** The provider acknowledged it. */
  accepted: boolean;
  startedAt: Date;
}

/** `gone`: somebody else has it or it is no longer wanted. `no_slot`: all slots of a warm model are taken. */
export type Claim = Claimed | 'gone' | 'no_slot';

/** Claims for one process: concurrent claims share a statement. */
export const makeClaim = (ledger: Ledger): ((request: ClaimRequest) => Promise<Claim>) =>
  grouped((requests) => claimAll(ledger, requests));

// One statement: the execution first (the lock order of everything that moves), the task, a free slot of a warm model,
// the move to running, and the attempt row that must exist before the first byte is sent.
async function claimAll(ledger: Ledger, requests: ClaimRequest[]): Promise<Claim[]> {
  const rows = await ledger.query<Claimed & { claimed: boolean }>(
    `with asked as (
       select * from jsonb_to_recordset($1)
         as a ("taskExecutionId" uuid, attempt int, delivery int, worker text, "leaseMs" int)
     ), execution as (
       select e.id from workflow_executions e
       where e.status in ('pending', 'running')
         and e.id in (select t.workflow_execution_id from task_executions t join asked a on t.id = a."taskExecutionId")
       order by e.id for no key update
     ), candidate as (
       select t.id, t.model_id, t.attempt_number, t.timeout_seconds, a.worker, a."leaseMs" as lease_ms,
         exists (select from model_slots s where s.task_execution_id = t.id and s.attempt_number = t.attempt_number) as has_slot
       from task_executions t
       join asked a on t.id = a."taskExecutionId" and t.attempt_number = a.attempt and t.delivery = a.delivery
       join execution e on e.id = t.workflow_execution_id
       where t.status = 'queued'
       for update of t
     ), ranked as (
       select c.*, row_number() over (partition by c.model_id, c.has_slot order by c.id) as place from candidate c
     ), need as (
       select model_id, count(*) as slots from ranked where model_id is not null and not has_slot group by model_id
     ), free as (
       select need.model_id, f.slot_no, row_number() over (partition by need.model_id order by f.slot_no) as place
       from need, lateral (
         select s.slot_no from model_slots s join model_heat h on h.model_id = s.model_id
         where s.model_id = need.model_id and s.slot_no < h.usable_slots
           and (s.task_execution_id is null or s.held_until < clock_timestamp())
         order by s.slot_no limit need.slots
         for update of s skip locked
         for share of h skip locked
       ) f
     ), placed as (
       select r.*, f.slot_no from ranked r
       left join free f on not r.has_slot and f.model_id = r.model_id and f.place = r.place
       where r.model_id is null or r.has_slot or f.slot_no is not null
     ), slot as (
       update model_slots s
       set task_execution_id = p.id, attempt_number = p.attempt_number,
         held_until = clock_timestamp() + p.timeout_seconds * interval '1 s' + p.lease_ms * interval '1 ms'
       from placed p where s.model_id = p.model_id and s.slot_no = p.slot_no
     ), claimed as (
       update task_executions t
       set status = 'running', lease_owner = p.worker, lease_until = clock_timestamp() + p.lease_ms * interval '1 ms',
         started_at = coalesce(t.started_at, clock_timestamp())
       from placed p where t.id = p.id
       returning t.*
     ), attempt as (
       insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, price)
       select c.id, c.attempt_number, c.workflow_execution_id, c.tenant_id, c.model_id, c.lease_owner,
         e.model_snapshots #> array[c.model_key, 'pricing']
       from claimed c join workflow_executions e on e.id = c.workflow_execution_id
       on conflict (task_execution_id, attempt_number) do update set worker = excluded.worker
       returning task_execution_id, invocation_id, output_location is not null as adopt, accepted_at is not null as accepted, started_at
     ), begun as (
       update workflow_executions e set status = 'running', started_at = coalesce(e.started_at, clock_timestamp())
       where e.id in (select workflow_execution_id from claimed) and e.status = 'pending'
     )
     select candidate.id as task_execution_id, c.id is not null as claimed, c.workflow_execution_id as execution_id,
       c.tenant_id, e.workflow_version_id as version_id, c.task_id, c.map_index, c.item, c.attempt_number as attempt,
       c.attempts_used, c.crashes, c.timeout_seconds, e.resolved_parameters as parameters,
       e.model_snapshots -> c.model_key as model, a.invocation_id, a.adopt, a.accepted, a.started_at
     from candidate
     left join claimed c on c.id = candidate.id
     left join attempt a on a.task_execution_id = c.id
     left join workflow_executions e on e.id = c.workflow_execution_id`,
    [JSON.stringify(requests)],
  );
  const found = new Map(rows.map((row) => [row.taskExecutionId, row]));
  return requests.map((request) => {
    const row = found.get(request.taskExecutionId);
    if (!row) return 'gone';
    const { claimed, ...task } = row;
    return claimed ? task : 'no_slot';
  });
}

export interface Sending {
  invocationId: string;
  driver: string;
  endpoint: string;
  outputLocation: string | null;
}

/** Just before the first byte: where the request goes, and where an asynchronous answer will lie. */
export const makeNoteSending = (session: Session): ((sending: Sending) => Promise<void>) =>
  grouped(async (sendings) => {
    await session.query(
      `update task_attempts a
       set sent_at = clock_timestamp(), driver = s.driver, endpoint = s.endpoint, output_location = s."outputLocation"
       from jsonb_to_recordset($1) as s ("invocationId" uuid, driver text, endpoint text, "outputLocation" text)
       where a.invocation_id = s."invocationId"`,
      [JSON.stringify(sendings)],
    );
    return sendings.map(() => undefined);
  });

/** The provider has acknowledged the request: from here on it is adopted, never repeated. */
export const makeNoteAccepted = (session: Session): ((invocationId: string) => Promise<void>) =>
  grouped(async (invocationIds) => {
    await session.query(
      `update task_attempts set accepted_at = clock_timestamp()
       where invocation_id = any ($1::uuid[]) and accepted_at is null`,
      [invocationIds],
    );
    return invocationIds.map(() => undefined);
  });

/** Prolongs a worker's leases; answers which of its tasks are still its own. */
export async function prolong(
  session: Session,
  worker: string,
  taskExecutionIds: readonly string[],
  leaseMs: number,
): Promise<Set<string>> {
  // A row that is being settled at this moment is left alone: waiting for it could end in a circle.
  const rows = await session.query<{ id: string }>(
    `with mine as (
       select id from task_executions where id = any ($2) and status = 'running' and lease_owner = $1
     ), free as (
       select t.id from task_executions t join mine using (id) order by t.id for no key update of t skip locked
     ), prolonged as (
       update task_executions t set lease_until = clock_timestamp() + $3 * interval '1 ms' from free where t.id = free.id
     )
     select id from mine`,
    [worker, taskExecutionIds, leaseMs],
  );
  return new Set(rows.map((row) => row.id));
}

export interface Settlement {
  taskExecutionId: string;
  executionId: string;
  attempt: number;
  worker: string;
  /** How the attempt ended. */
  ended: Exclude<AttemptStatus, 'running'>;
  /** Where the task goes: `ready` is another attempt. */
  next: Extract<TaskStatus, 'succeeded' | 'failed' | 'ready'>;
  input?: Json;
  output?: Json;
  files?: Json;
  errorCode?: string | null;
  errorClass?: string | null;
  errorMessage?: string | null;
  /** `ready`: how long the next attempt waits, by the database's clock. */
  delayMs?: number;
  usesAttempt?: boolean;
  crashed?: boolean;
  usage?: JsonObject;
  costUsd?: string;
  /** False when the invocation may still be running at the endpoint: its slot stays held. */
  freeSlot?: boolean;
}

/** Records how an attempt ended; true when the task was still this worker's and moved. Concurrent callers share a statement. */
export const makeSettle = (ledger: Ledger): ((settlement: Settlement) => Promise<boolean>) =>
  grouped((settlements) => settleAll(ledger, settlements));

// A task that was cancelled or lost meanwhile does not move; the attempt's cost is recorded all the same.
async function settleAll(ledger: Ledger, settlements: Settlement[]): Promise<boolean[]> {
  const rows = await ledger.query<{ taskExecutionId: string; attempt: number; moved: boolean }>(
    `with given as (
       select * from jsonb_to_recordset($1) as g ("taskExecutionId" uuid, "executionId" uuid, attempt int, worker text,
         ended text, next text, input jsonb, output jsonb, files jsonb, "errorCode" text, "errorClass" text,
         "errorMessage" text, "delayMs" int, "usesAttempt" boolean, crashed boolean, usage jsonb,
         "costUsd" numeric, "freeSlot" boolean)
     ), execution as (
       select id from workflow_executions where id in (select "executionId" from given) order by id for no key update
     ), task as (
       select t.id, g.*, t.status = 'running' and t.attempt_number = g.attempt and t.lease_owner = g.worker
           and (not coalesce(g.crashed, false) or t.lease_until < clock_timestamp()) as mine
       from task_executions t
       join given g on g."taskExecutionId" = t.id
       join execution e on e.id = t.workflow_execution_id
       for no key update of t
     ), attempt as (
       update task_attempts a
       set status = case when a.status = 'running' then k.ended else a.status end,
         ended_at = coalesce(a.ended_at, clock_timestamp()),
         error_code = k."errorCode", error_class = k."errorClass", error_message = k."errorMessage",
         usage = coalesce(k.usage, a.usage), cost_usd = coalesce(k."costUsd", a.cost_usd)
       from task k
       where a.task_execution_id = k.id and a.attempt_number = k.attempt and a.worker = k.worker
         and (a.status = 'running' and (k.mine or not coalesce(k.crashed, false)) or a.status = 'unknown')
       returning a.task_execution_id, a.workflow_execution_id, a.endpoint, coalesce(k."costUsd", 0) as cost
     ), moved as (
       update task_executions t
       set status = case when k.mine then k.next else t.status end,
         input_data = coalesce(k.input, t.input_data),
         output_data = case when k.mine and k.next = 'succeeded' then coalesce(k.output, 'null') else t.output_data end,
         files = case when k.mine then coalesce(k.files, t.files) else t.files end,
         error_code = case when k.mine then k."errorCode" else t.error_code end,
         error_class = case when k.mine then k."errorClass" else t.error_class end,
         error_message = case when k.mine then k."errorMessage" else t.error_message end,
         not_before = case when k.mine then clock_timestamp() + k."delayMs" * interval '1 ms' else t.not_before end,
         ready_at = case when k.mine and k.next = 'ready' then clock_timestamp() else t.ready_at end,
         attempt_number = t.attempt_number + (k.mine and k.next = 'ready')::int,
         attempts_used = t.attempts_used + (k.mine and coalesce(k."usesAttempt", true))::int,
         crashes = t.crashes + (k.mine and coalesce(k.crashed, false))::int,
         lease_owner = case when k.mine then null else t.lease_owner end,
         lease_until = case when k.mine then null else t.lease_until end,
         completed_at = case when k.mine and k.next in ('succeeded', 'failed') then clock_timestamp() else t.completed_at end,
         resource_usage = case when k.mine then coalesce(k.usage, t.resource_usage) else t.resource_usage end,
         model_endpoint = coalesce(a.endpoint, t.model_endpoint),
         cost_usd = t.cost_usd + coalesce(a.cost, 0)
       from task k left join attempt a on a.task_execution_id = k.id
       where t.id = k.id and (k.mine or a.task_execution_id is not null)
       returning t.id, k.attempt, k.mine
     ), slot as (
       update model_slots s set task_execution_id = null, attempt_number = null, held_until = null
       from task k
       where s.task_execution_id = k.id and s.attempt_number = k.attempt and coalesce(k."freeSlot", true)
     ), billed as (
       update workflow_executions e set actual_cost_usd = e.actual_cost_usd + c.cost
       from (select workflow_execution_id as id, sum(cost) as cost from attempt group by 1) c
       where e.id = c.id and c.cost > 0
     )
     select id as task_execution_id, attempt, mine as moved from moved`,
    [JSON.stringify(settlements)],
  );
  const moved = new Set(rows.filter((row) => row.moved).map((row) => `${row.taskExecutionId}.${row.attempt}`));
  return settlements.map((given) => moved.has(`${given.taskExecutionId}.${given.attempt}`));
}

/**
 * Gives running tasks back under the same attempt, for another worker to go on with: an orderly stop of this worker, or
 * (`expired`) one that died after it had sent an asynchronous invocation. Slots stay with the tasks.
 */
export async function handOver(
  session: Session,
  { worker, expired = false }: { worker?: string; expired?: boolean },
): Promise<Picked[]> {
  return session.query<Picked>(
    `with given as (
       select t.id
       from task_executions t
       join task_attempts a on a.task_execution_id = t.id and a.attempt_number = t.attempt_number
       where t.status = 'running' and a.status = 'running' and a.output_location is not null
         and ($1::text is null or t.lease_owner = $1)
         and (not $2 or t.lease_until < clock_timestamp() and t.crashes < 2)
       order by t.id
       for no key update of t skip locked
     )
     update task_executions t
     set status = 'queued', queued_at = now(), delivery = t.delivery + 1, lease_owner = null, lease_until = null,
       crashes = t.crashes + $2::boolean::int
     from given where t.id = given.id
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
    [worker ?? null, expired],
  );
}

export interface Lost {
  taskExecutionId: string;
  executionId: string;
  versionId: string;
  taskId: string;
  attempt: number;
  attemptsUsed: number;
  crashes: number;
  worker: string;
  invocationId: string;
  sent: boolean;
}

/** Running tasks whose worker let the lease run out. */
export async function findLost(session: Session): Promise<Lost[]> {
  return session.query<Lost>(
    `select t.id as task_execution_id, t.workflow_execution_id as execution_id, e.workflow_version_id as version_id,
       t.task_id, t.attempt_number as attempt, t.attempts_used, t.crashes, t.lease_owner as worker, a.invocation_id,
       a.sent_at is not null as sent
     from task_executions t
     join workflow_executions e on e.id = t.workflow_execution_id
     join task_attempts a on a.task_execution_id = t.id and a.attempt_number = t.attempt_number
     where t.status = 'running' and t.lease_until < clock_timestamp()
     order by t.lease_until limit 500`,
  );
}

/** Attempts of tasks that were cancelled while their worker died: nobody will ever report them. */
export async function closeAbandoned(session: Session): Promise<void> {
  await session.query(
    `update task_attempts a set status = 'unknown', ended_at = clock_timestamp(), error_code = 'worker_lost', error_class = 'lost'
     from task_executions t
     where a.status = 'running' and t.id = a.task_execution_id and t.completed_at is not null
       and a.started_at + (t.timeout_seconds + 60) * interval '1 s' < clock_timestamp()`,
  );
}

export interface ResultRow {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** As the row holds it: a reference when it was too big. */
  output: Json;
}

/** States of all tasks of an execution, and the outputs of some: a map's items as well as its own row. */
export async function readResults(
  session: Session,
  executionId: string,
  taskIds: Iterable<string>,
): Promise<ResultRow[]> {
  return session.query<ResultRow>(
    `select id, task_id, map_index, status, case when task_id = any ($2) then output_data end as output
     from task_executions
     where workflow_execution_id = $1 and (map_index is null or task_id = any ($2))`,
    [executionId, [...taskIds]],
  );
}

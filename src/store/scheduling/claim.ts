/** Claims tasks: one statement sets them to `running`, takes a slot and a lease, and inserts the attempt. */
import type { ModelConfig } from '../../core/models/model.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import { statusOf } from '../db/by-key.js';
import { MAY_BEGIN } from '../executions/may-begin.js';
import { BUSY, batchedUnlessBusy } from '../db/busy.js';
import type { Ledger, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';

export interface ClaimRequest {
  taskExecutionId: string;
  attempt: number;
  delivery: number;
  worker: string;
  leaseMs: number;
}

/** Everything that a worker needs to start, so that it needs no further query. */
export interface Claimed {
  taskExecutionId: string;
  executionId: string;
  /** Of a child execution: the root of its tree. */
  rootId: string | null;
  tenantId: string;
  versionId: string;
  taskId: string;
  mapIndex: number | null;
  item: Json;
  /** Its input is given, and replaces its mapping. */
  inputGiven: boolean;
  givenInput: Json;
  attempt: number;
  attemptsUsed: number;
  crashes: number;
  timeoutSeconds: number;
  parameters: JsonObject;
  /** This execution, and those whose results it reuses; it may open their files. */
  origins: string[];
  /** Models that this execution may use, with fallbacks. */
  modelIds: string[];
  model: ModelConfig | null;
  /** Amounts of the units that the model's price counts, as they were measured when the execution was accepted. */
  units: Record<string, number>;
  invocationId: string;
  /** Another worker has sent it to an asynchronous endpoint: wait for the result, and do not send it again. */
  adopt: boolean;
  /** The provider has accepted the request. */
  accepted: boolean;
  /** Time since the attempt began, by the database's clock; more than 0 for an adopted attempt. */
  spentMs: number;
}

/**
 * `gone`: another worker has it, or it need not run any more. `no_slot`: all usable slots of the model are taken. `busy`: the
 * model's row is being written, so nobody knows whether there is one.
 */
export type Claim = Claimed | 'gone' | 'no_slot' | 'busy';

/** Concurrent claims of a process share a statement. */
export const makeClaim = (ledger: Ledger): ((request: ClaimRequest) => Promise<Claim>) =>
  batchedUnlessBusy((requests, how) => claimAll(ledger, requests, how), {
    keyOf: ({ taskExecutionId }) => taskExecutionId,
  });

const ASKED = rowsOf<ClaimRequest>({
  taskExecutionId: 'uuid',
  attempt: 'int',
  delivery: 'int',
  worker: 'text',
  leaseMs: 'int',
});

// One statement, so that status, slot and attempt change together. The attempt must exist before the first byte is sent.
const claimTasks = (name: string, how: string): Statement => ({
  name,
  text: `-- 1. What the workers ask for.
     with asked as (
       select * from ${ASKED.as('a')}
     ), execution as (
       -- 2. Executions are locked first, in the order of their ids, as by everything that moves them.
       select e.id, e.root_id, e.workflow_version_id, e.resolved_parameters, e.origins, e.model_snapshots, e.units
       from workflow_executions e
       where ${MAY_BEGIN}
         and e.id = any (array(select t.workflow_execution_id from asked a join task_executions t on t.id = a."taskExecutionId"))
       order by e.id for no key update ${how}
     ), task as (
       -- 3. Then their tasks, found by their ids alone.
       select t.id, t.workflow_execution_id, t.model_id, t.status, t.attempt_number, t.delivery, t.timeout_seconds
       from task_executions t
       where t.id = any (array(select "taskExecutionId" from asked)) and (select count(*) from execution) > 0
       for update
     ), candidate as (
       -- 4. Those that are still in the queue as the message says. One that was handed over has its slot already.
       select t.*, a.worker, a."leaseMs" as lease_ms,
         exists (select from model_slots s where s.task_execution_id = t.id and s.attempt_number = t.attempt_number) as has_slot
       from task t
       join asked a on t.id = a."taskExecutionId" and t.attempt_number = a.attempt and t.delivery = a.delivery
       join execution e on e.id = t.workflow_execution_id
       where t.status = 'queued'
     ), heat as (
       -- 5. Their models' rows are held, so that slots are not closed meanwhile. It waits for none, since it holds tasks.
       select h.model_id, h.usable_slots from model_heat h
       where h.model_id = any (array(select model_id from candidate where not has_slot))
       order by h.model_id for share skip locked
     ), matched as (
       -- 6. One free slot of a warm model for each that needs one, as far as they go. A slot that somebody else takes at
       -- this moment is passed over.
       select model.model_id, pair.task_id, pair.slot_no
       from (
         select h.model_id, h.usable_slots, array_agg(c.id order by c.id) as task_ids
         from candidate c join heat h on h.model_id = c.model_id
         where not c.has_slot group by h.model_id, h.usable_slots
       ) model, lateral unnest(model.task_ids, array(
         select s.slot_no from model_slots s
         where s.model_id = model.model_id and s.slot_no < model.usable_slots
           and (s.task_execution_id is null or s.held_until < ledger_now())
         order by s.slot_no limit cardinality(model.task_ids)
         for update of s skip locked
       )) as pair (task_id, slot_no)
       where pair.slot_no is not null
     ), taken as (
       -- 7. The slot is held for as long as the attempt may last.
       update model_slots s
       set task_execution_id = c.id, attempt_number = c.attempt_number,
         held_until = ledger_now() + c.timeout_seconds * interval '1 s' + c.lease_ms * interval '1 ms'
       from matched m join candidate c on c.id = m.task_id
       where s.model_id = m.model_id and s.slot_no = m.slot_no
     ), claimed as (
       -- 8. The task runs, under a lease. Without a slot it stays where it is.
       update task_executions t
       set status = 'running', lease_owner = c.worker, lease_until = ledger_now() + c.lease_ms * interval '1 ms',
         started_at = coalesce(t.started_at, ledger_now())
       from candidate c
       where t.id = c.id and (c.model_id is null or c.has_slot or c.id in (select task_id from matched))
       returning t.*
     ), attempt as (
       -- 9. The attempt, at the price of this moment. One that was handed over goes on under its worker's name.
       insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, price)
       select c.id, c.attempt_number, c.workflow_execution_id, c.tenant_id, c.model_id, c.lease_owner,
         e.model_snapshots #> array[c.model_key, 'pricing']
       from claimed c join execution e on e.id = c.workflow_execution_id
       on conflict (task_execution_id, attempt_number) do update set worker = excluded.worker
       returning task_execution_id, invocation_id, output_location is not null as adopt, accepted_at is not null as accepted,
         least(extract(epoch from ledger_now() - started_at) * 1000, 2147483647)::int as spent_ms
     ), begun as (
       -- 10. The execution has begun.
       update workflow_executions e set status = 'running', started_at = coalesce(e.started_at, ledger_now())
       where e.id = any (array(select workflow_execution_id from claimed)) and e.status = 'pending'
     )
     -- 11. All that a worker needs; of a candidate without a slot, only that it has none, or that its
     -- model's row is being written.
     select candidate.id as task_execution_id, c.id is not null as claimed,
       c.id is null and exists (select from model_heat h where h.model_id = candidate.model_id
         and h.model_id not in (select model_id from heat)) as is_busy, c.workflow_execution_id as execution_id,
       e.root_id, c.tenant_id, e.workflow_version_id as version_id, c.task_id, c.map_index, c.item, c.input_given,
       case when c.input_given then c.input_data end as given_input, c.attempt_number as attempt,
       c.attempts_used, c.crashes, c.timeout_seconds, e.resolved_parameters as parameters,
       e.id || e.origins as origins, array(select jsonb_object_keys(e.model_snapshots)) as model_ids,
       e.model_snapshots -> c.model_key as model, coalesce(e.units -> c.model_key, '{}') as units, a.invocation_id, a.adopt, a.accepted, a.spent_ms
     from candidate
     left join claimed c on c.id = candidate.id
     left join attempt a on a.task_execution_id = c.id
     left join execution e on e.id = c.workflow_execution_id`,
});
const CLAIM_WAITING = claimTasks('claim_waiting', '');
const CLAIM_FREE = claimTasks('claim_free', 'skip locked');

const MAY_BE_CLAIMED: Statement = {
  name: 'may_be_claimed',
  text: `select t.id from task_executions t, lateral (
       select from workflow_executions e where e.id = t.workflow_execution_id and ${MAY_BEGIN} offset 0
     ) e
     where t.id = any ($1::uuid[]) and ${statusOf('t')} = 'queued'`,
};

async function claimAll(
  ledger: Ledger,
  requests: ClaimRequest[],
  { wait }: { wait: boolean },
): Promise<(Claim | typeof BUSY)[]> {
  const rows = await ledger.query<Claimed & { claimed: boolean; isBusy: boolean }>(
    wait ? CLAIM_WAITING : CLAIM_FREE,
    ASKED.values(requests),
  );
  const found = new Map(rows.map((row) => [row.taskExecutionId, row]));
  const left = requests.map(({ taskExecutionId }) => taskExecutionId).filter((id) => !found.has(id));
  const locked = wait || left.length === 0 ? [] : await ledger.query<{ id: string }>(MAY_BE_CLAIMED, [left]);
  const busy = new Set(locked.map(({ id }) => id));
  return requests.map(({ taskExecutionId }) => {
    const row = found.get(taskExecutionId);
    if (!row) return busy.has(taskExecutionId) ? BUSY : 'gone';
    const { claimed, isBusy, ...task } = row;
    if (isBusy) return wait ? 'busy' : BUSY;
    return claimed ? task : 'no_slot';
  });
}

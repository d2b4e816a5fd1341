/** Settles attempts: their outcome, their cost, and the next status of their tasks. */
import type { Evidence } from '../../core/errors.js';
import type { AttemptStatus, TaskStatus } from '../../core/status.js';
import type { Json, JsonObject } from '../../core/json/json.js';
import { BUSY, batchedUnlessBusy } from '../db/busy.js';
import type { Ledger, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';

export interface Settlement {
  taskExecutionId: string;
  executionId: string;
  /** Of a child: the root of its tree, which pays for all of it. */
  rootId?: string | null;
  attempt: number;
  worker: string;
  /** Outcome of the attempt. */
  ended: Exclude<AttemptStatus, 'running'>;
  /** Next status of the task; `ready` is another attempt. */
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
  /** `ready`: the next attempts use this model of the execution. */
  fallbackModelId?: string;
  crashed?: boolean;
  /** What the failed request shows of its endpoint. It may hold payload, as an output does. */
  failureDetails?: Evidence;
  usage?: JsonObject;
  costUsd?: string;
  /** False if the endpoint may still work on the invocation: its slot is held for that time. */
  freeSlot?: boolean;
  /** With `freeSlot: false`: the longest time from now, if it is better known than when the request was sent. */
  lingerMs?: number;
}

/** Records the outcome of an attempt; true if the worker still held the task. Concurrent callers share a statement. */
export const makeSettle = (ledger: Ledger): ((settlement: Settlement) => Promise<boolean>) =>
  batchedUnlessBusy((settlements, how) => settleAll(ledger, settlements, how), {
    keyOf: ({ taskExecutionId }) => taskExecutionId,
  });

const GIVEN = rowsOf<Settlement>({
  taskExecutionId: 'uuid',
  executionId: 'uuid',
  rootId: 'uuid',
  attempt: 'int',
  worker: 'text',
  ended: 'text',
  next: 'text',
  input: 'jsonb',
  output: 'jsonb',
  files: 'jsonb',
  errorCode: 'text',
  errorClass: 'text',
  errorMessage: 'text',
  delayMs: 'bigint',
  usesAttempt: 'boolean',
  fallbackModelId: 'text',
  crashed: 'boolean',
  failureDetails: 'jsonb',
  usage: 'jsonb',
  costUsd: 'numeric',
  freeSlot: 'boolean',
  lingerMs: 'float8',
});

// One statement, so that all effects of an attempt are written together or not at all.
const settleTasks = (name: string, how: string): Statement => ({
  name,
  text: `-- 1. What the callers say.
     with given as (
       select * from ${GIVEN.as('g')}
     ), execution as (
       -- 2. Executions are locked first, in the order of their ids, as by everything that moves them.
       select id, model_snapshots from workflow_executions
       where id = any (array(select "executionId" from given union all select "rootId" from given where "rootId" is not null))
       order by id for no key update ${how}
     ), task as (
       -- 3. Then their tasks. Is the task still this worker's? A worker has crashed only once its lease is over.
       select t.id, g.*, (e.model_snapshots #>> array[g."fallbackModelId", 'uuid'])::uuid as fallback_id,
         t.status = 'running' and t.attempt_number = g.attempt and t.lease_owner = g.worker
           and (not coalesce(g.crashed, false) or t.lease_until < ledger_now()) as mine
       from (
         select id, workflow_execution_id, status, attempt_number, lease_owner, lease_until from task_executions
         where id = any (array(select "taskExecutionId" from given)) and (select count(*) from execution) > 0
         for no key update
       ) t
       join given g on g."taskExecutionId" = t.id
       join execution e on e.id = t.workflow_execution_id
       where g."rootId" is null or g."rootId" in (select id from execution)
     ), attempt as (
       -- 4. The attempt ends. One that ended as unknown may learn once what it cost.
       update task_attempts a
       set status = case when a.status = 'running' then k.ended else a.status end,
         ended_at = coalesce(a.ended_at, ledger_now()),
         error_code = k."errorCode", error_class = k."errorClass", error_message = k."errorMessage",
         failure_details = k."failureDetails", usage = coalesce(k.usage, a.usage), cost_usd = coalesce(k."costUsd", a.cost_usd)
       from task k
       where a.task_execution_id = k.id and a.attempt_number = k.attempt and a.worker = k.worker
         and a.task_execution_id = any (array(select id from task))
         and (a.status = 'running' and (k.mine or not coalesce(k.crashed, false)) or a.status = 'unknown' and a.cost_usd = 0)
       returning a.task_execution_id, a.workflow_execution_id, a.endpoint, coalesce(k."costUsd", 0) as cost
     ), moved as (
       -- 5. Still this worker's: the task moves on.
       update task_executions t
       set status = k.next,
         lease_owner = null, lease_until = null,
         input_data = coalesce(k.input, t.input_data),
         output_data = case when k.next = 'succeeded' then coalesce(k.output, 'null') else t.output_data end,
         files = coalesce(k.files, t.files),
         error_code = k."errorCode", error_class = k."errorClass", error_message = k."errorMessage",
         not_before = ledger_now() + k."delayMs" * interval '1 ms',
         ready_at = case when k.next = 'ready' then ledger_now() else t.ready_at end,
         completed_at = case when k.next in ('succeeded', 'failed') then ledger_now() else t.completed_at end,
         attempt_number = t.attempt_number + (k.next = 'ready')::int,
         attempts_used = case when k.fallback_id is null then t.attempts_used + coalesce(k."usesAttempt", true)::int else 0 end,
         crashes = t.crashes + coalesce(k.crashed, false)::int,
         model_id = coalesce(k.fallback_id, t.model_id), model_key = coalesce(k."fallbackModelId", t.model_key),
         model_endpoint = coalesce(a.endpoint, t.model_endpoint),
         resource_usage = coalesce(k.usage, t.resource_usage),
         cost_usd = t.cost_usd + coalesce(a.cost, 0)
       from task k left join attempt a on a.task_execution_id = k.id
       where t.id = k.id and k.mine
       returning t.id as task_execution_id, k.attempt
     ), late as (
       -- 6. Cancelled or taken over meanwhile: the task stays where it is, and only learns what the attempt cost.
       update task_executions t
       set input_data = coalesce(t.input_data, k.input),
         model_endpoint = coalesce(t.model_endpoint, a.endpoint),
         cost_usd = t.cost_usd + a.cost
       from task k join attempt a on a.task_execution_id = k.id
       where t.id = k.id and not k.mine
     ), invocation as (
       -- 7. May the endpoint still be at it? What was never sent runs nowhere, whatever its worker says; and a worker that
       -- was relieved of the attempt says nothing of its slot.
       select k.id, k.attempt, coalesce(k."freeSlot", true) or a.sent_at is null as is_over,
         coalesce(k."lingerMs", a.linger_ms) as linger_ms
       from task k
       join task_attempts a on a.task_execution_id = k.id and a.attempt_number = k.attempt and a.worker = k.worker
         and a.task_execution_id = any (array(select id from task))
     ), freed as (
       -- 8. If not, its slot is free.
       update model_slots s set task_execution_id = null, attempt_number = null, held_until = null
       from invocation i
       where s.task_execution_id = i.id and s.attempt_number = i.attempt and i.is_over
     ), kept as (
       -- 9. If so, its slot is kept for as long as that can be.
       update model_slots s set held_until = least(s.held_until, ledger_now() + i.linger_ms * interval '1 ms')
       from invocation i
       where s.task_execution_id = i.id and s.attempt_number = i.attempt and not i.is_over
     ), billed as (
       -- 10. The execution costs what its attempts cost, and the root of its tree what all below it cost.
       update workflow_executions e
       set actual_cost_usd = e.actual_cost_usd + c.own, children_cost_usd = e.children_cost_usd + c.below
       from (
         select b.id, sum(b.own) as own, sum(b.below) as below
         from attempt a join given g on g."taskExecutionId" = a.task_execution_id, lateral (
           select a.workflow_execution_id as id, a.cost as own, 0 as below
           union all
           select g."rootId", 0, a.cost where g."rootId" is not null
         ) b
         group by b.id
       ) c
       where e.id = c.id and c.own + c.below > 0
     )
     -- 11. The tasks that moved; and those of executions that somebody else has locked, of which nothing was written.
     select task_execution_id, attempt, false as is_busy from moved
     union all
     select "taskExecutionId", attempt, true from given
     where "executionId" not in (select id from execution) or "rootId" is not null and "rootId" not in (select id from execution)`,
});
const SETTLE_WAITING = settleTasks('settle_waiting', '');
const SETTLE_FREE = settleTasks('settle_free', 'skip locked');

async function settleAll(
  ledger: Ledger,
  settlements: Settlement[],
  { wait }: { wait: boolean },
): Promise<(boolean | typeof BUSY)[]> {
  const rows = await ledger.query<{ taskExecutionId: string; attempt: number; isBusy: boolean }>(
    wait ? SETTLE_WAITING : SETTLE_FREE,
    GIVEN.values(settlements),
  );
  const keyOf = ({ taskExecutionId, attempt }: Pick<Settlement, 'taskExecutionId' | 'attempt'>) =>
    `${taskExecutionId}.${attempt}`;
  const isBusy = new Map(rows.map((row) => [keyOf(row), row.isBusy]));
  return settlements.map((settlement) => {
    const found = isBusy.get(keyOf(settlement));
    return found ? BUSY : found !== undefined;
  });
}

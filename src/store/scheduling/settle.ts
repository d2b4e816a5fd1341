/** How an attempt ended, what it cost, and where its task goes. */
import type { Evidence } from '../../core/errors.js';
import type { AttemptStatus, TaskStatus } from '../../core/status.js';
import type { Json, JsonObject } from '../../core/workflows/workflow.js';
import { grouped } from '../db/batching.js';
import type { Ledger } from '../db/ledger.js';

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
  /** `ready`: from now on by this model of the execution's. */
  fallbackModelId?: string;
  crashed?: boolean;
  /** What the failed request shows of its endpoint: payload, as an output is. */
  failureDetails?: Evidence;
  usage?: JsonObject;
  costUsd?: string;
  /** False when the invocation may still be running at the endpoint: its slot stays held as long as that can be. */
  freeSlot?: boolean;
  /** With `freeSlot: false`: so long from now at most, where more is known than what was noted with the sending. */
  lingerMs?: number;
}

/** Records how an attempt ended; true when the task was still this worker's and moved. Concurrent callers share a statement. */
export const makeSettle = (ledger: Ledger): ((settlement: Settlement) => Promise<boolean>) =>
  grouped((settlements) => settleAll(ledger, settlements), {
    keyOf: ({ taskExecutionId }) => taskExecutionId,
  });

// A task that was cancelled or lost meanwhile does not move; the attempt's cost is recorded all the same.
async function settleAll(ledger: Ledger, settlements: Settlement[]): Promise<boolean[]> {
  const rows = await ledger.query<{ taskExecutionId: string; attempt: number; moved: boolean }>(
    `with given as (
       select * from jsonb_to_recordset($1) as g ("taskExecutionId" uuid, "executionId" uuid, attempt int, worker text,
         ended text, next text, input jsonb, output jsonb, files jsonb, "errorCode" text, "errorClass" text,
         "errorMessage" text, "delayMs" bigint, "usesAttempt" boolean, "fallbackModelId" text, crashed boolean, "failureDetails" jsonb, usage jsonb,
         "costUsd" numeric, "freeSlot" boolean, "lingerMs" float8)
     ), execution as (
       select id, model_snapshots from workflow_executions where id in (select "executionId" from given) order by id for no key update
     ), task as (
       select t.id, g.*, (e.model_snapshots #>> array[g."fallbackModelId", 'uuid'])::uuid as fallback_id, t.status = 'running' and t.attempt_number = g.attempt and t.lease_owner = g.worker
           and (not coalesce(g.crashed, false) or t.lease_until < ledger_now()) as mine
       from task_executions t
       join given g on g."taskExecutionId" = t.id
       join execution e on e.id = t.workflow_execution_id
       for no key update of t
     ), attempt as (
       update task_attempts a
       set status = case when a.status = 'running' then k.ended else a.status end,
         ended_at = coalesce(a.ended_at, ledger_now()),
         error_code = k."errorCode", error_class = k."errorClass", error_message = k."errorMessage",
         failure_details = k."failureDetails", usage = coalesce(k.usage, a.usage), cost_usd = coalesce(k."costUsd", a.cost_usd)
       from task k
       where a.task_execution_id = k.id and a.attempt_number = k.attempt and a.worker = k.worker
         and (a.status = 'running' and (k.mine or not coalesce(k.crashed, false)) or a.status = 'unknown' and a.cost_usd = 0)
       returning a.task_execution_id, a.workflow_execution_id, a.endpoint, coalesce(k."costUsd", 0) as cost
     ), moved as (
       update task_executions t
       set status = case when k.mine then k.next else t.status end,
         input_data = case when k.mine then coalesce(k.input, t.input_data) else coalesce(t.input_data, k.input) end,
         output_data = case when k.mine and k.next = 'succeeded' then coalesce(k.output, 'null') else t.output_data end,
         files = case when k.mine then coalesce(k.files, t.files) else t.files end,
         error_code = case when k.mine then k."errorCode" else t.error_code end,
         error_class = case when k.mine then k."errorClass" else t.error_class end,
         error_message = case when k.mine then k."errorMessage" else t.error_message end,
         not_before = case when k.mine then ledger_now() + k."delayMs" * interval '1 ms' else t.not_before end,
         ready_at = case when k.mine and k.next = 'ready' then ledger_now() else t.ready_at end,
         attempt_number = t.attempt_number + (k.mine and k.next = 'ready')::int,
         attempts_used = case when k.mine and k.fallback_id is not null then 0
           else t.attempts_used + (k.mine and coalesce(k."usesAttempt", true))::int end,
         model_id = case when k.mine then coalesce(k.fallback_id, t.model_id) else t.model_id end,
         model_key = case when k.mine then coalesce(k."fallbackModelId", t.model_key) else t.model_key end,
         crashes = t.crashes + (k.mine and coalesce(k.crashed, false))::int,
         lease_owner = case when k.mine then null else t.lease_owner end,
         lease_until = case when k.mine then null else t.lease_until end,
         completed_at = case when k.mine and k.next in ('succeeded', 'failed') then ledger_now() else t.completed_at end,
         resource_usage = case when k.mine then coalesce(k.usage, t.resource_usage) else t.resource_usage end,
         model_endpoint = case when k.mine then coalesce(a.endpoint, t.model_endpoint) else coalesce(t.model_endpoint, a.endpoint) end,
         cost_usd = t.cost_usd + coalesce(a.cost, 0)
       from task k left join attempt a on a.task_execution_id = k.id
       where t.id = k.id and (k.mine or a.task_execution_id is not null)
       returning t.id, k.attempt, k.mine
     ), slot as (
       update model_slots s
       set task_execution_id = case when d.free then null else s.task_execution_id end,
         attempt_number = case when d.free then null else s.attempt_number end,
         held_until = case when not d.free then least(s.held_until, ledger_now() + d.linger_ms * interval '1 ms') end
       from (
         -- What was never sent runs nowhere, whatever its worker says; who was relieved of it says nothing of its slot.
         select k.id, k.attempt, coalesce(k."freeSlot", true) or a.sent_at is null as free,
           coalesce(k."lingerMs", a.linger_ms) as linger_ms
         from task k join task_attempts a on a.task_execution_id = k.id and a.attempt_number = k.attempt and a.worker = k.worker
       ) d
       where s.task_execution_id = d.id and s.attempt_number = d.attempt
     ), billed as (
       update workflow_executions e set actual_cost_usd = e.actual_cost_usd + c.cost
       from (select workflow_execution_id as id, sum(cost) as cost from attempt group by 1) c
       where e.id = c.id and c.cost > 0
     )
     select id as task_execution_id, attempt, mine as moved from moved`,
    [JSON.stringify(settlements)],
  );
  const moved = new Set(
    rows.filter((row) => row.moved).map((row) => `${row.taskExecutionId}.${row.attempt}`),
  );
  return settlements.map((given) => moved.has(`${given.taskExecutionId}.${given.attempt}`));
}

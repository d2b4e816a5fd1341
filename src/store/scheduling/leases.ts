/** Task leases: prolonged while a worker lives, handed over when it stops, found when it has died. */
import { statusOf } from '../db/by-key.js';
import type { PickedTask } from './dispatch.js';
import type { Session, Statement } from '../db/ledger.js';

/** Prolongs a worker's leases, and returns the tasks that it still holds. */
export async function prolong(
  session: Session,
  worker: string,
  taskExecutionIds: readonly string[],
  leaseMs: number,
): Promise<Set<string>> {
  const rows = await session.query<{ id: string }>(PROLONG, [worker, taskExecutionIds, leaseMs]);
  return new Set(rows.map((row) => row.id));
}

// A row that is being settled is skipped, because waiting for it could deadlock.
const PROLONG: Statement = {
  name: 'prolong',
  text: `with mine as (
       select id from task_executions t where id = any ($2) and ${statusOf('t')} = 'running' and lease_owner = $1
     ), free as (
       select t.id from task_executions t join mine using (id) order by t.id for no key update of t skip locked
     ), prolonged as (
       update task_executions t set lease_until = ledger_now() + $3 * interval '1 ms' from free where t.id = free.id
     )
     select id from mine`,
};

/**
 * Hands running tasks with a sent asynchronous invocation over to other workers, with the same attempt: all of a stopping
 * worker, or the one whose result it cannot hold. The tasks keep their slots.
 */
export const handOver = (
  session: Session,
  { worker, taskExecutionId }: { worker: string; taskExecutionId?: string },
): Promise<PickedTask[]> =>
  taskExecutionId === undefined
    ? session.query<PickedTask>(HAND_OVER_ALL, [worker])
    : session.query<PickedTask>(HAND_OVER_ONE, [worker, taskExecutionId]);

/** As `handOver`: those of dead workers, unless they have taken too many workers with them. */
export const handOverExpired = (session: Session): Promise<PickedTask[]> =>
  session.query<PickedTask>(HAND_OVER_EXPIRED);

/** @param which condition on `task_executions t` */
const handingOver = (name: string, which: string, { crashed }: { crashed: boolean }): Statement => ({
  name,
  text: `with given as (
       select t.id
       from task_executions t
       where ${which} and exists (
         select from task_attempts a
         where a.task_execution_id = t.id and a.attempt_number = t.attempt_number
           and ${statusOf('a')} = 'running' and a.output_location is not null offset 0)
       order by t.id
       for no key update of t skip locked
     )
     update task_executions t
     set status = 'queued', queued_at = ledger_now(), delivery = t.delivery + 1, lease_owner = null, lease_until = null,
       crashes = t.crashes + ${crashed ? 1 : 0}
     from given where t.id = given.id
     returning t.id as task_execution_id, t.attempt_number as attempt, t.delivery, t.model_key, t.priority`,
});
const HAND_OVER_ONE = handingOver(
  'hand_over_one',
  `t.id = $2 and ${statusOf('t')} = 'running' and t.lease_owner = $1`,
  { crashed: false },
);
const HAND_OVER_ALL = handingOver('hand_over_all', `t.status = 'running' and t.lease_owner = $1`, {
  crashed: false,
});
const HAND_OVER_EXPIRED = handingOver(
  'hand_over_expired',
  `t.status = 'running' and t.lease_until < (select ledger_now()) and t.crashes < 2`,
  { crashed: true },
);

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
  /** The model of the attempt, and those that the execution may use. */
  modelId: string | null;
  modelIds: string[];
}

/** Running tasks whose lease has expired. */
export const findLost = (session: Session): Promise<Lost[]> => session.query<Lost>(FIND_LOST);

const FIND_LOST: Statement = {
  name: 'find_lost',
  text: `select t.id as task_execution_id, t.workflow_execution_id as execution_id, e.workflow_version_id as version_id,
       t.task_id, t.attempt_number as attempt, t.attempts_used, t.crashes, t.lease_owner as worker, a.invocation_id,
       a.sent_at is not null as sent, t.model_key as model_id, array(select jsonb_object_keys(e.model_snapshots)) as model_ids
     from task_executions t
     join workflow_executions e on e.id = t.workflow_execution_id
     join task_attempts a on a.task_execution_id = t.id and a.attempt_number = t.attempt_number
     where t.status = 'running' and t.lease_until < (select ledger_now())
       -- what was sent to an asynchronous endpoint is handed over, until it has taken too many workers with it
       and (a.output_location is null or t.crashes >= 2)
     order by t.lease_until limit 500`,
};

/** Ends attempts of cancelled tasks whose worker died: no worker will report them. */
export async function closeAbandoned(session: Session): Promise<void> {
  await session.query(CLOSE_ABANDONED);
}

const CLOSE_ABANDONED: Statement = {
  name: 'close_abandoned',
  text: `update task_attempts a set status = 'unknown', ended_at = ledger_now(), error_code = 'worker_lost', error_class = 'lost'
     where a.status = 'running' and (
       select t.completed_at is not null and a.started_at + t.timeout_seconds * interval '1 s' + interval '60 s' < ledger_now()
       from task_executions t where t.id = a.task_execution_id)`,
};

/**
 * For endpoints that have lost all invocations, such as a restarted stand-in: sent requests are not waited for, and their
 * slots are freed.
 */
export async function forgetInvocations(session: Session): Promise<void> {
  await session.query(
    `with sent as (
       update task_attempts set output_location = null, accepted_at = null where status = 'running' and output_location is not null
     )
     update model_slots set task_execution_id = null, attempt_number = null, held_until = null
     where task_execution_id is not null`,
  );
}

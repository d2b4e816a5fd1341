/** Records the progress of an attempt's request. */
import { statusOf } from '../db/by-key.js';
import { batched } from '../db/batching.js';
import type { Session, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';

export interface Sending {
  invocationId: string;
  driver: string;
  endpoint: string;
  address: string | null;
  outputLocation: string | null;
  /** How long the endpoint may work on the request after it has arrived, or after it was given up. */
  lingerMs: number;
}

/** `taken`: another worker has the task now. `no_slot`: the task no longer holds its slot. */
export type SendingResult = 'noted' | 'taken' | 'no_slot';

/**
 * To be called just before the first byte is sent. It records the address of the request and the location of an
 * asynchronous result, and holds the slot for the task's time limit plus `lingerMs`. Unless the result is `noted`, the
 * request must not be sent.
 */
export const makeNoteSending = (session: Session): ((sending: Sending) => Promise<SendingResult>) =>
  batched(async (sendings) => {
    const rows = await session.query<{ invocationId: string; held: boolean }>(
      NOTE_SENDING,
      SENDING.values(sendings),
    );
    const held = new Map(rows.map((row) => [row.invocationId, row.held]));
    return sendings.map(({ invocationId }) => {
      const found = held.get(invocationId);
      return found === undefined ? 'taken' : found ? 'noted' : 'no_slot';
    });
  });

const SENDING = rowsOf<Sending>({
  invocationId: 'uuid',
  driver: 'text',
  endpoint: 'text',
  address: 'text',
  outputLocation: 'text',
  lingerMs: 'float8',
});

const NOTE_SENDING: Statement = {
  name: 'note_sending',
  text: `with given as (
         select * from ${SENDING.as('s')}
       ), mine as (
         select a.invocation_id, a.task_execution_id, a.attempt_number, t.timeout_seconds, s.*
         from given s
         join task_attempts a on a.invocation_id = s."invocationId" and ${statusOf('a')} = 'running'
           and a.invocation_id = any (array(select "invocationId" from given))
         join task_executions t on t.id = a.task_execution_id and ${statusOf('t')} = 'running'
           and t.attempt_number = a.attempt_number and t.lease_owner = a.worker and t.lease_until > ledger_now()
       ), slot as (
         update model_slots s
         set held_until = ledger_now() + m.timeout_seconds * interval '1 s' + m."lingerMs" * interval '1 ms'
         from mine m where s.task_execution_id = m.task_execution_id and s.attempt_number = m.attempt_number
         returning m.invocation_id
       ), noted as (
         update task_attempts a
         set sent_at = ledger_now(), driver = m.driver, endpoint = m.endpoint, address = m.address,
           output_location = m."outputLocation", linger_ms = m."lingerMs"
         from mine m join slot using (invocation_id)
         where a.invocation_id = m.invocation_id and ${statusOf('a')} = 'running'
           and a.invocation_id = any (array(select "invocationId" from given))
       )
       select m.invocation_id, slot.invocation_id is not null as held from mine m left join slot using (invocation_id)`,
};

/** Records that the provider accepted the request: it is adopted and never sent again, and its slot is held for `linger_ms`. */
export const makeNoteAccepted = (session: Session): ((invocationId: string) => Promise<void>) =>
  batched(async (invocationIds) => {
    await session.query(NOTE_ACCEPTED, [invocationIds]);
    return invocationIds.map(() => undefined);
  });

const NOTE_ACCEPTED: Statement = {
  name: 'note_accepted',
  text: `with accepted as (
       update task_attempts set accepted_at = ledger_now()
       where invocation_id = any ($1::uuid[]) and accepted_at is null
       returning task_execution_id, attempt_number, linger_ms
     )
     update model_slots s set held_until = ledger_now() + a.linger_ms * interval '1 ms'
     from accepted a where s.task_execution_id = a.task_execution_id and s.attempt_number = a.attempt_number
       and a.linger_ms is not null`,
};

/** Counts a task's refusals in a row (errors of these classes), and returns the time since the first one. */
export async function countRefusals(
  session: Session,
  taskExecutionId: string,
  classes: readonly string[],
): Promise<{ times: number; forMs: number }> {
  const [row] = await session.query<{ times: number; forMs: number }>(
    `select count(*)::int as times, coalesce(extract(epoch from ledger_now() - min(started_at)) * 1000, 0)::float8 as for_ms
     from task_attempts a
     where task_execution_id = $1 and error_class = any ($2::text[]) and attempt_number > coalesce((
       select max(attempt_number) from task_attempts
       where task_execution_id = $1 and ended_at is not null and (error_class is null or error_class <> all ($2::text[]))), 0)`,
    [taskExecutionId, classes],
  );
  return row ?? { times: 0, forMs: 0 };
}

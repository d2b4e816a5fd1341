/** What an attempt's row learns while its request is on its way. */
import { grouped } from './group.js';
import type { Session } from './pool.js';

export interface Sending {
  invocationId: string;
  driver: string;
  endpoint: string;
  outputLocation: string | null;
}

/**
 * Just before the first byte: where the request goes, and where an asynchronous answer will lie. False when the task is
 * not this worker's any more (cancelled, or its lease has run out): then nothing may be sent.
 */
export const makeNoteSending = (session: Session): ((sending: Sending) => Promise<boolean>) =>
  grouped(async (sendings) => {
    const rows = await session.query<{ invocationId: string }>(
      `update task_attempts a
       set sent_at = ledger_now(), driver = s.driver, endpoint = s.endpoint, output_location = s."outputLocation"
       from jsonb_to_recordset($1) as s ("invocationId" uuid, driver text, endpoint text, "outputLocation" text),
         task_executions t
       where a.invocation_id = s."invocationId" and a.status = 'running'
         and t.id = a.task_execution_id and t.status = 'running' and t.attempt_number = a.attempt_number
         and t.lease_owner = a.worker and t.lease_until > ledger_now()
       returning a.invocation_id`,
      [JSON.stringify(sendings)],
    );
    const noted = new Set(rows.map((row) => row.invocationId));
    return sendings.map((sending) => noted.has(sending.invocationId));
  });

/** The provider has acknowledged the request: from here on it is adopted, never repeated. */
export const makeNoteAccepted = (session: Session): ((invocationId: string) => Promise<void>) =>
  grouped(async (invocationIds) => {
    await session.query(
      `update task_attempts set accepted_at = ledger_now()
       where invocation_id = any ($1::uuid[]) and accepted_at is null`,
      [invocationIds],
    );
    return invocationIds.map(() => undefined);
  });

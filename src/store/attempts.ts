/** What an attempt's row learns while its request is on its way. */
import { grouped } from './group.js';
import type { Session } from './pool.js';

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

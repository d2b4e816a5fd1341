/** Reads the events of an execution, in order, for the event stream. */
import type { Ledger, TenantClaims } from '../db/ledger.js';

export interface EventRow {
  id: number;
  taskId: string | null;
  mapIndex: number | null;
  from: string | null;
  to: string;
  attempt: number | null;
  errorCode: string | null;
  /** The author: an e-mail address, or `an administrator`; null for the engine. */
  by: string | null;
  at: Date;
}

/** Events of an execution after a given one, oldest first. @throws NotFound */
export async function eventsAfter(
  ledger: Ledger,
  claims: TenantClaims,
  executionId: string,
  after: number,
): Promise<EventRow[]> {
  return ledger.within(claims, (session) =>
    session.query<EventRow>(
      `select id, task_id, map_index, from_status as "from", to_status as "to", attempt_number as attempt, error_code, actor as by, at
       from execution_events
       where workflow_execution_id = $1 and id > $2
       order by id limit 1000`,
      [executionId, after],
    ),
  );
}

/** The number of an execution's latest event; 0 if there is none. */
export async function lastEvent(ledger: Ledger, claims: TenantClaims, executionId: string): Promise<number> {
  const [row] = await ledger.within(claims, (session) =>
    session.query<{ last: number }>(
      'select coalesce(max(id), 0) as last from execution_events where workflow_execution_id = $1',
      [executionId],
    ),
  );
  return row?.last ?? 0;
}

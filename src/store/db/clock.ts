/** The ledger's clock. What is decided by time is decided by it, never by the clock of a process. */
import type { Session } from './ledger.js';

export async function ledgerNow(session: Session): Promise<Date> {
  const [row] = await session.query<{ now: Date }>('select ledger_now() as now');
  return (row as { now: Date }).now;
}

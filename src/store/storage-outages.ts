/** Records which processes cannot use the blob storage, so that every service can report it. */
import type { Session } from './db/ledger.js';

/** An outage that a process has not reported again for this long is ignored. */
const FRESH_SECONDS = 30;

export async function noteOutage(session: Session, process: string): Promise<void> {
  await session.query(
    `insert into storage_outages (process) values ($1)
     on conflict (process) do update set seen_at = ledger_now(),
       since = case when storage_outages.seen_at < ledger_now() - $2 * interval '1 s' then ledger_now() else storage_outages.since end`,
    [process, FRESH_SECONDS],
  );
}

/** Ends the outage of a process, and deletes old rows of dead processes. */
export async function endOutage(session: Session, process: string): Promise<void> {
  await session.query(
    "delete from storage_outages where process = $1 or seen_at < ledger_now() - interval '1 day'",
    [process],
  );
}

/** Since when any process cannot use the storage, null if all can; and the time of the answer. */
export async function readOutage(session: Session): Promise<{ since: Date | null; now: Date }> {
  const [row] = await session.query<{ since: Date | null; now: Date }>(
    `select min(since) as since, ledger_now() as now from storage_outages
     where seen_at > ledger_now() - $1 * interval '1 s'`,
    [FRESH_SECONDS],
  );
  return row as { since: Date | null; now: Date };
}

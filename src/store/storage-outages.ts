/** Which processes cannot use the place for blobs, so that every service can say so. */
import type { Session } from './db/ledger.js';

/** Of a process that has not said so again for so long nothing is known any more. */
const FRESH_SECONDS = 30;

export async function noteOutage(session: Session, process: string): Promise<void> {
  await session.query(
    `insert into storage_outages (process) values ($1)
     on conflict (process) do update set seen_at = ledger_now(),
       since = case when storage_outages.seen_at < ledger_now() - $2 * interval '1 s' then ledger_now() else storage_outages.since end`,
    [process, FRESH_SECONDS],
  );
}

/** It works again; rows of processes that died are forgotten with it. */
export async function endOutage(session: Session, process: string): Promise<void> {
  await session.query(
    "delete from storage_outages where process = $1 or seen_at < ledger_now() - interval '1 day'",
    [process],
  );
}

/** Since when some process cannot use it; null when all can. */
export async function outageSince(session: Session): Promise<Date | null> {
  const [row] = await session.query<{ since: Date | null }>(
    `select min(since) as since from storage_outages where seen_at > ledger_now() - $1 * interval '1 s'`,
    [FRESH_SECONDS],
  );
  return row?.since ?? null;
}

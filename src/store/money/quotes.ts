/** Quotes: written when they are given, read when they are accepted, deleted a day after they have expired. */
import { randomUUID } from 'node:crypto';
import { QUOTE_MINUTES, type Offer, type Quoted } from '../../core/money/consent.js';
import type { Session } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';

interface NewQuote {
  tenantId: string;
  userId: string;
  offer: Offer;
}

/** In the order of the quotes. Each call deletes twice as many old ones as it writes, so that they do not pile up. */
export async function writeQuotes(
  session: Session,
  quotes: readonly NewQuote[],
): Promise<{ id: string; expiresAt: Date }[]> {
  if (quotes.length === 0) return [];
  const rows = quotes.map(({ offer: { price, ...offer }, ...by }) => ({
    id: randomUUID(),
    ...by,
    ...offer,
    ...price,
  }));
  const [written] = await session.query<{ expiresAt: Date }>(WRITE, [rows.length, ...ROWS.values(rows)]);
  const { expiresAt } = written as { expiresAt: Date };
  return rows.map(({ id }) => ({ id, expiresAt }));
}

const ROWS = rowsOf<
  Record<
    'id' | 'tenantId' | 'userId' | 'versionId' | 'childrenHash' | 'parametersHash' | 'pricesHash',
    string
  > &
    Partial<Offer['price']>
>({
  id: 'uuid',
  tenantId: 'uuid',
  userId: 'uuid',
  versionId: 'uuid',
  childrenHash: 'text',
  parametersHash: 'text',
  pricesHash: 'text',
  likelyUsd: 'numeric',
  highUsd: 'numeric',
});

const WRITE = `with old as (
    select id from quotes where expires_at < (select ledger_now()) - interval '1 day'
    order by expires_at limit 2 * $1::int for update skip locked
  ), gone as (
    delete from quotes where id in (select id from old)
  )
  insert into quotes (id, tenant_id, user_id, workflow_version_id, children_hash, parameters_hash, prices_hash, likely_usd, high_usd, expires_at)
  select id, "tenantId", "userId", "versionId", "childrenHash", "parametersHash", "pricesHash", "likelyUsd", "highUsd",
    (select ledger_now()) + interval '${QUOTE_MINUTES} minutes'
  from ${ROWS.as('q', 2)}
  returning expires_at`;

/** A quote of the tenant, and the time; null if there is none. */
export async function readQuote(
  session: Session,
  tenantId: string,
  quoteId: string,
): Promise<{ quoted: Quoted; now: Date } | null> {
  const [row] = await session.query<
    Omit<Quoted, 'price'> & { likelyUsd: string; highUsd: string | null; now: Date }
  >(
    `select q.id, w.workflow_id, v.version as workflow_version, v.id as version_id, q.children_hash, q.parameters_hash, q.prices_hash,
       q.likely_usd, q.high_usd, q.expires_at, e.id as execution_id, ledger_now() as now
     from quotes q join workflow_versions v on v.id = q.workflow_version_id join workflow_definitions w on w.id = v.workflow_id
     left join workflow_executions e on e.quote_id = q.id
     where q.id = $1 and q.tenant_id = $2`,
    [quoteId, tenantId],
  );
  if (!row) return null;
  const { likelyUsd, highUsd, now, ...quoted } = row;
  return { quoted: { ...quoted, price: highUsd === null ? null : { likelyUsd, highUsd } }, now };
}

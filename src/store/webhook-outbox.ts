/** The outbox of webhooks: due deliveries, results of attempts, and the state of each delivery. */
import { Conflict, NotFound } from '../core/errors.js';
import type { AfterTry, DeliveryState } from '../core/webhook-retry.js';
import type { JsonObject } from '../core/json/json.js';
import type { Ledger, Session, TenantClaims } from './db/ledger.js';

export interface Due {
  id: string;
  url: string;
  host: string;
  body: JsonObject;
  /** Attempts so far, with the one that starts now. */
  attempts: number;
  giveUpAt: Date;
  /** Reference to the tenant's signing secret. */
  secret: string | null;
  now: Date;
}

/**
 * Takes due deliveries, the longest waiting first, at most `perHost` for each host. A taken delivery is due again after
 * `leaseMs`, for any process.
 *
 * @param busy deliveries under way in this process, by host
 */
export async function takeDue(
  ledger: Ledger,
  {
    atMost,
    perHost,
    busy,
    leaseMs,
  }: { atMost: number; perHost: number; busy: Record<string, number>; leaseMs: number },
): Promise<Due[]> {
  return ledger.query<Due>(
    `with host as (
       select d.host, $2 - coalesce(($3::jsonb ->> d.host)::int, 0) as room
       from (select distinct host from webhook_deliveries where next_at <= (select ledger_now())) d
     ), due as (
       select d.id from host, lateral (
         select id, next_at from webhook_deliveries o
         where o.host = host.host and o.next_at <= (select ledger_now())
         order by o.next_at limit greatest(host.room, 0)
         for update skip locked
       ) d
       order by d.next_at limit $1
     )
     update webhook_deliveries w
     set attempts = w.attempts + 1, next_at = ledger_now() + $4 * interval '1 ms'
     from due, tenants t
     where w.id = due.id and t.id = w.tenant_id
     returning w.id, w.url, w.host, w.body, w.attempts, w.give_up_at, t.webhook_secret as secret, ledger_now() as now`,
    [atMost, perHost, JSON.stringify(busy), leaseMs],
  );
}

/** Records the result of an attempt. It does nothing if another attempt has started meanwhile. */
export async function noteTry(
  session: Session,
  { id, attempts }: Pick<Due, 'id' | 'attempts'>,
  then: AfterTry,
  { status, error }: { status: number | null; error: string | null },
): Promise<void> {
  await session.query(
    `update webhook_deliveries
     set delivered_at = case when $3 = 'delivered' then ledger_now() end,
       next_at = case when $3 = 'retry' then ledger_now() + $4 * interval '1 ms' end,
       last_status = $5, last_error = $6
     where id = $1 and attempts = $2 and delivered_at is null`,
    [id, attempts, then.kind, then.kind === 'retry' ? then.delayMs : 0, status, error],
  );
}

/** Makes a delivery due at once, because this process stops before the attempt has ended. */
export async function handBack(
  session: Session,
  { id, attempts }: Pick<Due, 'id' | 'attempts'>,
): Promise<void> {
  await session.query(
    'update webhook_deliveries set next_at = ledger_now() where id = $1 and attempts = $2 and delivered_at is null',
    [id, attempts],
  );
}

export interface DeliveryRow {
  id: string;
  tenantId: string;
  event: string;
  /** For other tenants' administrators only scheme and host, because the rest may be a secret. */
  url: string;
  state: DeliveryState;
  attempts: number;
  nextAt: Date | null;
  deliveredAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
}

const STATE = `case when d.delivered_at is not null then 'delivered' when d.next_at is null then 'given_up' else 'pending' end`;

/** A page of deliveries, newest first: of one tenant, or of all tenants for platform roles. */
export async function listDeliveries(
  ledger: Ledger,
  claims: TenantClaims,
  everybody: boolean,
  filters: {
    state?: DeliveryState | undefined;
    event?: string | undefined;
    after?: { createdAt: string; id: string } | undefined;
    limit: number;
  },
): Promise<(DeliveryRow & { cursor: string })[]> {
  const read = (session: Session) =>
    session.query<DeliveryRow & { cursor: string }>(
      `select d.id, d.tenant_id, d.event,
         case when d.tenant_id = $1 then d.url else substring(d.url from '^[A-Za-z]+://[^/?#]+') end as url,
         ${STATE} as state, d.attempts, d.next_at, d.delivered_at, d.last_status, d.last_error, d.created_at,
         to_char(d.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor
       from webhook_deliveries d
       where ($2::text is null or ${STATE} = $2)
         and ($3::text is null or d.event = $3)
         and ($4::timestamptz is null or (d.created_at, d.id) < ($4, $5::uuid))
       order by d.created_at desc, d.id desc
       limit $6`,
      [
        claims.tenantId,
        filters.state ?? null,
        filters.event ?? null,
        filters.after?.createdAt ?? null,
        filters.after?.id ?? null,
        filters.limit,
      ],
    );
  return everybody ? read(ledger) : ledger.within(claims, read);
}

/**
 * Retries a delivery at once, and keeps retrying it for another 24 hours.
 *
 * @throws NotFound, Conflict `already_delivered`
 */
export async function retryDelivery(session: Session, id: string, tenantId: string | null): Promise<void> {
  const [row] = await session.query<{ moved: boolean }>(
    `with mine as (
       select id from webhook_deliveries where id = $1 and ($2::uuid is null or tenant_id = $2)
     ), moved as (
       update webhook_deliveries d set next_at = ledger_now(), give_up_at = ledger_now() + interval '24 hours'
       from mine where d.id = mine.id and d.delivered_at is null
       returning pg_notify('radiant', json_build_object('event', 'webhook:enqueued', 'tenantId', d.tenant_id)::text)
     )
     select exists (select from moved) as moved from mine`,
    [id, tenantId],
  );
  if (!row) throw new NotFound('webhook', id);
  if (!row.moved) {
    throw new Conflict(
      'already_delivered',
      `Webhook ${id} has been delivered already: there is nothing to retry.`,
    );
  }
}

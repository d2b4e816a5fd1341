/** Imports the provider's charges and assigns them to sessions. */
import { assignCharge, type Candidate, type ProviderAccount } from '../../core/money/cost-allocation.js';
import type { Ledger, Session } from '../db/ledger.js';

const BILL_LOCK = 3_120_612;

/** Lets one transaction at a time work on the bill. */
export async function lockBill(session: Session): Promise<void> {
  await session.query('select pg_advisory_xact_lock($1)', [BILL_LOCK]);
}

/** The marks of the imported reports, by source. */
export async function importedMarks(session: Session): Promise<Map<string, string>> {
  const rows = await session.query<{ source: string; mark: string }>('select source, mark from bill_imports');
  return new Map(rows.map(({ source, mark }) => [source, mark]));
}

/** All endpoints that ever billed, with their last model: charges of a deleted model may come late. */
export async function endpointsBilled(session: Session): Promise<{ endpoint: string; modelUuid: string }[]> {
  return session.query(
    `select distinct on (endpoint) endpoint, model_id as model_uuid from instance_sessions
     where model_id is not null order by endpoint, from_at desc`,
  );
}

/** Replaces the earlier report of the same source. Unchanged lines are not touched. */
export const importAccount = (
  ledger: Ledger,
  account: ProviderAccount,
  modelOf: (endpoint: string) => string | null,
): Promise<void> =>
  ledger.transaction(async (session) => {
    await lockBill(session);
    await replaceCharges(session, account, modelOf);
  });

async function replaceCharges(
  session: Session,
  account: ProviderAccount,
  modelOf: (endpoint: string) => string | null,
): Promise<void> {
  const { source, mark, through } = account;
  const lines = JSON.stringify(account.lines.map((line) => ({ ...line, modelUuid: modelOf(line.endpoint) })));
  await session.query(
    `insert into bill_imports (source, mark, through) values ($1, $2, $3)
     on conflict (source) do update set mark = $2, through = greatest(bill_imports.through, $3), imported_at = ledger_now()`,
    [source, mark, through],
  );
  const reported = `jsonb_to_recordset($2) as g ("lineId" text, endpoint text, "modelUuid" uuid, "instanceType" text,
    "from" timestamptz, "to" timestamptz, "instanceSeconds" numeric(20, 3), "costUsd" numeric(20, 9))`;
  const changed = await session.query<{ id: number }>(
    `select c.id from provider_charges c left join ${reported} on g."lineId" = c.line_id
     where c.source = $1 and (c.endpoint, c.instance_type, c.from_at, c.to_at, c.instance_seconds, c.cost_usd)
       is distinct from (g.endpoint, g."instanceType", g."from", g."to", g."instanceSeconds", g."costUsd")`,
    [source, lines],
  );
  await unassign(
    session,
    changed.map(({ id }) => id),
  );
  await session.query(
    `delete from provider_charges c where c.source = $1 and not exists (select from ${reported} where g."lineId" = c.line_id)`,
    [source, lines],
  );
  await session.query(
    `insert into provider_charges as c
       (source, line_id, endpoint, model_id, instance_type, from_at, to_at, instance_seconds, cost_usd)
     select $1, g."lineId", g.endpoint, g."modelUuid", g."instanceType", g."from", g."to", g."instanceSeconds", g."costUsd"
     from ${reported}
     on conflict (source, line_id) do update
       set endpoint = excluded.endpoint, model_id = excluded.model_id, instance_type = excluded.instance_type,
         from_at = excluded.from_at, to_at = excluded.to_at, instance_seconds = excluded.instance_seconds,
         cost_usd = excluded.cost_usd
       where (c.endpoint, c.instance_type, c.from_at, c.to_at, c.instance_seconds, c.cost_usd)
         is distinct from (excluded.endpoint, excluded.instance_type, excluded.from_at, excluded.to_at, excluded.instance_seconds, excluded.cost_usd)`,
    [source, lines],
  );
}

/** Unassigns charges, so that their sessions are settled again. */
async function unassign(session: Session, chargeIds: readonly number[]): Promise<void> {
  if (chargeIds.length === 0) return;
  await session.query('update provider_charges set assigned = false where id = any($1)', [chargeIds]);
  await session.query(
    `with gone as (delete from charge_parts where charge_id = any($1) returning session_id)
     update instance_sessions set settled_at = null where id in (select session_id from gone)`,
    [chargeIds],
  );
}

/** Closes the open charges of earlier runs of the stand-in, which will report no more. */
export async function closeEarlier(session: Session, sources: string, present: string): Promise<void> {
  await session.query(
    `update provider_charges c set to_at = greatest(c.from_at, i.through)
     from bill_imports i
     where i.source = c.source and starts_with(c.source, $1) and c.source <> $2 and c.to_at is null`,
    [sources, present],
  );
}

interface Waiting {
  id: number;
  endpoint: string;
  modelUuid: string | null;
  from: Date;
  to: Date;
  fromMs: number;
  toMs: number;
  costUsd: string;
  candidates: Candidate[];
}

/** The spans that a session's cost is divided by: its metered ones, or its whole time if nothing was metered. */
export const SPANS = `coalesce((
    select jsonb_agg(jsonb_build_object('fromMs', epoch_ms(p.from_at), 'toMs', epoch_ms(coalesce(p.to_at, ledger_now())),
      'instances', p.instances, 'hourlyRate', p.hourly_rate::text))
    from instance_spans p where p.session_id = s.id),
  jsonb_build_array(jsonb_build_object('fromMs', epoch_ms(s.from_at), 'toMs', epoch_ms(s.to_at), 'instances', 1, 'hourlyRate', '0')))`;

const AT_ONCE = 500;

/** Assigns ended charges to sessions. A charge that is far from every session creates an unmetered one. */
export async function assignCharges(ledger: Ledger): Promise<void> {
  for (let after = 0; ;) {
    const last = await ledger.transaction(async (session) => {
      await lockBill(session);
      const waiting = await readWaiting(session, after);
      for (const charge of waiting) await assign(session, charge);
      return waiting.length < AT_ONCE ? null : waiting.at(-1);
    });
    if (!last) return;
    after = last.id;
  }
}

// Candidates within an hour on either side; `assignCharge` decides which ones are near.
const readWaiting = (session: Session, after: number): Promise<Waiting[]> =>
  session.query(
    `select c.id, c.endpoint, c.model_id as model_uuid, c.from_at as "from", c.to_at as "to",
       epoch_ms(c.from_at) as from_ms, epoch_ms(c.to_at) as to_ms, c.cost_usd,
       coalesce((
         select jsonb_agg(jsonb_build_object('sessionId', s.id, 'fromMs', epoch_ms(s.from_at), 'toMs', epoch_ms(s.to_at), 'spans', ${SPANS}))
         from instance_sessions s
         where s.endpoint = c.endpoint and s.from_at <= c.to_at + interval '1 h'
           and (s.to_at is null or s.to_at >= c.from_at - interval '1 h')
       ), '[]') as candidates
     from provider_charges c where not c.assigned and c.to_at <= ledger_now() and c.id > $1
     order by c.id limit ${AT_ONCE}`,
    [after],
  );

async function assign(session: Session, charge: Waiting): Promise<void> {
  const parts = assignCharge(charge, charge.candidates);
  if (parts === 'wait') return;
  if (parts.length === 0) {
    const [made] = await session.query<{ id: string }>(
      'insert into instance_sessions (model_id, endpoint, from_at, to_at) values ($1, $2, $3, $4) returning id',
      [charge.modelUuid, charge.endpoint, charge.from, charge.to],
    );
    parts.push({ sessionId: (made as { id: string }).id, amountUsd: charge.costUsd });
  }
  await session.query(
    `with part as (
       insert into charge_parts (charge_id, session_id, amount_usd)
       select $1, g."sessionId", g."amountUsd" from jsonb_to_recordset($2) as g ("sessionId" uuid, "amountUsd" numeric)
       returning session_id
     ), charge as (
       update provider_charges set assigned = true where id = $1
     )
     update instance_sessions set settled_at = null where id in (select session_id from part)`,
    [charge.id, JSON.stringify(parts)],
  );
}

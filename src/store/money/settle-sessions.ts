/** Settles ended sessions: allocates the cost of each to the executions that used it, and replaces earlier shares. */
import { allocateCost, type BilledSession } from '../../core/money/cost-allocation.js';
import { lockBill, SPANS } from './provider-charges.js';
import type { Ledger, Session } from '../db/ledger.js';

interface Unsettled extends BilledSession {
  id: string;
  costUsd: string;
  settledFrom: 'metered' | 'provider';
}

/** No attempt lasts longer, so the index on the start of attempts bounds the search. */
const LONGEST_ATTEMPT = "interval '7 days'";
const AT_ONCE = 50;

/**
 * Settles every ended session that is not settled, and sessions settled from the meter once the provider's report for them is
 * complete.
 *
 * @param sources prefix of the current report's sources; null: there is none
 * @returns the number of settled sessions
 */
export async function settleSessions(ledger: Ledger, sources: string | null): Promise<number> {
  for (let settled = 0; ;) {
    const count = await ledger.transaction(async (session) => {
      await lockBill(session);
      const sessions = await readUnsettled(session, sources);
      if (sessions.length > 0) await write(session, sessions);
      return sessions.length;
    });
    settled += count;
    if (count < AT_ONCE) return settled;
  }
}

const readUnsettled = (session: Session, sources: string | null): Promise<Unsettled[]> =>
  session.query(
    `-- 1. The time up to which the provider has reported its charges.
     with reported as (
       select max(through) as through from bill_imports where starts_with(source, $1)
     ), ended as (
       -- 2. The provider's charge counts once it is complete: it has reported this time, and every reported charge is assigned.
       select s.*, coalesce(s.to_at <= (select through from reported)
         and (exists (select from instance_spans p where p.session_id = s.id and p.instance_type is not null)
           or exists (select from charge_parts p where p.session_id = s.id))
         and not exists (
           select from provider_charges c where c.endpoint = s.endpoint and not c.assigned
             and c.from_at < s.to_at and (c.to_at is null or c.to_at > s.from_at)), false) as charged
       from instance_sessions s
       where s.to_at is not null and (s.settled_at is null or s.settled_from = 'metered')
     ), due as (
       -- 3. What is settled for the first time, or once more by the provider's word.
       select * from ended where settled_at is null or charged order by to_at limit ${AT_ONCE}
     ), ready as (
       -- 4. When its model was ready: at once if it was so before. What never was ready was warming for as long as it lasted.
       select s.id, case when (
           select e.to_heat from thermal_events e where e.model_id = s.model_id and e.at < s.from_at order by e.at desc, e.id desc limit 1
         ) in ('WARM', 'HOT') then s.from_at
         else (
           select min(e.at) from thermal_events e
           where e.model_id = s.model_id and e.to_heat in ('WARM', 'HOT') and e.at between s.from_at and s.to_at
         ) end as ready_at
       from due s
     ), earlier as (
       -- 5. The rest after midnight is the day before's, unless it is a whole day.
       select s.id as due_id, b.*
       from due s cross join lateral (
         select b.id, b.model_id, b.from_at, b.to_at from instance_sessions b
         where b.model_id = s.model_id and b.endpoint = s.endpoint and b.to_at = s.from_at
         limit 1
       ) b
       where s.continues and s.to_at <> date_trunc('day', s.to_at, 'UTC')
     ), used as (
       -- 6. The model's attempts within each of them, lost and failed ones too.
       select s.id, u.uses
       from (select id, model_id, from_at, to_at from due union select id, model_id, from_at, to_at from earlier) s
       cross join lateral (
         select coalesce(jsonb_agg(jsonb_build_object('executionId', a.workflow_execution_id,
           'fromMs', epoch_ms(greatest(coalesce(a.sent_at, a.started_at), s.from_at)),
           'toMs', epoch_ms(least(coalesce(a.ended_at, s.to_at), s.to_at)))), '[]') as uses
         from task_attempts a
         where a.model_id = s.model_id and a.started_at between s.from_at - ${LONGEST_ATTEMPT} and s.to_at
           and coalesce(a.sent_at, a.started_at) <= s.to_at and (a.ended_at is null or a.ended_at >= s.from_at)
       ) u
     )
     -- 7. Each with what its cost is shared out by: who used it, who waited for it to be ready, and who else may bear the rest.
     select s.id, epoch_ms(s.from_at) as from_ms, epoch_ms(s.to_at) as to_ms, epoch_ms(ready.ready_at) as ready_ms, ${SPANS} as spans,
       case when s.charged then 'provider' else 'metered' end as settled_from,
       coalesce(case when s.charged then (select sum(p.amount_usd) from charge_parts p where p.session_id = s.id)
         else (select sum(p.metered_usd) from instance_spans p where p.session_id = s.id) end, 0) as cost_usd,
       used.uses,
       array(
         select distinct t.workflow_execution_id::text from task_executions t
         where t.model_id = s.model_id and t.first_ready_at <= coalesce(ready.ready_at, s.to_at)
           and (t.completed_at is null or t.completed_at >= s.from_at)
       ) as waited,
       coalesce((
         select jsonb_agg(distinct jsonb_build_object('executionId', t.workflow_execution_id, 'weight', 1))
         from task_executions t
         where t.model_id = s.model_id and t.created_at <= s.to_at and (t.completed_at is null or t.completed_at >= s.from_at)
           -- What was on already was not woken for tasks that never were ready.
           and (not s.continues or t.first_ready_at <= s.to_at)
       ), (
         select jsonb_agg(jsonb_build_object('executionId', u ->> 'executionId',
           'weight', greatest(0, (u ->> 'toMs')::float8 - (u ->> 'fromMs')::float8)))
         from earlier b join used before on before.id = b.id, jsonb_array_elements(before.uses) u
         where b.due_id = s.id
       ), '[]') as causes
     from due s
     join ready using (id)
     join used using (id)
     order by s.to_at`,
    [sources],
  );

async function write(session: Session, sessions: readonly Unsettled[]): Promise<void> {
  const ids = sessions.map(({ id }) => id);
  const shares = sessions.flatMap((one) =>
    allocateCost(one.costUsd, one).map((share) => ({ ...share, sessionId: one.id })),
  );
  const replaced = await session.query<{ executionId: string | null }>(
    'delete from bill_shares where session_id = any($1) returning execution_id',
    [ids],
  );
  await session.query(
    `insert into bill_shares (session_id, execution_id, kind, amount_usd)
     select * from jsonb_to_recordset($1) as g ("sessionId" uuid, "executionId" uuid, kind text, "amountUsd" numeric)`,
    [JSON.stringify(shares)],
  );
  await session.query(
    `update instance_sessions s set cost_usd = g."costUsd", settled_from = g."settledFrom", settled_at = ledger_now()
     from jsonb_to_recordset($1) as g (id uuid, "costUsd" numeric, "settledFrom" text) where s.id = g.id`,
    [JSON.stringify(sessions.map(({ id, costUsd, settledFrom }) => ({ id, costUsd, settledFrom })))],
  );
  const executions = [...replaced, ...shares].flatMap(({ executionId }) => executionId ?? []);
  // In the same order in which all statements lock executions.
  await session.query(
    `with bearer as (
       select id from workflow_executions where id = any($1) order by id for no key update
     )
     update workflow_executions e set loaded_cost_usd = (
       select sum(b.amount_usd) from bill_shares b where b.execution_id = e.id
     ) from bearer where e.id = bearer.id`,
    [[...new Set(executions)]],
  );
}

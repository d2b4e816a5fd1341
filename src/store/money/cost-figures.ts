/** Figures of cost by day, and of what scaling to zero saved. */
import { usd } from '../../core/money/money.js';
import type { Session } from '../db/ledger.js';
import { Decimal } from '../../core/json/decimal.js';

export interface CostDay {
  day: string;
  gpuUsd: string;
  idleUsd: string;
  openUsd: string;
  priceUsd: string;
}

/**
 * For each of the last `days` days (UTC), with today: the cost of instances and the price of attempts. Sessions that have not
 * been settled count as open, by the meter.
 */
export const costByDay = (session: Session, days: number): Promise<CostDay[]> =>
  session.query<CostDay>(
    `with day as (
       select generate_series(t.today - ($1::int - 1) * interval '1 day', t.today, '1 day') as at
       from (select date_trunc('day', ledger_now() at time zone 'UTC') as today) t
     ), line as (
       select date_trunc('day', a.started_at at time zone 'UTC') as at, a.cost_usd as price, 0 as gpu, 0 as idle, 0 as open
       from task_attempts a
       where a.model_id is not null and a.started_at >= (select min(at) from day) at time zone 'UTC'
       union all
       select date_trunc('day', s.from_at at time zone 'UTC'), 0,
         case when b.kind <> 'idle' then b.amount_usd else 0 end, case when b.kind = 'idle' then b.amount_usd else 0 end, 0
       from instance_sessions s join bill_shares b on b.session_id = s.id
       where s.from_at >= (select min(at) from day) at time zone 'UTC'
       union all
       select date_trunc('day', s.from_at at time zone 'UTC'), 0, 0, 0,
         coalesce(p.metered_usd, round(extract(epoch from ledger_now() - p.from_at) * p.instances * p.hourly_rate / 3600, 9))
       from instance_sessions s join instance_spans p on p.session_id = s.id
       where s.cost_usd is null and s.from_at >= (select min(at) from day) at time zone 'UTC'
     )
     select to_char(d.at, 'YYYY-MM-DD') as day, coalesce(sum(l.gpu), 0)::numeric(20, 9) as gpu_usd,
       coalesce(sum(l.idle), 0)::numeric(20, 9) as idle_usd, coalesce(sum(l.open), 0)::numeric(20, 9) as open_usd,
       coalesce(sum(l.price), 0)::numeric(20, 9) as price_usd
     from day d left join line l on l.at = d.at
     group by d.at order by d.at`,
    [days],
  );

/** Period of "idle cost avoided", in days. */
export const AVOIDED_DAYS = 30;

/**
 * The cost of one always-on instance for each GPU model that was used in the period, minus what was billed for these models.
 * It is negative if more than one instance ran.
 */
export async function idleAvoided(session: Session): Promise<string> {
  const [row] = await session.query<{ alwaysOn: string; billed: string }>(
    `with period as (select ledger_now() - $1 * interval '1 day' as from_at, ledger_now() as to_at),
     used as (
       select m.id, (m.pricing_config ->> 'hourlyRate')::numeric as rate, greatest(m.created_at, p.from_at) as from_at, p.to_at
       from ai_models m, period p
       where m.requires_gpu and m.created_at < p.to_at
         and exists (select from task_attempts a where a.model_id = m.id and a.started_at >= p.from_at)
     )
     select coalesce(sum(extract(epoch from u.to_at - u.from_at) * u.rate / 3600), 0)::numeric(20, 9) as always_on,
       coalesce(sum(b.billed), 0)::numeric(20, 9) as billed
     from used u cross join lateral (
       select sum(extract(epoch from coalesce(s.to_at, u.to_at) - greatest(s.from_at, u.from_at)) * s.instances * s.hourly_rate / 3600) as billed
       from instance_spans s
       where s.model_id = u.id and s.from_at < u.to_at and coalesce(s.to_at, u.to_at) > u.from_at
     ) b`,
    [AVOIDED_DAYS],
  );
  return usd(new Decimal(row?.alwaysOn ?? '0').minus(row?.billed ?? '0'));
}

/** Sums of costs, prices and provider charges. Amounts are in USD with nine places. */
import type { Session } from '../db/ledger.js';

export const COST_KEYS = ['model', 'workflow', 'tenant', 'day'] as const;
export type CostKey = (typeof COST_KEYS)[number];

export interface Period {
  from: Date;
  to: Date;
}

export interface CostRow {
  /** Null: costs that no execution caused. */
  key: string | null;
  executions: number;
  gpuSeconds: number;
  /** The price of the attempts. */
  priceUsd: string;
  /** The cost of the instances: the sum of the three amounts below. */
  loadedUsd: string;
  marginUsd: string;
  warmUpUsd: string;
  workUsd: string;
  idleUsd: string;
}

/**
 * Attempts and sessions that began in the period, and their totals.
 *
 * @param tenantId only this tenant's; null: all tenants', and costs that no execution caused
 */
export async function readCosts(
  session: Session,
  { by, from, to, tenantId }: Period & { by: CostKey; tenantId: string | null },
): Promise<{ items: CostRow[]; totals: CostRow }> {
  const rows = await session.query<CostRow>(
    `with line as (
       select a.workflow_execution_id as execution_id, a.model_id, a.started_at as at, a.cost_usd as price,
         case when jsonb_typeof(a.usage -> 'computeSeconds') = 'number' then (a.usage -> 'computeSeconds')::numeric
           else extract(epoch from coalesce(a.ended_at, ledger_now()) - coalesce(a.sent_at, a.started_at)) end as seconds,
         null as kind, 0 as amount
       from task_attempts a
       where a.model_id is not null and a.started_at >= $1 and a.started_at < $2
       union all
       select b.execution_id, s.model_id, s.from_at, 0, 0, b.kind, b.amount_usd
       from instance_sessions s join bill_shares b on b.session_id = s.id
       where s.from_at >= $1 and s.from_at < $2
     ), labelled as (
       select l.*, m.model_id as model, d.workflow_id as workflow, e.tenant_id::text as tenant,
         to_char(l.at at time zone 'UTC', 'YYYY-MM-DD') as day
       from line l
       left join ai_models m on m.id = l.model_id
       left join workflow_executions e on e.id = l.execution_id
       left join workflow_definitions d on d.id = e.workflow_id
       where $3::uuid is null or e.tenant_id = $3
     ), added as (
       select ${by} as key, grouping(${by}) = 1 as total, count(distinct execution_id) as executions, coalesce(sum(seconds), 0) as seconds,
         coalesce(sum(price), 0) as price, coalesce(sum(amount), 0) as loaded,
         coalesce(sum(amount) filter (where kind = 'warm_up'), 0) as warm_up,
         coalesce(sum(amount) filter (where kind = 'work'), 0) as work,
         coalesce(sum(amount) filter (where kind = 'idle'), 0) as idle
       from labelled group by grouping sets ((${by}), ())
     )
     select key, executions, round(seconds, 3)::float8 as gpu_seconds, price::numeric(20, 9) as price_usd,
       loaded::numeric(20, 9) as loaded_usd, (price - loaded)::numeric(20, 9) as margin_usd,
       warm_up::numeric(20, 9) as warm_up_usd, work::numeric(20, 9) as work_usd, idle::numeric(20, 9) as idle_usd
     from added order by total, key nulls last`,
    [from, to, tenantId],
  );
  return { items: rows.slice(0, -1), totals: rows.at(-1) as CostRow };
}

export interface Reconciled {
  /** Null: charges for an endpoint that belongs to no model. */
  modelId: string | null;
  /** Metered cost of ended sessions. */
  meteredUsd: string;
  /** Provider charges for ended sessions. */
  chargedUsd: string;
  /** Allocated to executions. */
  sharedUsd: string;
  unusedUsd: string;
  chargedMinusMeteredUsd: string;
  /** In percent of the metered amount; null if nothing was metered. */
  chargedMinusMeteredPercent: number | null;
  /** Zero once the provider has reported everything. */
  chargedMinusSharedUsd: string;
  /** Not final: running instances (metered); sessions settled from the meter only; charges that are not assigned yet. */
  openMeteredUsd: string;
  provisionalUsd: string;
  openChargedUsd: string;
}

export interface Reconciliation {
  /** The provider's report is complete up to this time; null: none was read. */
  chargedThrough: Date | null;
  items: Reconciled[];
  totals: Omit<Reconciled, 'modelId'>;
}

/** Sessions that began in the period with their charges, and charges that began in it and are not assigned yet. */
export async function reconcile(session: Session, { from, to }: Period): Promise<Reconciliation> {
  const rows = await session.query<Reconciled>(
    `with line as (
       select s.model_id, case when s.to_at is null then 'open_metered' else 'metered' end as what,
         coalesce(p.metered_usd, round(extract(epoch from ledger_now() - p.from_at) * p.instances * p.hourly_rate / 3600, 9)) as usd
       from instance_sessions s join instance_spans p on p.session_id = s.id where s.from_at >= $1 and s.from_at < $2
       union all
       select s.model_id, 'charged', p.amount_usd
       from instance_sessions s join charge_parts p on p.session_id = s.id where s.from_at >= $1 and s.from_at < $2
       union all
       select s.model_id, case when b.execution_id is null then 'unused' else 'shared' end, b.amount_usd
       from instance_sessions s join bill_shares b on b.session_id = s.id where s.from_at >= $1 and s.from_at < $2
       union all
       select s.model_id, 'provisional', s.cost_usd
       from instance_sessions s where s.settled_from = 'metered' and s.from_at >= $1 and s.from_at < $2
       union all
       select c.model_id, 'open_charged', c.cost_usd
       from provider_charges c where not c.assigned and c.from_at >= $1 and c.from_at < $2
     ), added as (
       select m.model_id, grouping(m.model_id) = 1 as total,
         ${['metered', 'charged', 'shared', 'unused', 'open_metered', 'provisional', 'open_charged']
           .map(
             (what) => `coalesce(sum(usd) filter (where what = '${what}'), 0)::numeric(20, 9) as ${what}_usd`,
           )
           .join(', ')}
       from line l left join ai_models m on m.id = l.model_id
       group by grouping sets ((m.model_id), ())
     )
     select model_id, metered_usd, charged_usd, shared_usd, unused_usd, open_metered_usd, provisional_usd, open_charged_usd,
       charged_usd - metered_usd as charged_minus_metered_usd,
       round((charged_usd - metered_usd) * 100 / nullif(metered_usd, 0), 3)::float8 as charged_minus_metered_percent,
       charged_usd - shared_usd - unused_usd as charged_minus_shared_usd
     from added order by total, model_id nulls last`,
    [from, to],
  );
  const [report] = await session.query<{ through: Date | null }>(
    'select max(through) as through from bill_imports',
  );
  const { modelId: _, ...totals } = rows.at(-1) as Reconciled;
  return { chargedThrough: report?.through ?? null, items: rows.slice(0, -1), totals };
}

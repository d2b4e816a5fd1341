/** A tenant's monthly budget: its limit, what is spent, and what is reserved for running executions. */
import { NotFound } from '../../core/errors.js';
import { addUsd, usd } from '../../core/money/money.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import { Decimal } from '../../core/json/decimal.js';

export interface BudgetRow {
  /** The current month, UTC: `2026-01`. */
  month: string;
  /** Null: no limit. */
  limitUsd: string | null;
  spentUsd: string;
  reservedUsd: string;
  alertAt: string[];
  webhookUrl: string | null;
  /** Thresholds that were reached this month. */
  alerts: { at: string; reachedAt: string }[];
}

/** @throws NotFound */
export async function readBudget(session: Session, tenantId: string): Promise<BudgetRow> {
  const [row] = await session.query<BudgetRow>(
    `select to_char(c.month, 'YYYY-MM') as month, t.budget_usd as limit_usd,
       coalesce(m.spent_usd, 0)::text as spent_usd, coalesce(m.reserved_usd, 0)::text as reserved_usd,
       array(select trim_scale(level)::text from unnest(t.budget_alert_at) level order by level) as alert_at,
       t.budget_webhook_url as webhook_url,
       coalesce((select jsonb_agg(jsonb_build_object('at', trim_scale(a.threshold)::text,
           'reachedAt', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by a.threshold)
         from budget_alerts a where a.tenant_id = t.id and a.month = c.month), '[]') as alerts
     from tenants t
     cross join (select date_trunc('month', timezone('UTC', ledger_now()))::date as month) c
     left join tenant_months m on m.tenant_id = t.id and m.month = c.month
     where t.id = $1`,
    [tenantId],
  );
  if (!row) throw new NotFound('tenant', tenantId);
  return row;
}

export interface NewBudget {
  /** For a calendar month, UTC; null removes the limit. */
  monthlyUsd: string | null;
  /** Fractions of the limit; left out: unchanged. */
  alertAt?: number[] | undefined;
  /** Receives the alerts; null: no alerts are sent. */
  webhookUrl?: string | null | undefined;
}

/** Takes effect at once. A limit below the used amount refuses new executions, and stops none. @throws NotFound */
export async function setBudget(
  ledger: Ledger,
  tenantId: string,
  budget: NewBudget,
  actor: Actor,
): Promise<BudgetRow> {
  return ledger.as(actor, async (session) => {
    await session.query(
      `update tenants set budget_usd = $2, budget_alert_at = coalesce($3::numeric[], budget_alert_at),
         budget_webhook_url = case when $4 then $5 else budget_webhook_url end
       where id = $1`,
      [
        tenantId,
        budget.monthlyUsd,
        budget.alertAt ?? null,
        budget.webhookUrl !== undefined,
        budget.webhookUrl ?? null,
      ],
    );
    // An alert that a raised limit makes untrue is deleted, so that it is sent again when it is reached again.
    await session.query(
      `delete from budget_alerts a using tenants t, tenant_months m
       where t.id = $1 and a.tenant_id = t.id and m.tenant_id = t.id and m.month = a.month
         and a.month = date_trunc('month', timezone('UTC', ledger_now()))::date
         and (t.budget_usd is null or m.spent_usd + m.reserved_usd < a.threshold * t.budget_usd)`,
      [tenantId],
    );
    await session.query(
      `select alert_budget(tenant_id, month) from tenant_months
       where tenant_id = $1 and month = date_trunc('month', timezone('UTC', ledger_now()))::date`,
      [tenantId],
    );
    return readBudget(session, tenantId);
  });
}

/** What is left of the month's budget, at least 0 even if late costs exceed it; null: no limit. */
export function remaining({
  limitUsd,
  spentUsd,
  reservedUsd,
}: Pick<BudgetRow, 'limitUsd' | 'spentUsd' | 'reservedUsd'>): string | null {
  if (limitUsd === null) return null;
  const left = new Decimal(limitUsd).minus(addUsd(spentUsd, reservedUsd));
  return usd(left.lt(0) ? new Decimal(0) : left);
}

/** Why an execution does not fit into the month's budget. */
export interface Shortage {
  limitUsd: string;
  spentUsd: string;
  reservedUsd: string;
  neededUsd: string;
  /** Its cost is unknown: then any positive remainder is enough. */
  unknown: boolean;
}

/** The shortage in an error of the budget trigger; null for any other error. */
export function shortageIn(error: unknown): Shortage | null {
  const { code, detail } = error as { code?: string; detail?: string };
  return code === 'RB001' && detail !== undefined ? (JSON.parse(detail) as Shortage) : null;
}

export function whyRefused(shortage: Shortage): string {
  const needs = shortage.unknown ? 'an unknown amount' : `up to ${shortage.neededUsd} USD`;
  return `Of this month's budget of ${shortage.limitUsd} USD, ${remaining(shortage) ?? '0'} USD are left, and this run needs ${needs}: run less, wait for executions to end, set a lower budgetUsd, or ask for a higher budget.`;
}

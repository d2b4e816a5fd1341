/** Budgets of tenants: a limit for each calendar month (UTC), and alerts when it is nearly used up. */
import { z } from 'zod';
import { usd as exact } from '../../core/money/money.js';
import { amount, decimal } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { readBudget, remaining, setBudget, type BudgetRow } from '../../store/money/budget.js';
import type { Infrastructure } from '../../infrastructure.js';
import { hookUrl, mustLeadOutside } from '../executions/accept.js';
import { money, usd } from '../http/shapes.js';
import { PAYERS, route, type Route } from '../http/route.js';
import { Decimal } from '../../core/json/decimal.js';

const budgetShape = z
  .strictObject({
    /** `2026-01`: an execution counts in the month (UTC) in which it was accepted. */
    month: z.string(),
    /** Null means no limit. */
    limitUsd: money.nullable(),
    spentUsd: money,
    /** Reserved for executions that have not ended. */
    reservedUsd: money,
    remainingUsd: money.nullable(),
    alerts: z.array(
      z.strictObject({
        /** As a fraction of the limit. */
        at: z.number(),
        amountUsd: money.nullable(),
        /** When spent plus reserved first reached it this month. */
        reachedAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .meta({ id: 'Budget' });
const settings = budgetShape.extend({ webhookUrl: z.string().nullable() }).meta({ id: 'TenantBudget' });

/** A fraction, exact to a hundredth of a percent. */
const alertLevel = decimal(RANGES.alert).transform(Number);
const newBudget = z.strictObject({
  /** Null removes the limit. */
  monthlyUsd: amount(RANGES.limit).nullable(),
  /** Fractions of the limit. If omitted, they stay unchanged. */
  alertAt: z.array(alertLevel).max(10).optional(),
  webhookUrl: hookUrl.nullable().optional(),
});

const byTenant = z.object({ tenantId: z.uuid() });
const PLATFORM = ['platform_admin'] as const;

export const budgetRoutes = ({ ledger, config }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/budget',
    operation: 'getOwnBudget',
    roles: PAYERS,
    summary: "Read your tenant's budget of this month: its limit, what is spent and what is reserved",
    status: 200,
    response: budgetShape,
    handle: async ({ caller }) => ({
      body: show(await ledger.within(caller, (session) => readBudget(session, caller.tenantId))),
    }),
  }),
  route({
    method: 'get',
    path: '/v1/tenants/:tenantId/budget',
    operation: 'getBudget',
    roles: PLATFORM,
    summary: "Read a tenant's budget",
    params: byTenant,
    status: 200,
    response: settings,
    handle: async ({ params: { tenantId } }) => ({
      body: showSettings(await readBudget(ledger, tenantId)),
    }),
  }),
  route({
    method: 'put',
    path: '/v1/tenants/:tenantId/budget',
    operation: 'setBudget',
    roles: PLATFORM,
    summary: "Set a tenant's monthly limit and its alerts; running executions are not stopped",
    params: byTenant,
    body: newBudget,
    status: 200,
    response: settings,
    handle: async ({ actor, params: { tenantId }, body }) => {
      mustLeadOutside(body.webhookUrl, config);
      return { body: showSettings(await setBudget(ledger, tenantId, body, actor)) };
    },
  }),
];

function show(row: BudgetRow) {
  const { month, limitUsd, spentUsd, reservedUsd, alertAt, alerts } = row;
  const left = remaining(row);
  const reached = new Map(alerts.map(({ at, reachedAt }) => [at, reachedAt]));
  return {
    month,
    limitUsd: limitUsd === null ? null : usd(limitUsd),
    spentUsd: usd(spentUsd),
    reservedUsd: usd(reservedUsd),
    remainingUsd: left === null ? null : usd(left),
    alerts: alertAt.map((at) => ({
      at: Number(at),
      amountUsd: limitUsd === null ? null : usd(exact(new Decimal(limitUsd).times(at))),
      reachedAt: reached.get(at) ?? null,
    })),
  };
}

const showSettings = (row: BudgetRow) => ({ ...show(row), webhookUrl: row.webhookUrl });

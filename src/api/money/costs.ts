/** Costs and revenue by model, workflow, tenant or day; and the metered costs compared with the provider's bill. */
import { z } from 'zod';
import type { Infrastructure } from '../../infrastructure.js';
import { InvalidInput } from '../../core/errors.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { COST_KEYS, readCosts, reconcile, type CostRow, type Period } from '../../store/money/cost-report.js';
import { ledgerNow } from '../../store/db/clock.js';
import type { Session } from '../../store/db/ledger.js';
import { money } from '../http/shapes.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

const DAY_MS = 86_400_000;
const at = z.iso.datetime({ offset: true });
/** USD as an exact decimal, which may be negative. */
const difference = z.string().regex(/^-?\d+\.\d{2,9}$/);

const period = { from: instant.optional(), to: instant.optional() };
const periodShown = { from: at, to: at };

const costShape = z.strictObject({
  /** Null: costs that no execution caused. */
  key: z.string().nullable(),
  executions: z.int(),
  gpuSeconds: z.number(),
  priceUsd: money,
  /** Administrators only: what the instances cost. */
  loadedUsd: money.optional(),
  marginUsd: difference.optional(),
  warmUpUsd: money.optional(),
  workUsd: money.optional(),
  idleUsd: money.optional(),
});
const cost = costShape.meta({ id: 'Cost' });

const reconciledShape = z.strictObject({
  /** Null: charges for an endpoint that belongs to no model. */
  modelId: z.string().nullable(),
  meteredUsd: money,
  chargedUsd: money,
  sharedUsd: money,
  unusedUsd: money,
  chargedMinusMeteredUsd: difference,
  chargedMinusMeteredPercent: z.number().nullable(),
  chargedMinusSharedUsd: difference,
  openMeteredUsd: money,
  provisionalUsd: money,
  openChargedUsd: money,
});
const reconciled = reconciledShape.meta({ id: 'Reconciled' });

/** The last 30 days by default. */
async function periodOf(session: Session, asked: { from?: string | undefined; to?: string | undefined }) {
  const to = asked.to === undefined ? await ledgerNow(session) : new Date(asked.to);
  const from = asked.from === undefined ? new Date(to.getTime() - 30 * DAY_MS) : new Date(asked.from);
  if (from < to) return { from, to };
  throw new InvalidInput('The period is empty.', [{ path: 'query.from', message: 'must be before `to`' }]);
}

const shown = ({ from, to }: Period) => ({ from: from.toISOString(), to: to.toISOString() });

/** A tenant sees its prices, not our costs. */
const ofTenant = ({ key, executions, gpuSeconds, priceUsd }: CostRow) => ({
  key,
  executions,
  gpuSeconds,
  priceUsd,
});

export const costRoutes = ({ ledger, config }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/costs',
    operation: 'listCosts',
    roles: [...ADMINISTRATORS, 'tenant_admin'],
    summary: 'Add up the prices and costs of executions',
    query: z.strictObject({ by: z.enum(COST_KEYS).default('model'), ...period }),
    status: 200,
    response: z.strictObject({ ...periodShown, items: z.array(cost), totals: costShape.omit({ key: true }) }),
    handle: async ({ caller, query: { by, ...asked } }) => {
      const tenantId = caller.role === 'tenant_admin' ? caller.tenantId : null;
      const period = await periodOf(ledger, asked);
      const { items, totals } = await readCosts(ledger, { ...period, by, tenantId });
      const show = (row: CostRow) => (tenantId === null ? row : ofTenant(row));
      const { key: _, ...all } = show(totals);
      return { body: { ...shown(period), items: items.map(show), totals: all } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/costs/reconciliation',
    operation: 'getReconciliation',
    roles: ADMINISTRATORS,
    summary: "Compare metered and allocated costs with the provider's charges",
    query: z.strictObject(period),
    status: 200,
    response: z.strictObject({
      ...periodShown,
      source: z.string(),
      /** The provider has reported all charges up to this time. */
      chargedThrough: at.nullable(),
      items: z.array(reconciled),
      totals: reconciledShape.omit({ modelId: true }),
    }),
    handle: async ({ query }) => {
      const period = await periodOf(ledger, query);
      const { chargedThrough, ...rest } = await reconcile(ledger, period);
      return {
        body: {
          ...shown(period),
          source: config.billSource,
          chargedThrough: chargedThrough?.toISOString() ?? null,
          ...rest,
        },
      };
    },
  }),
];

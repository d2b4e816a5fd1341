/** Figures for operators: now, over the last hours, and over the last days. */
import { z } from 'zod';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { HEAT_MOVES } from '../../core/status.js';
import { ledgerNow } from '../../store/db/clock.js';
import { AVOIDED_DAYS, costByDay, idleAvoided } from '../../store/money/cost-figures.js';
import { summarise } from '../../store/scheduling/queue-figures.js';
import { heatSpans, type HeatSpan } from '../../store/thermal/heat-figures.js';
import type { Infrastructure } from '../../infrastructure.js';
import { at, money, usd } from '../http/shapes.js';
import { makeSharedReads } from '../http/shared-reads.js';
import { period, periodOf } from '../money/period.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

/** Reads are shared by all callers, since they are expensive. */
const FRESH_MS = 5_000;
/** Daily figures need not be read every few seconds. */
const CALM_MS = 60_000;

const count = z.int();
const seconds = z.number().nullable();
const heat = z.enum(Object.keys(HEAT_MOVES) as [string, ...string[]]);

const METHOD =
  `The last ${AVOIDED_DAYS} days: the cost of one always-on instance of each GPU model that was used, ` +
  `at its hourly rate, minus the amount billed for the instances of these models.`;

function strips(spans: readonly HeatSpan[]) {
  const models = new Map<string, { modelId: string; displayName: string; spans: object[] }>();
  for (const { modelId, displayName, ...span } of spans) {
    const model = models.get(modelId) ?? { modelId, displayName, spans: [] };
    model.spans.push(span);
    models.set(modelId, model);
  }
  return [...models.values()];
}

export function seriesRoutes({ ledger }: Infrastructure): Route[] {
  const kept = makeSharedReads();

  return [
    route({
      method: 'get',
      path: '/v1/metrics/summary',
      operation: 'getSummary',
      roles: ADMINISTRATORS,
      summary: 'Read a summary of the system',
      status: 200,
      response: z
        .strictObject({
          /** Executions that have started. */
          running: count,
          /** Tasks that wait for a worker or a model. */
          queued: count,
          oldestWaitSeconds: seconds,
          /** Failed executions that ended in the last 24 hours. */
          failed24h: count,
          executions24h: count,
          spendTodayUsd: money,
          /** The monthly limits of all tenants together; null if one of them has no limit. */
          budgetUsd: money.nullable(),
          /** Negative if more than one instance was on. */
          idleAvoidedUsd: z.string().regex(/^-?\d+\.\d{2,9}$/),
          idleAvoidedMethod: z.string(),
        })
        .meta({ id: 'MetricsSummary' }),
      handle: async () => {
        const [now, avoided] = await Promise.all([
          kept('summary', FRESH_MS, () => summarise(ledger)),
          kept('avoided', CALM_MS, () => idleAvoided(ledger)),
        ]);
        return {
          body: {
            ...now,
            spendTodayUsd: usd(now.spendTodayUsd),
            budgetUsd: now.budgetUsd === null ? null : usd(now.budgetUsd),
            idleAvoidedUsd: usd(avoided),
            idleAvoidedMethod: METHOD,
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/metrics/cost',
      operation: 'getCostSeries',
      roles: ADMINISTRATORS,
      summary: 'Read costs and revenue of each of the last days, in UTC',
      query: z.strictObject({ days: counted(RANGES.days).default(14) }),
      status: 200,
      response: z
        .strictObject({
          days: z.array(
            z.strictObject({
              day: z.iso.date(),
              /** Instances while warming up and working. */
              gpuUsd: money,
              /** Instances that were on without work. */
              idleUsd: money,
              /** Metered costs of instances that are on, not yet allocated. */
              openUsd: money,
              /** The prices of executions. */
              priceUsd: money,
            }),
          ),
        })
        .meta({ id: 'CostSeries' }),
      handle: async ({ query: { days } }) => ({
        body: { days: await kept(`cost ${days}`, FRESH_MS, () => costByDay(ledger, days)) },
      }),
    }),
    route({
      method: 'get',
      path: '/v1/metrics/thermal',
      operation: 'getHeatSeries',
      roles: ADMINISTRATORS,
      summary: 'Read the thermal states of each model over time; the last 24 hours by default',
      query: z.strictObject(period),
      status: 200,
      response: z
        .strictObject({
          items: z.array(
            z.strictObject({
              modelId: z.string(),
              displayName: z.string(),
              spans: z.array(z.strictObject({ heat, from: at, to: at })),
            }),
          ),
        })
        .meta({ id: 'ThermalSeries' }),
      handle: async ({ query }) => ({
        body: await kept(JSON.stringify(['thermal', query]), FRESH_MS, async () => ({
          items: strips(await heatSpans(ledger, periodOf(await ledgerNow(ledger), query))),
        })),
      }),
    }),
  ];
}

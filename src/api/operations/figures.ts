/** Figures for those who run the house: now, over the last hours, and over the last days. */
import { z } from 'zod';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { HEAT_MOVES } from '../../core/status.js';
import { ledgerNow } from '../../store/money/provider-charges.js';
import {
  AVOIDED_DAYS,
  costByDay,
  heatSpans,
  idleAvoided,
  summarise,
  type HeatSpan,
} from '../../store/money/figures.js';
import type { Infrastructure } from '../../infrastructure.js';
import { money, usd } from '../executions/execution-shape.js';
import { makeSharedReads } from '../http/shared-reads.js';
import { period, periodOf } from '../money/period.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

/** However many look at them: reading them costs the ledger something. */
const FRESH_MS = 5_000;
/** What moves by the day need not be read by the second. */
const CALM_MS = 60_000;

const at = z.iso.datetime();
const count = z.int();
const seconds = z.number().nullable();
const heat = z.enum(Object.keys(HEAT_MOVES) as [string, ...string[]]);

const METHOD =
  `The last ${AVOIDED_DAYS} days: what one instance of each model with a GPU that was used in them would have cost, on all the time ` +
  `at its hourly rate, less what was billed for the instances of these models.`;

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
      summary: 'How the house stands',
      status: 200,
      response: z
        .strictObject({
          /** Executions that have begun. */
          running: count,
          /** Tasks that wait for a worker or a model. */
          queued: count,
          oldestWaitSeconds: seconds,
          /** Of those that ended in the last 24 hours. */
          failed24h: count,
          executions24h: count,
          spendTodayUsd: money,
          /** What all tenants together may spend in a month; null while one of them has no limit. */
          budgetUsd: money.nullable(),
          /** Below zero where more instances were on than one. */
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
      summary: 'What each of the last days cost and earned, by UTC',
      query: z.strictObject({ days: counted(RANGES.days).default(14) }),
      status: 200,
      response: z
        .strictObject({
          days: z.array(
            z.strictObject({
              day: z.iso.date(),
              /** Instances, while they warmed and worked. */
              gpuUsd: money,
              /** Instances that were on for nobody. */
              idleUsd: money,
              /** Instances that are on, by our meter: not yet shared out. */
              openUsd: money,
              /** What was sold. */
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
      summary: 'How warm each model was; the last 24 hours, if no period is named',
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

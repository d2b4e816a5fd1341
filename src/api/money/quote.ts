/** Quotes: the cost, end time and licences of an execution, before it is created. */
import { timeScaleOf } from '../../config.js';
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { compareUsd } from '../../core/money/money.js';
import { QUOTE_MINUTES } from '../../core/money/consent.js';
import type { Part } from '../../core/money/quote.js';
import { confidenceOf } from '../../core/money/quote-confidence.js';
import type { DurationRange } from '../../core/money/duration-estimate.js';
import { timing, type Outlook } from '../../core/money/quote-timing.js';
import { ledgerNow } from '../../store/db/clock.js';
import { writeQuotes } from '../../store/money/quotes.js';
import { readBudget, remaining } from '../../store/money/budget.js';
import type { Caller } from '../../store/people/identity.js';
import { readHeat, type HeatRow } from '../../store/thermal/heat.js';
import type { Infrastructure } from '../../infrastructure.js';
import type { ExecutionRequest } from '../../store/executions/admission.js';
import { inTheFuture, mustLeadOutside, newExecution, requestOf } from '../executions/accept.js';
import { again, makeRerunRequest } from '../executions/rerun.js';
import { at, byId, cost as costShape, money, showCost, usd } from '../http/shapes.js';
import { PAYERS, route, type Route } from '../http/route.js';

const basis = z.enum(['history', 'performance_metrics', 'none']);
const spread = z.strictObject({ low: z.number(), likely: z.number(), high: z.number() });

const part = z.strictObject({
  taskId: z.string(),
  modelId: z.string(),
  /** An earlier result decides whether it runs, so the low estimate leaves it out. */
  conditional: z.boolean(),
  /** Time at the endpoint, all invocations together. */
  seconds: spread.nullable(),
  /** Administrators only: how the price is made up. Null where it depends on an unknown duration. */
  gpuUsd: money.nullable().optional(),
  requestUsd: money.nullable().optional(),
  unitsUsd: money.nullable().optional(),
  markupUsd: money.nullable().optional(),
  totalUsd: money.nullable(),
  basis,
  runs: z.int(),
});

const quoteShape = z
  .strictObject({
    /** Send it as `quoteId` to start only what was quoted, once. */
    id: z.uuid(),
    /** Until when it can be accepted. */
    expiresAt: at,
    workflowId: z.string(),
    workflowVersion: z.string(),
    /** Null when the price of a part is unknown; `assumes` and `confidence` say why. */
    cost: costShape.nullable(),
    /** The likely cost of each task. */
    parts: z.array(part),
    startsAt: z.strictObject({ likely: at }).nullable(),
    endsAt: z.strictObject({ low: at, likely: at, high: at }).nullable(),
    assumes: z.array(z.string()),
    licenses: z.array(
      z.strictObject({
        modelId: z.string(),
        component: z.string(),
        spdx: z.string(),
        url: z.string().nullable(),
        attributionRequired: z.boolean(),
        attributionText: z.string().nullable(),
        shareAlike: z.boolean(),
      }),
    ),
    /** What delays the start (pins, the brake on scale-out), and remarks on licences that allow the run. */
    warnings: z.array(z.string()),
    confidence: z.strictObject({ basis, runs: z.int(), words: z.string() }),
    budget: z.strictObject({
      limitUsd: money.nullable(),
      remainingUsd: money.nullable(),
      /** The amount that accepting it would reserve. */
      reservesUsd: money,
      fits: z.boolean(),
    }),
  })
  .meta({ id: 'Quote' });

function makeQuote({ ledger, config, admission }: Infrastructure) {
  return async (caller: Caller, request: ExecutionRequest) => {
    const { workflow } = request;
    await inTheFuture(ledger, request.deadline);
    mustLeadOutside(request.webhookUrl, config);
    const planned = await admission.plan(caller, workflow, { ...request, quoteId: undefined });
    const { quote, resolved, snapshots, warnings, reservationUsd, offer } = planned;
    const budget = await readBudget(ledger, caller.tenantId);
    const left = remaining(budget);
    const { cost, parts } = quote;
    const rows = parts.some(({ modelId }) => modelId !== null)
      ? await readHeat(ledger, {
          modelUuids: Object.values(snapshots).map(({ uuid }) => uuid),
          timeScale: timeScaleOf(config),
        })
      : [];
    const outlook = new Map(rows.map((row) => [row.modelId, outlookOf(row, snapshots[row.modelId])]));
    const { warnings: holds, ...when } = timing({
      graph: workflow.graph,
      params: resolved,
      reused: request.reuse?.taskIds ?? new Set(),
      parts,
      outlook,
      now: rows[0]?.now ?? (await ledgerNow(ledger)),
    });
    const [written] = await writeQuotes(ledger, [{ ...caller, offer }]);
    return {
      ...(written as { id: string; expiresAt: Date }),
      workflowId: offer.workflowId,
      workflowVersion: offer.workflowVersion,
      cost: showCost(quote),
      parts: parts.flatMap((part) => showPart(part, caller.administratorId !== null)),
      ...when,
      licenses: licensesOf(parts, snapshots),
      warnings: [...holds, ...warnings],
      confidence: confidenceOf(quote),
      budget: {
        limitUsd: budget.limitUsd === null ? null : usd(budget.limitUsd),
        remainingUsd: left === null ? null : usd(left),
        reservesUsd: usd(reservationUsd),
        fits: left === null || fits(reservationUsd, left, cost !== null),
      },
    };
  };
}

export function quoteRoutes(infrastructure: Infrastructure): Route[] {
  const quoteFor = makeQuote(infrastructure);
  const rerunRequest = makeRerunRequest(infrastructure);

  return [
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/quote',
      operation: 'quoteExecution',
      roles: PAYERS,
      summary: `Quote an execution: its cost, when it would end, and the assumptions; ${ACCEPTABLE}`,
      params: z.object({ workflowId: z.string().max(100) }),
      body: newExecution.omit({ quoteId: true }),
      status: 200,
      response: quoteShape,
      handle: async ({ caller, params: { workflowId }, body }) => {
        const workflow = await infrastructure.workflows.current(workflowId);
        if (!workflow) throw new NotFound('workflow', workflowId);
        return { body: await quoteFor(caller, requestOf(workflow, body)) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/quote',
      operation: 'quoteRerun',
      roles: PAYERS,
      summary: `Quote a rerun of an execution: what it reuses costs nothing again; ${ACCEPTABLE}`,
      params: byId,
      body: again.omit({ quoteId: true }).optional(),
      status: 200,
      response: quoteShape,
      handle: async ({ caller, params: { id }, body = {} }) => ({
        body: await quoteFor(caller, await rerunRequest(caller, id, body)),
      }),
    }),
  ];
}

const ACCEPTABLE = `nothing starts, and its id can be accepted for ${QUOTE_MINUTES} minutes, once`;

/** The same rule as in the ledger: an execution of unknown price needs a budget that is not used up. */
const fits = (reservationUsd: string, left: string, isKnown: boolean): boolean =>
  compareUsd(reservationUsd, left) <= 0 && (isKnown || compareUsd(left, '0') > 0);

const outlookOf = (row: HeatRow, model: ModelConfig | undefined): Outlook => ({
  displayName: model?.displayName ?? row.modelId,
  heat: row.heat,
  pinned: row.desired,
  pinnedUntil: row.pinUntil,
  growthPaused: row.scaleOutPaused === null ? null : { until: row.scaleOutUntil },
  warmingSince: row.warmingSince,
  warmupSeconds: row.warmupSeconds,
  retryAt: row.retryAt,
  slots: Math.max(1, row.usableSlots > 0 ? row.usableSlots : row.slots),
  slotsTaken: row.slotsTaken,
  ahead: row.ready + row.queued,
});

function showPart({ taskId, modelId, likelihood, estimate, price, fixedPrice }: Part, seesPrices: boolean) {
  if (modelId === null) return [];
  const shown = (amount: string | undefined) => (amount === undefined ? null : usd(amount));
  return [
    {
      taskId,
      modelId,
      conditional: likelihood === 'conditional',
      seconds: estimate && inMilliseconds(estimate.seconds),
      ...(seesPrices && {
        gpuUsd: shown(price?.gpuUsd),
        requestUsd: shown((price ?? fixedPrice)?.requestUsd),
        unitsUsd: shown((price ?? fixedPrice)?.unitsUsd),
        markupUsd: shown(price?.markupUsd),
      }),
      totalUsd: shown(price?.totalUsd),
      basis: estimate?.basis ?? 'none',
      runs: estimate?.runs ?? 0,
    },
  ];
}

const inMilliseconds = ({ low, likely, high }: DurationRange): DurationRange => ({
  low: Number(low.toFixed(3)),
  likely: Number(likely.toFixed(3)),
  high: Number(high.toFixed(3)),
});

const licensesOf = (parts: readonly Part[], models: Record<string, ModelConfig>) =>
  [...new Set(parts.map(({ modelId }) => modelId))].flatMap((modelId) =>
    modelId === null
      ? []
      : (models[modelId]?.licenses ?? []).map((license) => ({
          modelId,
          component: license.type,
          spdx: license.spdx,
          url: license.url,
          attributionRequired: license.attributionRequired,
          attributionText: license.attributionText,
          shareAlike: license.shareAlike,
        })),
  );

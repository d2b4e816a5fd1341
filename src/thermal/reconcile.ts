/** Reconciles one model: observe, decide, apply, record. */
import { timeScaleOf, type Config } from '../config.js';
import type { Need } from '../core/thermal/forecast.js';
import { decide, withoutStopping } from '../core/thermal/scaling.js';
import { later } from '../core/time/saturated.js';
import { perInstance, slotCount, type ModelConfig } from '../core/models/model.js';
import type { Heat } from '../core/status.js';
import { retryAfterSeconds, mayRetireUnseen } from '../core/thermal/unreachable.js';
import type { Health } from '../endpoints/driver.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import { recordHeat, recordUnseen, retire } from '../store/thermal/record-heat.js';
import type { Models } from '../store/models/models.js';
import type { Ledger } from '../store/db/ledger.js';
import { stillPending } from '../store/thermal/forecast-inputs.js';
import { fitSlots, lease, readHeatOf, type HeatRow } from '../store/thermal/heat.js';
import { makeApply } from './apply.js';
import type { Forecast } from './forecast.js';
import { damped } from './damped-log.js';
import { makeDeadManRenewal, type DeadManRenewal } from './dead-man.js';
import { observe, type Observation } from './observe.js';
import { rejectAfter } from '../timeouts.js';

/** Longest wait for a provider's answer. After it the state of the model is unknown. */
const PATIENCE_MS = 10_000;

const CHANGING = new Set<Heat>(['WARMING', 'COOLING']);

export interface ReconcileParts {
  owner: string;
  config: Config;
  ledger: Ledger;
  engine: Ledger;
  models: Models;
  endpoints: Endpoints;
  sender: Sender;
  log: Log;
  forecastAt: (now: Date) => Promise<Forecast>;
}

/** Resolves to the milliseconds until the next reconciliation, which is soon during a change. */
export function makeReconcile(
  parts: ReconcileParts,
): (looked: { modelUuid: string; modelId: string }) => Promise<number> {
  const { owner, config, ledger, engine, models, endpoints, sender, log, forecastAt } = parts;
  const apply = makeApply(parts);
  const renewDeadMan = makeDeadManRenewal({ endpoints, log, deadManMs: config.deadManMs });
  const intervalSeconds = config.thermalTickMs / 1000;
  const leaseMs = config.thermalTickMs * 6;
  const isNews = damped();
  const timeScale = timeScaleOf(config);
  const usual = config.thermalTickMs;
  const soon = usual / 5;

  return async ({ modelUuid, modelId }) => {
    const model = await models.get(modelId);
    if (model?.uuid !== modelUuid || !(await lease(engine, modelUuid, owner, leaseMs))) return usual;
    const health = await rejectAfter(Math.max(leaseMs, PATIENCE_MS), endpoints.describe(model)).catch(
      unknown,
    );
    // Read after the provider's answer, so that tasks which arrived meanwhile count.
    const row = await readHeatOf(engine, modelUuid, timeScale);
    if (!row) return usual;
    if (row.slots !== slotCount(model)) await fitSlots(ledger, modelUuid, slotCount(model));
    if (health.kind === 'unknown') return unseen(model, row, health.reason);
    const { needs, ends } = await forecastAt(row.now);
    const decideFor = (forecast: readonly Need[]) => {
      const { seen, load } = observe(model, row, health, {
        forecast,
        ends: ends.get(modelId) ?? [],
        intervalSeconds,
      });
      return { seen, verdict: decide(model, load, row.now) };
    };
    let forecast = needs.get(modelId) ?? [];
    let { seen, verdict } = decideFor(forecast);
    // The forecast is older than the row. What has become ready since is in both, and must not start two instances.
    if (verdict.kind === 'warm' && forecast.length > 0) {
      forecast = await stillPending(engine, forecast);
      ({ seen, verdict } = decideFor(forecast));
      // What has become ready between the two reads is in neither.
      verdict = withoutStopping(verdict);
    }
    const after = await apply(model, row, seen, verdict);
    const why = 'reason' in verdict ? verdict.reason : null;
    await record(model, row, after, {
      ...(await renewDeadMan(model, row, after)),
      why,
      renewing: health.outdated && after.closed,
      nextNeed: forecast[0] ?? null,
    });
    return CHANGING.has(after.heat) || after.closed ? soon : usual;
  };

  /** An unknown state changes nothing except the report: since when, why, and when the next try is. */
  async function unseen(model: ModelConfig, row: HeatRow, reason: string): Promise<number> {
    const tries = row.unseenSince ? row.failures : 0;
    const pauseMs = retryAfterSeconds(tries, intervalSeconds) * 1000;
    const retryAt = later(row.now, pauseMs);
    if (!(await recordUnseen(ledger, owner, model.uuid, { reason, retryAt }))) return usual;
    if (isNews(model.uuid, reason)) log.warn('thermal.unknown', { modelId: model.id, reason });
    const known = { retiring: row.status === 'retiring', billed: row.billedInstances };
    if (mayRetireUnseen({ ...row, ...known }, row.now)) await abandon(model, row);
    return pauseMs;
  }

  async function abandon(model: ModelConfig, row: HeatRow): Promise<void> {
    log.warn('thermal.let_go', { modelId: model.id, unseenSince: row.unseenSince?.toISOString() });
    await record(model, row, ABANDONED, {
      deadManDue: null,
      deadManFailure: null,
      why: null,
      renewing: false,
      nextNeed: null,
    });
  }

  async function record(
    model: ModelConfig,
    row: HeatRow,
    seen: Observation,
    more: DeadManRenewal & { why: string | null; renewing: boolean; nextNeed: Need | null },
  ): Promise<void> {
    const { heat, serving, wanted, closed, reason } = seen;
    const open = heat === 'WARM' || heat === 'HOT' || (heat === 'WARMING' && serving > 0);
    const instances = Math.min(serving, wanted);
    const usableSlots = open && !closed ? Math.min(slotCount(model), instances * perInstance(model)) : 0;
    const isRecorded = await recordHeat(engine, owner, {
      ...seen,
      ...more,
      modelUuid: model.uuid,
      meter: {
        endpoint: endpoints.endpointNameOf(model),
        instanceType: model.deployment.instanceType ?? null,
      },
      from: row.heat,
      usableSlots,
      hourlyRate: model.pricing.hourlyRate,
    });
    if (!isRecorded) return;
    if (row.heat !== heat) {
      log.info('thermal.changed', {
        modelId: model.id,
        from: row.heat,
        to: heat,
        instances: serving,
        reason,
      });
    }
    if (seen.gone) {
      await retire(ledger, model.uuid);
      log.info('thermal.retired', { modelId: model.id });
    }
    // Redis loses the limit when it is emptied, and no limit is the wrong default, so it is set at every reconciliation.
    await sender
      .pace(model.id, usableSlots)
      .catch((error: unknown) => log.error('thermal.not_paced', error, { modelId: model.id }));
  }
}

/** Whatever is left of it in the account is an orphan from now on. */
const ABANDONED: Observation = {
  heat: 'OFF',
  exists: false,
  serving: 0,
  wanted: 0,
  billed: 0,
  inProgress: false,
  reason: 'deleted without its provider, which could not be reached any more',
  recorded: true,
  failure: null,
  retryAt: null,
  idleSince: null,
  surplusSince: null,
  closed: true,
  gone: true,
};

const unknown = (error: unknown): Health => ({ kind: 'unknown', reason: (error as Error).message });

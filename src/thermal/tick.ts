/** One look at one model: see what is there, decide, ask the provider, write down what it amounts to. */
import type { Config } from '../config.js';
import { RadiantError } from '../core/errors.js';
import { decide, heatOf } from '../core/heat.js';
import { perInstance, slotCount, type ModelConfig } from '../core/model.js';
import type { Heat } from '../core/status.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import type { Models } from '../store/models.js';
import type { Ledger } from '../store/pool.js';
import { closeSlots, fitSlots, lease, readHeat, recordHeat, type HeatRow } from '../store/thermal.js';

/** First pause after a model failed to warm; doubles each time. */
const RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 600_000;

const CHANGING = new Set<Heat>(['WARMING', 'COOLING']);

export interface TickParts {
  owner: string;
  config: Config;
  ledger: Ledger;
  models: Models;
  endpoints: Endpoints;
  sender: Sender;
  log: Log;
}

/** Answers whether the model is in between, so that it should be looked at again soon. */
export function makeTick(parts: TickParts): (row: HeatRow) => Promise<boolean> {
  const { owner, config, ledger, models, endpoints, sender, log } = parts;

  return async (row) => {
    const model = await models.get(row.modelId);
    if (!model) return false;
    if (row.slots !== slotCount(model)) await fitSlots(ledger, model.uuid, slotCount(model));
    if (!(await lease(ledger, model.uuid, owner, config.thermalTickMs * 6))) return false;
    const health = await endpoints.describe(model);
    if (health.kind === 'unknown') {
      log.warn('thermal.unknown', { modelId: model.id, reason: health.reason });
      return CHANGING.has(row.heat);
    }
    // Read after the provider answered, so that a task which came meanwhile counts.
    const [now] = await readHeat(ledger, model.uuid);
    if (!now) return false;
    const seen = await act(model, now, health);
    await record(model, now, seen);
    return CHANGING.has(seen.heat);
  };

  interface Seen {
    heat: Heat;
    serving: number;
    wanted: number;
    reason: string;
    failure: string | null;
    retryAt: Date | null;
    closed: boolean;
  }

  async function act(
    model: ModelConfig,
    row: HeatRow,
    health: { exists: boolean; serving: number; wanted: number; inProgress: boolean; failure: string | null },
  ): Promise<Seen> {
    const { serving, wanted } = health;
    const running = row.slotsTaken;
    // A refusal leaves no trace at the provider, and what it says while it changes something is about the time before.
    const refused = row.retryAt && row.now < row.retryAt ? row.failure : null;
    const failure = (health.inProgress ? null : health.failure) ?? refused;
    const retryAt = failure === null ? null : (row.retryAt ?? retryAtOf(row));
    // A model that failed to grow goes on serving with what it has.
    const heat: Heat =
      failure !== null && serving === 0
        ? 'FAILED'
        : heatOf({ instances: serving, wanted, running, exists: health.exists });
    const idleSince = idleSinceOf(row, serving);
    const verdict = decide(
      model,
      {
        heat: failure === null ? heat : 'FAILED',
        ready: row.ready,
        queued: row.queued,
        running,
        upcoming: 0,
        instances: serving,
        wanted,
        idleSince,
        retryAt,
        enabled: row.enabled,
        pinned: row.desired,
        unknown: false,
      },
      row.now,
    );
    const seen = { heat, serving, wanted, failure, retryAt, reason: reasonOf(heat, row), closed: false };
    // Nobody turns an external provider on or off.
    if (endpoints.driverOf(model) === 'http') return seen;
    if (verdict.kind === 'warm') {
      const fewer = verdict.instances < serving;
      if (fewer && !(await closeSlots(ledger, owner, model.uuid, verdict.instances * perInstance(model))))
        return seen;
      let asked;
      try {
        asked = await endpoints.warm(model, verdict.instances);
      } catch (error) {
        // The provider refuses: quota, permission, an unusable deployment. Its words are the reason that is shown.
        if (!(error instanceof RadiantError)) throw error;
        log.error('thermal.refused', error, { modelId: model.id });
        return {
          ...seen,
          heat: serving > 0 ? heat : 'FAILED',
          failure: error.message,
          retryAt: retryAtOf(row),
          reason: 'the provider refused to warm it',
        };
      }
      if (asked === 'busy') return seen;
      log.info('thermal.warm', { modelId: model.id, instances: verdict.instances });
      const reason = fewer
        ? `idle: back to ${verdict.instances} instance(s)`
        : `${row.ready + row.queued + running} task(s) need ${verdict.instances} instance(s)`;
      return {
        ...seen,
        heat: serving > 0 ? heat : 'WARMING',
        wanted: verdict.instances,
        failure: null,
        retryAt: null,
        reason,
      };
    }
    if (verdict.kind === 'cool') {
      if (!(await closeSlots(ledger, owner, model.uuid))) return seen;
      const asked = await endpoints.cool(model);
      if (asked === 'busy') return { ...seen, closed: true };
      log.info('thermal.cool', { modelId: model.id, instances: serving });
      const reason = row.enabled ? 'idle for its limit' : 'taken out of use';
      return { ...seen, heat: 'COOLING', wanted: 0, failure: null, retryAt: null, reason, closed: true };
    }
    return seen;
  }

  async function record(model: ModelConfig, row: HeatRow, seen: Seen): Promise<void> {
    const open = seen.heat === 'WARM' || seen.heat === 'HOT' || (seen.heat === 'WARMING' && seen.serving > 0);
    const instances = Math.min(seen.serving, seen.wanted);
    const usableSlots = open && !seen.closed ? Math.min(slotCount(model), instances * perInstance(model)) : 0;
    const recorded = await recordHeat(ledger, owner, {
      modelUuid: model.uuid,
      from: row.heat,
      to: seen.heat,
      wanted: seen.wanted,
      serving: seen.serving,
      usableSlots,
      reason: seen.reason,
      hourlyRate: model.pricing.hourlyRate,
      failure: seen.failure,
      retryAt: seen.retryAt,
      idleSince: idleSinceOf(row, seen.serving),
    });
    if (!recorded) return;
    if (row.heat !== seen.heat) {
      log.info('thermal.changed', {
        modelId: model.id,
        from: row.heat,
        to: seen.heat,
        instances: seen.serving,
      });
    }
    // Redis forgets the limit when it is emptied, and unlimited is the wrong default: said again at every look.
    await sender
      .pace(model.id, usableSlots)
      .catch((error: unknown) => log.error('thermal.not_paced', error, { modelId: model.id }));
  }
}

const idleSinceOf = (row: HeatRow, serving: number): Date | null =>
  serving > 0 && row.ready + row.queued + row.slotsTaken === 0 ? (row.idleSince ?? row.now) : null;

const retryAtOf = (row: HeatRow): Date =>
  new Date(row.now.getTime() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** row.failures));

const reasonOf = (heat: Heat, row: HeatRow): string =>
  heat === 'FAILED'
    ? 'the provider reports a failure'
    : `seen at the provider, ${row.slotsTaken} slot(s) in use`;

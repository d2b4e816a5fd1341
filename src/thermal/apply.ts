/** Applies a scaling decision at the provider, and updates the observation with the result. */
import { RadiantError, Unavailable } from '../core/errors.js';
import type { ScalingDecision } from '../core/thermal/scaling.js';
import { perInstance, type ModelConfig } from '../core/models/model.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { Ledger } from '../store/db/ledger.js';
import { closeSlots, type HeatRow } from '../store/thermal/heat.js';
import { damped } from './damped-log.js';
import { retryAtOf, type Observation } from './observe.js';

const NO_FAILURE = { failure: null, retryAt: null };

export function makeApply({
  owner,
  ledger,
  endpoints,
  log,
}: {
  owner: string;
  ledger: Ledger;
  endpoints: Endpoints;
  log: Log;
}): (model: ModelConfig, row: HeatRow, seen: Observation, verdict: ScalingDecision) => Promise<Observation> {
  /** True only if nothing runs above the first `keep` slots, and nothing can start there. */
  const close = (model: ModelConfig, keep = 0) => closeSlots(ledger, owner, model.uuid, keep);
  const isNews = damped();
  /** By model, the decision that the provider refused last. It is repeated after its pause, not at every reconciliation. */
  const refused = new Map<string, ScalingDecision['kind']>();

  async function warm(
    model: ModelConfig,
    row: HeatRow,
    seen: Observation,
    verdict: Extract<ScalingDecision, { kind: 'warm' }>,
  ) {
    const { instances, reason } = verdict;
    const { heat, serving } = seen;
    if (instances < serving && !(await close(model, instances * perInstance(model)))) return seen;
    if ((await endpoints.warm(model, instances)) === 'busy') return seen;
    // A model that is off although it was requested is requested at every reconciliation, until it starts or counts as stuck.
    const before = row.heat === 'WARMING' ? row.wantedInstances : seen.wanted;
    const recorded = instances !== before;
    if (recorded) log.info('thermal.warm', { modelId: model.id, instances, reason });
    return {
      ...seen,
      ...NO_FAILURE,
      heat: serving > 0 ? heat : 'WARMING',
      wanted: instances,
      reason,
      recorded,
    } as const;
  }

  async function cool(model: ModelConfig, seen: Observation, reason: string): Promise<Observation> {
    if (!(await close(model))) return seen;
    if ((await endpoints.cool(model)) === 'busy') return { ...seen, closed: true };
    log.info('thermal.cool', { modelId: model.id, instances: seen.serving, reason });
    return { ...seen, ...NO_FAILURE, heat: 'COOLING', wanted: 0, reason, closed: true };
  }

  async function roll(model: ModelConfig, seen: Observation, reason: string): Promise<Observation> {
    // A slot was claimed at the last moment. The slots are closed from now on, and a later reconciliation finds them free.
    if (!(await close(model))) return { ...seen, closed: true };
    if ((await endpoints.roll(model)) === 'busy') return { ...seen, closed: true };
    // Repeated at every reconciliation until the update is done, and recorded once.
    if (!seen.inProgress) log.info('thermal.roll', { modelId: model.id, reason });
    return { ...seen, ...NO_FAILURE, reason, recorded: !seen.inProgress, closed: true };
  }

  /** Repeated at every reconciliation, until nothing is left. */
  async function remove(model: ModelConfig, seen: Observation, reason: string): Promise<Observation> {
    if (!(await close(model))) return { ...seen, closed: true };
    const left = (await endpoints.remove(model)) === 'busy';
    if (!left)
      return {
        ...seen,
        ...NO_FAILURE,
        heat: 'OFF',
        serving: 0,
        wanted: 0,
        billed: 0,
        reason,
        closed: true,
        gone: true,
      };
    return { ...seen, heat: seen.exists ? 'COOLING' : 'OFF', reason, closed: true };
  }

  /** Gives up for now. The provider is asked to stop, at every reconciliation until it does. */
  async function fail(
    model: ModelConfig,
    row: HeatRow,
    seen: Observation,
    reason: string,
  ): Promise<Observation> {
    log.warn('thermal.stuck', { modelId: model.id, reason });
    await giveUp(model);
    return { ...seen, heat: 'FAILED', failure: reason, retryAt: retryAtOf(row), reason };
  }

  const giveUp = (model: ModelConfig) =>
    endpoints.cool(model).catch((error: unknown) => {
      if (isNews(`${model.uuid} not cooled`, (error as Error).message))
        log.error('thermal.not_cooled', error, { modelId: model.id });
    });

  async function apply(
    model: ModelConfig,
    row: HeatRow,
    seen: Observation,
    verdict: ScalingDecision,
  ): Promise<Observation> {
    // Another party runs this model. Only its row may be deleted.
    if (!endpoints.canWake(model) && row.status !== 'retiring') return seen;
    switch (verdict.kind) {
      case 'warm':
        return warm(model, row, seen, verdict);
      case 'cool':
        return cool(model, seen, verdict.reason);
      case 'drain':
        return { ...seen, closed: true };
      case 'roll':
        return roll(model, seen, verdict.reason);
      case 'remove':
        return remove(model, seen, verdict.reason);
      case 'fail':
        return fail(model, row, seen, verdict.reason);
      default:
        if (row.status === 'retiring' && !seen.exists) return remove(model, seen, 'the model is deleted');
        if (seen.heat === 'FAILED' && seen.inProgress && seen.wanted > 0) await giveUp(model);
        return seen;
    }
  }

  return async (model, row, seen, verdict) => {
    const isPausing = row.retryAt !== null && row.unseenSince === null && row.now < row.retryAt;
    if (isPausing && refused.get(model.uuid) === verdict.kind)
      return { ...seen, closed: seen.closed || verdict.kind === 'remove' };
    refused.delete(model.uuid);
    try {
      return await apply(model, row, seen, verdict);
    } catch (error) {
      // The provider refuses: a quota, a permission, an unusable deployment. Its message is the reason that is shown.
      if (!(error instanceof RadiantError) || error instanceof Unavailable) throw error;
      refused.set(model.uuid, verdict.kind);
      if (isNews(model.uuid, `${verdict.kind}: ${error.message}`))
        log.error('thermal.refused', error, { modelId: model.id, action: verdict.kind });
      return {
        ...seen,
        heat: seen.serving > 0 ? seen.heat : 'FAILED',
        failure: error.message,
        retryAt: retryAtOf(row),
        reason: `the provider refused to ${verdict.kind} it`,
      };
    }
  };
}

/** Turns the provider's report about a model into the input of `decide`. */
import type { Need } from '../core/thermal/forecast.js';
import { heatOf } from '../core/thermal/scaling.js';
import type { ModelConfig } from '../core/models/model.js';
import type { Heat } from '../core/status.js';
import type { Known } from '../endpoints/driver.js';
import type { HeatRow } from '../store/thermal/heat.js';
import type { ThermalState } from '../store/thermal/record-heat.js';
import { neededInstances, type ModelState } from '../core/thermal/demand.js';

/** The first pause after a model failed to warm. It doubles each time. */
const RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 600_000;

/** The state to be recorded. Applying a decision changes it. */
export interface Observation extends ThermalState {
  exists: boolean;
  /** The provider refuses every change for now. */
  inProgress: boolean;
  /** No slot may be claimed, whatever is serving. */
  closed: boolean;
  /** Nothing is left of a retiring model. */
  gone: boolean;
}

export function observe(
  model: ModelConfig,
  row: HeatRow,
  health: Known,
  {
    forecast,
    ends,
    intervalSeconds,
  }: { forecast: readonly Need[]; ends: readonly Date[]; intervalSeconds: number },
): { seen: Observation; load: ModelState } {
  const { serving, wanted, exists, billed } = health;
  const running = row.slotsTaken;
  // A refusal leaves no trace at the provider, and its report during a change describes the time before. A failure
  // recorded while the provider was unreachable is over.
  const rowRetryAt = row.unseenSince ? null : row.retryAt;
  const refused = rowRetryAt && row.now < rowRetryAt ? row.failure : null;
  const failure = (health.inProgress ? null : health.failure) ?? refused;
  const retryAt = failure === null ? null : (rowRetryAt ?? retryAtOf(row));
  // A model that failed to scale out still serves with what it has.
  const heat: Heat =
    failure !== null && serving === 0 ? 'FAILED' : heatOf({ instances: serving, wanted, running, exists });
  const used = row.ready + row.queued + running > 0;
  const load: ModelState = {
    heat: failure === null ? heat : 'FAILED',
    ready: row.ready,
    queued: row.queued,
    running,
    forecast,
    ends,
    warmupSeconds: row.warmupSeconds,
    warmingSince: row.warmingSince,
    intervalSeconds,
    instances: serving,
    wanted,
    idleSince: serving > 0 && !used ? (row.idleSince ?? row.now) : null,
    surplusSince: null,
    retryAt,
    enabled: row.enabled,
    pinned: row.desired,
    retiring: row.status === 'retiring',
    exists,
    outdated: health.outdated,
    brakes: { scaleIn: row.scaleInPaused !== null, scaleOut: row.scaleOutPaused !== null },
    unknown: false,
  };
  if (neededInstances(model, load, row.now) < wanted) load.surplusSince = row.surplusSince ?? row.now;
  const seen: Observation = {
    heat,
    exists,
    serving,
    wanted,
    billed,
    reason:
      heat === 'FAILED'
        ? 'the provider reports a failure'
        : row.unseenSince
          ? 'the provider answers again'
          : `seen at the provider, ${running} ${running === 1 ? 'slot' : 'slots'} in use`,
    recorded: row.unseenSince !== null,
    inProgress: health.inProgress,
    failure,
    retryAt,
    idleSince: load.idleSince,
    surplusSince: load.surplusSince,
    // The endpoint is being updated. A request sent now might still reach the old version.
    closed: health.outdated && health.inProgress,
    gone: false,
  };
  return { seen, load };
}

export const retryAtOf = (row: HeatRow): Date =>
  new Date(row.now.getTime() + Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** row.failures));

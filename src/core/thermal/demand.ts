/** How many instances the work at hand and the forecast need. */
import type { Need } from './forecast.js';
import { secondsUntil } from '../time/saturated.js';
import { mostAtOnce } from './overlap.js';
import type { Heat } from '../status.js';

export interface Thermal {
  thermal: {
    defaultState: 'OFF' | 'WARM';
    scaleToZeroAfterMinutes: number;
    minInstances: number;
    maxInstances: number;
  };
  deployment: { maxConcurrentInvocationsPerInstance: number };
  /** USD, a decimal string. */
  pricing: { hourlyRate: string };
}

export interface ModelState {
  heat: Heat;
  ready: number;
  queued: number;
  running: number;
  /** Tasks of live executions that will need the model, the earliest first. */
  forecast: readonly Need[];
  /** When running tasks are expected to end, if known; the other running tasks are assumed to last. */
  ends?: readonly Date[];
  /** Measured, else published. */
  warmupSeconds: number;
  warmingSince: Date | null;
  /** Time between two reconciliations. */
  intervalSeconds: number;
  /** Serving now. */
  instances: number;
  /** The last decision. */
  wanted: number;
  idleSince: Date | null;
  /** Since when fewer instances than wanted are needed (`neededInstances`); null if all are needed. */
  surplusSince: Date | null;
  /** A failed model is not retried before. */
  retryAt: Date | null;
  enabled: boolean;
  pinned: 'auto' | 'on' | 'off';
  /** The model is deleted, so its endpoint must be removed. */
  retiring: boolean;
  /** The endpoint exists at the provider, serving or not. */
  exists: boolean;
  /** The endpoint serves another deployment than that of the model's row. */
  outdated: boolean;
  /** Set by an administrator: `scaleIn` prevents scale-in, `scaleOut` prevents scale-out. */
  brakes: { scaleIn: boolean; scaleOut: boolean };
  /** The provider could not be reached. */
  unknown: boolean;
}

/** Instances for waiting, running and due tasks, between the model's minimum and maximum. */
export function neededInstances(model: Thermal, load: ModelState, now: Date): number {
  const { thermal, deployment } = model;
  const forDemand = Math.ceil(slotsFor(load, now) / deployment.maxConcurrentInvocationsPerInstance);
  return Math.min(thermal.maxInstances, Math.max(floorOf(model, load), forDemand));
}

/** Instances that are kept without demand. */
export function floorOf({ thermal }: Thermal, { pinned }: ModelState): number {
  const kept = pinned === 'on' || thermal.defaultState === 'WARM' ? 1 : 0;
  return Math.min(thermal.maxInstances, Math.max(thermal.minInstances, kept));
}

export const demandOf = (load: ModelState, now: Date): number =>
  load.ready + load.queued + load.running + dueNeeds(load, now).length;

/**
 * The number of slots needed at the same time. A need that comes after others have ended uses their slots. A need that takes
 * over a slot keeps the model on, but does not enlarge it. Waiting tasks have no slot yet, and are assumed to last.
 */
function slotsFor(load: ModelState, now: Date): number {
  const present = load.ready + load.queued + load.running;
  const due = dueNeeds(load, now);
  const coming = due
    .filter(({ takesOver }) => !takesOver)
    .map(({ at, uncertaintySeconds, seconds = Infinity }) => ({
      from: at.getTime() - uncertaintySeconds * 1000,
      until: at.getTime() + (uncertaintySeconds + seconds) * 1000,
    }));
  const ends = (load.ends ?? []).slice(0, load.running).map((end) => end.getTime());
  const most = mostAtOnce(coming, { lasting: present - ends.length, ends });
  return Math.max(Math.min(due.length, 1), most);
}

/** Needs for which warming must start now, so that the model is warm even if the need comes early. */
export function dueNeeds({ forecast, warmupSeconds, intervalSeconds }: ModelState, now: Date): Need[] {
  return forecast.filter(
    ({ at, uncertaintySeconds }) =>
      secondsUntil(at, now) - uncertaintySeconds - intervalSeconds <= warmupSeconds,
  );
}

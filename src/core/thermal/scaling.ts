/** When a model is warmed and cooled: demand, foresight, idleness and the ledger's wishes in, one verdict out. */
import type { Need } from './forecast.js';
import { count, demandText, lengthOf } from './reasons.js';
import { secondsUntil } from '../time/saturated.js';
import { compareUsd } from '../money/money.js';
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
  /** Tasks of live executions that are going to need the model, the earliest first. */
  forecast: readonly Need[];
  /** When what runs is expected to have ended, as far as that is known: the others are taken to last. */
  ends?: readonly Date[];
  /** Learned, else published. */
  warmupSeconds: number;
  warmingSince: Date | null;
  /** Time between two looks. */
  intervalSeconds: number;
  /** Serving now. */
  instances: number;
  /** What the ledger asked for last. */
  wanted: number;
  idleSince: Date | null;
  /** Since when fewer instances than wanted would do (`neededInstances`); null: they would not. */
  surplusSince: Date | null;
  /** A failed model is left alone until then. */
  retryAt: Date | null;
  enabled: boolean;
  pinned: 'auto' | 'on' | 'off';
  /** The model is deleted: its endpoint must go. */
  retiring: boolean;
  /** Something of it is at the provider, serving or not. */
  exists: boolean;
  /** The endpoint serves another deployment than the model's row asks for. */
  outdated: boolean;
  /** Set by an administrator: `scaleIn` takes nothing away, `scaleOut` adds nothing. */
  brakes: { scaleIn: boolean; scaleOut: boolean };
  /** The provider could not be asked. */
  unknown: boolean;
}

/** Reasons are words for people. */
export type ScalingDecision =
  /** So many instances: more than now, or fewer. */
  | { kind: 'warm'; instances: number; reason: string }
  | { kind: 'cool'; reason: string }
  /** Move the endpoint to the row's deployment; nothing runs on it. */
  | { kind: 'roll'; reason: string }
  /** Let nothing more begin: once what runs has ended, the endpoint is cooled, rolled or removed. */
  | { kind: 'drain'; reason: string }
  | { kind: 'remove'; reason: string }
  /** It has been warming for too long. */
  | { kind: 'fail'; reason: string }
  | { kind: 'stay'; reason: string | null }
  | { kind: 'unknown' };

const stay = (reason: string | null = null): ScalingDecision => ({ kind: 'stay', reason });

/** Not knowing is not the same as zero, running work is never cut off, and what is warming is left to warm. */
export function decide(model: Thermal, load: ModelState, now: Date): ScalingDecision {
  if (load.unknown) return { kind: 'unknown' };
  return braked(desiredInstances(model, load, now), load);
}

/** Brakes hold against everything, pins too. */
function braked(verdict: ScalingDecision, load: ModelState): ScalingDecision {
  if (verdict.kind === 'stay' || verdict.kind === 'fail' || verdict.kind === 'unknown') return verdict;
  if (adds(verdict, load))
    return load.brakes.scaleOut ? stay(`scale-out is paused: ${verdict.reason}`) : verdict;
  return load.brakes.scaleIn ? stay(`scale-in is paused: ${verdict.reason}`) : verdict;
}

/** Everything else that is done to an endpoint takes serving capacity away, if only for a while. */
function adds(verdict: ScalingDecision, load: ModelState): boolean {
  if (verdict.kind === 'warm') return verdict.instances > currentInstances(load);
  return verdict.kind === 'roll' && load.instances === 0;
}

/** One that failed to grow goes on serving with what it has. */
function currentInstances({ heat, instances, wanted }: ModelState): number {
  if (heat === 'FAILED') return instances;
  return heat === 'OFF' || heat === 'COOLING' ? 0 : wanted;
}

function desiredInstances(model: Thermal, load: ModelState, now: Date): ScalingDecision {
  if (load.retiring)
    return load.exists ? onceQuiet(load, { kind: 'remove', reason: 'the model is deleted' }) : stay();
  const stuck = whyStuck(load, now);
  if (stuck) return { kind: 'fail', reason: stuck };
  if (!load.enabled) return off(load, 'the model is disabled');
  if (load.pinned === 'off') return off(load, 'the model is pinned off');
  if (load.heat === 'FAILED' && load.retryAt && now < load.retryAt)
    return stay(`failed: tried again in ${lengthOf(secondsUntil(load.retryAt, now))}`);
  if (load.outdated && load.exists) return rollOut(model, load, now);
  return scaleOut(model, load, now) ?? scaleIn(model, load, now);
}

/** Neither what is off nor what is changing is cooled. */
const canCool = ({ heat, instances, wanted }: ModelState): boolean =>
  (instances > 0 || wanted > 0) && heat !== 'OFF' && !isChanging(heat);

const isChanging = (heat: Heat): boolean => heat === 'WARMING' || heat === 'COOLING';

const off = (load: ModelState, reason: string): ScalingDecision =>
  canCool(load) ? onceQuiet(load, { kind: 'cool', reason }) : stay();

function onceQuiet({ running }: ModelState, verdict: ScalingDecision & { reason: string }): ScalingDecision {
  if (running === 0) return verdict;
  return { kind: 'drain', reason: `${verdict.reason}: waiting for ${count(running, 'invocation')}` };
}

/**
 * Warm-up times vary: only three times as long, and at least half an hour more, is a fault. One that was asked to warm,
 * and says of itself that it is off, is asked again and again, but not for longer.
 */
function whyStuck({ heat, warmingSince, warmupSeconds }: ModelState, now: Date): string | null {
  if ((heat !== 'WARMING' && heat !== 'OFF') || !warmingSince) return null;
  const seconds = secondsUntil(now, warmingSince);
  if (seconds <= Math.max(3 * warmupSeconds, warmupSeconds + 1800)) return null;
  return `warming for ${lengthOf(seconds)}, it should take ${lengthOf(warmupSeconds)}`;
}

/**
 * Rolling starts an instance, so an endpoint that nobody needs is not rolled: it stays as it is, or is cooled, until
 * somebody does. One that serves is rolled as soon as nothing runs, and grows with the old deployment only if a brake
 * holds the new one up.
 */
function rollOut(model: Thermal, load: ModelState, now: Date): ScalingDecision {
  if (load.brakes.scaleIn && load.instances > 0)
    return scaleOut(model, load, now) ?? stay('scale-in is paused: a new deployment');
  if (isChanging(load.heat)) return stay('the new deployment waits for the change under way');
  const down = scaleIn(model, load, now);
  if (down.kind === 'cool') return down;
  if (load.instances === 0 && neededInstances(model, load, now) === 0)
    return stay('the new deployment waits for the next task');
  if (load.running === 0) return { kind: 'roll', reason: 'a new deployment' };
  return {
    kind: 'drain',
    reason: `waiting for ${count(load.running, 'invocation')} before the new deployment`,
  };
}

/** Null when there is enough. One wish for everybody who waits. */
function scaleOut(model: Thermal, load: ModelState, now: Date): ScalingDecision | null {
  const instances = neededInstances(model, load, now);
  if (instances <= currentInstances(load)) return null;
  const forDemand = demandText(load.ready + load.queued, load.running, dueNeeds(load, now), now);
  return { kind: 'warm', instances, reason: forDemand || whyKept(model, load) };
}

const whyKept = ({ thermal }: Thermal, { pinned }: ModelState): string => {
  if (pinned === 'on') return 'the model is pinned on';
  return thermal.minInstances > 0
    ? `at least ${count(thermal.minInstances, 'instance')} kept`
    : 'warm by default';
};

/** To the millisecond: of a fraction of a minute there may be a remainder that no clock shows. */
export const idleLimitMs = ({ thermal }: Pick<Thermal, 'thermal'>): number =>
  Math.round(thermal.scaleToZeroAfterMinutes * 60_000);

/** An idle model goes back to its floor; one that has been larger than its demand for as long, to its demand. */
function scaleIn(model: Thermal, load: ModelState, now: Date): ScalingDecision {
  if (!canCool(load)) return stay();
  const limit = idleLimitMs(model) / 1000;
  const past = (since: Date | null): boolean => since !== null && secondsUntil(now, since) >= limit;
  const reason = `idle for ${lengthOf(limit)}`;
  const floor = floorOf(model, load);
  if (demandOf(load, now) === 0 && past(load.idleSince)) {
    const [next] = load.forecast;
    if (floor === 0 && next && cheaperToKeep(model, load, next, now))
      return stay(`${reason}, and kept: ${demandText(0, 0, [next], now)}`);
    if (floor === 0) return { kind: 'cool', reason };
    return floor < load.wanted ? { kind: 'warm', instances: floor, reason } : stay();
  }
  const instances = Math.max(1, neededInstances(model, load, now));
  if (instances >= load.wanted || !past(load.surplusSince)) return stay();
  const enough = `${count(instances, 'instance')} would have done for ${lengthOf(limit)}`;
  // Which instance goes is the provider's choice, and whatever runs on it would be killed.
  if (load.running > 0) return stay(`${enough}: waiting for ${count(load.running, 'invocation')}`);
  return { kind: 'warm', instances, reason: enough };
}

/**
 * Until the next need, T, idling costs (T - now) × hourlyRate × instances; being cooled and warmed again costs
 * warmupSeconds × hourlyRate × instances, because an instance bills while it warms. So the shorter of the two is the
 * cheaper, as late as T may be, and a model that costs nothing is kept. (A need within the warm-up time is demand
 * already; what is left to decide here is mostly the model that costs nothing.)
 */
export function cheaperToKeep(
  { pricing }: Pick<Thermal, 'pricing'>,
  { warmupSeconds }: Pick<ModelState, 'warmupSeconds'>,
  { at, uncertaintySeconds }: Pick<Need, 'at' | 'uncertaintySeconds'>,
  now: Date,
): boolean {
  if (compareUsd(pricing.hourlyRate, '0') === 0) return true;
  return secondsUntil(at, now) + uncertaintySeconds <= warmupSeconds;
}

/** Instances for what waits, runs and falls due, between the model's floor and its most. */
export function neededInstances(model: Thermal, load: ModelState, now: Date): number {
  const { thermal, deployment } = model;
  const forDemand = Math.ceil(placesFor(load, now) / deployment.maxConcurrentInvocationsPerInstance);
  return Math.min(thermal.maxInstances, Math.max(floorOf(model, load), forDemand));
}

/** Instances kept without any demand. */
function floorOf({ thermal }: Thermal, { pinned }: ModelState): number {
  const kept = pinned === 'on' || thermal.defaultState === 'WARM' ? 1 : 0;
  return Math.min(thermal.maxInstances, Math.max(thermal.minInstances, kept));
}

const demandOf = (load: ModelState, now: Date): number =>
  load.ready + load.queued + load.running + dueNeeds(load, now).length;

/**
 * What wants a place at the same time: a need that comes when others have ended wants none of its own. Whatever takes over
 * another's place needs the model on, but no larger. What waits has no place yet, and is taken to last.
 */
function placesFor(load: ModelState, now: Date): number {
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

/** What a model must begin to warm for now, so that it is warm when the task before ends, however early that may be. */
function dueNeeds({ forecast, warmupSeconds, intervalSeconds }: ModelState, now: Date): Need[] {
  return forecast.filter(
    ({ at, uncertaintySeconds }) =>
      secondsUntil(at, now) - uncertaintySeconds - intervalSeconds <= warmupSeconds,
  );
}

/** The heat that what was seen amounts to. An endpoint that does not exist is OFF, whatever was asked for. */
export function heatOf(seen: { instances: number; wanted: number; running: number; exists: boolean }): Heat {
  if (!seen.exists) return 'OFF';
  if (seen.wanted === 0) return seen.instances > 0 ? 'COOLING' : 'OFF';
  if (seen.instances === 0) return 'WARMING';
  return seen.running > 0 ? 'HOT' : 'WARM';
}

/** Decides when a model is warmed and cooled, from its demand, its forecast, its idle time and its settings. */
import type { Need } from './forecast.js';
import { count, demandText, lengthOf } from './reasons.js';
import { secondsUntil } from '../time/saturated.js';
import { compareUsd } from '../money/money.js';
import type { Heat } from '../status.js';
import { type Thermal, type ModelState, neededInstances, floorOf, demandOf, dueNeeds } from './demand.js';

/** `reason` is shown to users. */
export type ScalingDecision =
  /** Scale to this many instances, more or fewer than now. */
  | { kind: 'warm'; instances: number; reason: string }
  | { kind: 'cool'; reason: string }
  /** Change the endpoint to the row's deployment; no task runs on it. */
  | { kind: 'roll'; reason: string }
  /** Start no more tasks: once the running ones have ended, the endpoint is cooled, rolled or removed. */
  | { kind: 'drain'; reason: string }
  | { kind: 'remove'; reason: string }
  /** It has been warming for too long. */
  | { kind: 'fail'; reason: string }
  | { kind: 'stay'; reason: string | null }
  | { kind: 'unknown' };

const stay = (reason: string | null = null): ScalingDecision => ({ kind: 'stay', reason });

/** An unreachable provider is not taken for zero instances, running work is never cut off, and a warm-up is not interrupted. */
export function decide(model: Thermal, load: ModelState, now: Date): ScalingDecision {
  if (load.unknown) return { kind: 'unknown' };
  return braked(desiredInstances(model, load, now), load);
}

/** For a decision by less than what is known: it may start or keep instances, but must not stop any. */
export const withoutStopping = (verdict: ScalingDecision): ScalingDecision =>
  verdict.kind === 'warm' || verdict.kind === 'stay' ? verdict : stay();

/** Brakes override every decision, pins too. */
function braked(verdict: ScalingDecision, load: ModelState): ScalingDecision {
  if (verdict.kind === 'stay' || verdict.kind === 'fail' || verdict.kind === 'unknown') return verdict;
  if (adds(verdict, load))
    return load.brakes.scaleOut ? stay(`scale-out is paused: ${verdict.reason}`) : verdict;
  return load.brakes.scaleIn ? stay(`scale-in is paused: ${verdict.reason}`) : verdict;
}

/** Any other change of an endpoint removes serving capacity, if only for a while. */
function adds(verdict: ScalingDecision, load: ModelState): boolean {
  if (verdict.kind === 'warm') return verdict.instances > currentInstances(load);
  return verdict.kind === 'roll' && load.instances === 0;
}

/** A model that failed to scale out still serves with its current instances. */
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
    return stay(`failed: retried in ${lengthOf(secondsUntil(load.retryAt, now))}`);
  if (load.outdated && load.exists) return rollOut(model, load, now);
  return scaleOut(model, load, now) ?? scaleIn(model, load, now);
}

/** A model that is off or changing is not cooled. */
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
 * Warm-up times vary, so a warm-up fails only after three times its usual time, and at least half an hour more. A model that
 * was asked to warm but reports that it is off is asked again until then.
 */
function whyStuck({ heat, warmingSince, warmupSeconds }: ModelState, now: Date): string | null {
  if ((heat !== 'WARMING' && heat !== 'OFF') || !warmingSince) return null;
  const seconds = secondsUntil(now, warmingSince);
  if (seconds <= Math.max(3 * warmupSeconds, warmupSeconds + 1800)) return null;
  return `warming for ${lengthOf(seconds)}, it should take ${lengthOf(warmupSeconds)}`;
}

/**
 * Rolling starts an instance, so an endpoint that no task needs is not rolled: it stays as it is, or is cooled, until a task
 * needs it. A serving endpoint is rolled as soon as no task runs. It scales out with the old deployment only if a brake
 * prevents the roll.
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

/** Null if there are enough instances. All waiting tasks are served by one decision. */
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

/** Rounded to milliseconds, because a fraction of a minute may leave a remainder below the clock's resolution. */
export const idleLimitMs = ({ thermal }: Pick<Thermal, 'thermal'>): number =>
  Math.round(thermal.scaleToZeroAfterMinutes * 60_000);

/** An idle model is scaled in to its minimum. A model with more instances than needed for as long is scaled in to its demand. */
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
  const enough = `${count(instances, 'instance')} would have been enough for ${lengthOf(limit)}`;
  // The provider chooses the instance to remove, and would kill the tasks that run on it.
  if (load.running > 0) return stay(`${enough}: waiting for ${count(load.running, 'invocation')}`);
  return { kind: 'warm', instances, reason: enough };
}

/**
 * Idling until the next need, T, costs (T - now) × hourlyRate × instances. Cooling and warming again costs warmupSeconds ×
 * hourlyRate × instances, because an instance bills while it warms. So the shorter time is cheaper, with T as late as it may
 * be, and a free model is kept. (A need within the warm-up time counts as demand already, so this decides mostly about free
 * models.)
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

/** The thermal state of an observed endpoint. One that does not exist is OFF, even if instances are wanted. */
export function heatOf(observed: {
  instances: number;
  wanted: number;
  running: number;
  exists: boolean;
}): Heat {
  if (!observed.exists) return 'OFF';
  if (observed.wanted === 0) return observed.instances > 0 ? 'COOLING' : 'OFF';
  if (observed.instances === 0) return 'WARMING';
  return observed.running > 0 ? 'HOT' : 'WARM';
}

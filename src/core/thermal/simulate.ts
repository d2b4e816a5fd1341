/** Replays a model's arrivals under a policy in virtual time, with the same `decide` as in production, from event to event. */
import { decide, heatOf, idleLimitMs, type ScalingDecision } from './scaling.js';
import { usd } from '../money/money.js';
import { simulateForecast, type Arrival, type SimulatedForecast } from './simulated-forecast.js';
import { Decimal } from '../json/decimal.js';
import { neededInstances, type ModelState, type Thermal } from './demand.js';

export type { Arrival };

/** Arrivals in order. The model is off at `from`, and bills until `to` or, if later, the end of the last task. */
export interface Trace {
  from: Date;
  to: Date;
  arrivals: readonly Arrival[];
}

export interface Simulated extends Thermal {
  warmupSeconds: number;
  /** How long a released instance still bills. */
  releaseSeconds: number;
  /** Time between two reconciliations. */
  intervalSeconds: number;
}

export interface Policy {
  name: string;
  thermal: Thermal['thermal'];
  forecast: SimulatedForecast;
}

export interface Outcome {
  policy: string;
  tasks: number;
  costUsd: string;
  /** Billed time, with warm-ups. */
  instanceSeconds: number;
  /** Tasks that arrived while no instance served. */
  coldStarts: number;
  /** The share of the billed time without work; by slot, for an instance with several slots. */
  idle: number;
  waitSeconds: { p50: number; p95: number; most: number };
}

/** @param everyLook reconciles even if nothing can have changed: slower, with the same outcome */
export function simulate(model: Simulated, policy: Policy, trace: Trace, everyLook = false): Outcome {
  const { arrivals } = trace;
  const { thermal } = policy;
  const all = arrivals.length;
  const from = trace.from.getTime();
  const perInstance = model.deployment.maxConcurrentInvocationsPerInstance;
  const exact = policy.forecast === 'everything';
  // The oracle knows the future, so it reconciles only at events.
  const lookMs = exact ? 0 : model.intervalSeconds * 1000;
  const warmupMs = model.warmupSeconds * 1000;
  const releaseMs = model.releaseSeconds * 1000;
  const limitMs = idleLimitMs(policy);
  const free = new Decimal(model.pricing.hourlyRate).eq(0);
  const ahead = simulateForecast(arrivals, policy.forecast, {
    warmupMs,
    lookMs,
    free,
  });
  const configured: Thermal = { ...model, thermal };

  const waits = new Float64Array(all);
  /** Ends of running tasks, the earliest first. */
  const ends: number[] = [];
  let [arrived, begun, served, coldStarts, workMs] = [0, 0, 0, 0, 0];
  let [serving, wanted, billed, billedMs] = [0, 0, 0, 0];
  let change = null as { until: number; serving: number } | null;
  let idleSince: number | null = null;
  let surplusSince: number | null = null;
  let lookAt = from;
  let [now, lastEnd] = [from, from];

  const atOf = (index: number): number => arrivals[index]?.at.getTime() ?? Infinity;
  const nextLook = (time: number): number =>
    lookMs === 0 ? time : from + Math.ceil((time - from) / lookMs) * lookMs;
  const places = (): number => Math.min(serving, wanted) * perInstance;

  for (;;) {
    const next = Math.min(atOf(arrived), ends[0] ?? Infinity, change?.until ?? Infinity, lookAt);
    const stop = served === all ? Math.max(trace.to.getTime(), lastEnd) : Infinity;
    billedMs += billed * (Math.min(next, stop) - now);
    if (next >= stop) break;
    now = next;
    if (happened()) lookAt = Math.min(lookAt, nextLook(now));
    if (lookAt <= now) look();
  }
  return outcome();

  /** True if an event other than a reconciliation was due. */
  function happened(): boolean {
    let any = false;
    if (change && change.until <= now) {
      serving = billed = change.serving;
      change = null;
      any = true;
      // Radiant reconciles often while a model changes.
      lookAt = now;
    }
    for (; (ends[0] ?? Infinity) <= now; served += 1, any = true) lastEnd = ends.shift() as number;
    for (; atOf(arrived) <= now; arrived += 1, any = true) {
      if (places() > 0) continue;
      coldStarts += 1;
      // The first task of a cold model wakes the controller.
      if (wanted === 0) lookAt = now;
    }
    begin();
    return any;
  }

  function begin(): void {
    for (; begun < arrived && ends.length < places(); begun += 1) {
      const { at, seconds } = arrivals[begun] as Arrival;
      const length = Math.round(seconds * 1000);
      waits[begun] = now - at.getTime();
      workMs += length;
      ends.splice(ends.findLastIndex((end) => end <= now + length) + 1, 0, now + length);
    }
  }

  function look(): void {
    const running = ends.length;
    const demand = arrived - begun + running;
    idleSince = serving > 0 && demand === 0 ? Math.max(idleSince ?? now, lastEnd) : null;
    // After a stop, it would be back only after the release and a new warm-up.
    const warmup = exact && serving > 0 ? warmupMs + releaseMs : warmupMs;
    const load: ModelState = {
      heat: heatOf({ instances: serving, wanted, running, exists: true }),
      ready: arrived - begun,
      queued: 0,
      running,
      forecast: ahead.needs(now, arrived, warmup),
      ...(policy.forecast !== 'none' && { ends: ends.map((end) => new Date(end)) }),
      warmupSeconds: warmup / 1000,
      warmingSince: null,
      intervalSeconds: lookMs / 1000,
      instances: serving,
      wanted,
      idleSince: idleSince === null ? null : new Date(idleSince),
      surplusSince: null,
      // No pins, brakes, changes or deletion, and the provider never fails.
      retryAt: null,
      enabled: true,
      pinned: 'auto',
      retiring: false,
      exists: true,
      outdated: false,
      brakes: { scaleIn: false, scaleOut: false },
      unknown: false,
    };
    const at = new Date(now);
    surplusSince = neededInstances(configured, load, at) < wanted ? (surplusSince ?? now) : null;
    load.surplusSince = surplusSince === null ? null : new Date(surplusSince);
    carryOut(decide(configured, load, at));
    const limits = [idleSince, surplusSince].flatMap((since) => (since === null ? [] : since + limitMs));
    const later = [...limits, ahead.dueAfter(now), ...(everyLook ? [now + 1] : [])];
    lookAt = nextLook(Math.min(Infinity, ...later.filter((time) => time > now)));
  }

  /** A provider refuses changes while one is under way; the next reconciliation asks again. */
  function carryOut(verdict: ScalingDecision): void {
    if (change || (verdict.kind !== 'warm' && verdict.kind !== 'cool')) return;
    wanted = verdict.kind === 'warm' ? verdict.instances : 0;
    // An instance bills from the start of its warm-up until the end of its release.
    billed = Math.max(serving, wanted);
    change = { until: now + (wanted > serving ? warmupMs : releaseMs), serving: wanted };
  }

  function outcome(): Outcome {
    const sorted = waits.toSorted();
    const waitOf = (share: number): number => (sorted[Math.max(0, Math.ceil(share * all) - 1)] ?? 0) / 1000;
    return {
      policy: policy.name,
      tasks: served,
      costUsd: usd(new Decimal(model.pricing.hourlyRate).times(billedMs).div(3_600_000)),
      instanceSeconds: billedMs / 1000,
      coldStarts,
      idle: billedMs === 0 ? 0 : 1 - workMs / (billedMs * perInstance),
      waitSeconds: { p50: waitOf(0.5), p95: waitOf(0.95), most: waitOf(1) },
    };
  }
}

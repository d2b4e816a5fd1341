/** A model under one policy, replayed in virtual time through the very same `decide`: from event to event, never tick by tick. */
import {
  decide,
  heatOf,
  idleLimitMs,
  neededInstances,
  type ModelState,
  type Thermal,
  type ScalingDecision,
} from './scaling.js';
import { usd } from '../money/money.js';
import { simulateForecast, type Arrival, type SimulatedForecast } from './simulated-forecast.js';
import { Decimal } from '../json/decimal.js';

export type { Arrival };

/** Arrivals in order; everything is off at `from`, and bills until `to` or, if later, the end of the last task. */
export interface Trace {
  from: Date;
  to: Date;
  arrivals: readonly Arrival[];
}

export interface Simulated extends Thermal {
  warmupSeconds: number;
  /** An instance that is let go bills on for so long. */
  releaseSeconds: number;
  /** Time between two looks of the controller. */
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
  /** Of what was billed, warm-ups included. */
  instanceSeconds: number;
  /** Tasks that found nothing serving. */
  coldStarts: number;
  /** The share of what was billed in which no task was worked on; of an instance with several places, by place. */
  idle: number;
  waitSeconds: { p50: number; p95: number; most: number };
}

/** @param everyLook looks when nothing can have changed, too: slower, and of the same outcome */
export function simulate(model: Simulated, policy: Policy, trace: Trace, everyLook = false): Outcome {
  const { arrivals } = trace;
  const { thermal } = policy;
  const all = arrivals.length;
  const from = trace.from.getTime();
  const perInstance = model.deployment.maxConcurrentInvocationsPerInstance;
  const exact = policy.forecast === 'everything';
  // Who knows the future need not look again and again: it looks when something happens.
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
  const ruled: Thermal = { ...model, thermal };

  const waits = new Float64Array(all);
  /** Ends of what runs, the earliest first. */
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

  /** Whether anything but a look was due. */
  function happened(): boolean {
    let any = false;
    if (change && change.until <= now) {
      serving = billed = change.serving;
      change = null;
      any = true;
      // Radiant looks often at what changes.
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
    // Stopped and warmed again, it would be back only after both.
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
      // Nobody pins, brakes, changes or deletes the model, and the provider never fails.
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
    surplusSince = neededInstances(ruled, load, at) < wanted ? (surplusSince ?? now) : null;
    load.surplusSince = surplusSince === null ? null : new Date(surplusSince);
    carryOut(decide(ruled, load, at));
    const limits = [idleSince, surplusSince].flatMap((since) => (since === null ? [] : since + limitMs));
    const later = [...limits, ahead.dueAfter(now), ...(everyLook ? [now + 1] : [])];
    lookAt = nextLook(Math.min(Infinity, ...later.filter((time) => time > now)));
  }

  /** A provider that is changing something refuses: asked again when it has. */
  function carryOut(verdict: ScalingDecision): void {
    if (change || (verdict.kind !== 'warm' && verdict.kind !== 'cool')) return;
    wanted = verdict.kind === 'warm' ? verdict.instances : 0;
    // What warms bills from the first moment, what goes to the last.
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

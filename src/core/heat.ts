/** When a model is warmed and cooled: demand, idleness and the ledger's wishes in, one verdict out. */
import type { Heat } from './status.js';

export { whyWaiting, type Waiting, type WhyWaiting } from './waiting.js';

export interface Thermal {
  thermal: {
    defaultState: 'OFF' | 'WARM';
    scaleToZeroAfterMinutes: number;
    minInstances: number;
    maxInstances: number;
  };
  deployment: { maxConcurrentInvocationsPerInstance: number };
}

export interface Load {
  heat: Heat;
  ready: number;
  queued: number;
  running: number;
  /** Tasks of live executions that will need the model within its warm-up time. */
  upcoming: number;
  /** Serving now. */
  instances: number;
  /** What the ledger asked for last. */
  wanted: number;
  idleSince: Date | null;
  /** A failed model is left alone until then. */
  retryAt: Date | null;
  enabled: boolean;
  pinned: 'auto' | 'on' | 'off';
  /** The provider could not be asked. */
  unknown: boolean;
}

export type Verdict =
  | { kind: 'warm'; instances: number }
  | { kind: 'cool' }
  | { kind: 'stay' }
  | { kind: 'unknown' };

const STAY: Verdict = { kind: 'stay' };

/** Not knowing is not the same as zero, running work is never cut off, and what is warming is left to warm. */
export function decide(model: Thermal, load: Load, now: Date): Verdict {
  if (load.unknown) return { kind: 'unknown' };
  const on = load.instances > 0 || load.wanted > 0;
  const settled = load.heat === 'OFF' || load.heat === 'WARMING' || load.heat === 'COOLING';
  const cool: Verdict = on && !settled ? { kind: 'cool' } : STAY;

  if (!load.enabled || load.pinned === 'off') return load.running > 0 ? STAY : cool;
  if (load.heat === 'FAILED' && load.retryAt && now < load.retryAt) return STAY;

  const floor = floorOf(model, load.pinned);
  const needed = neededOf(model, load, floor);
  const cold = load.heat === 'OFF' || load.heat === 'COOLING' || load.heat === 'FAILED';
  if (needed > 0 && (cold || needed > load.wanted)) return { kind: 'warm', instances: needed };
  if (!isIdle(model, load, now)) return STAY;
  if (floor === 0) return cool;
  return floor < load.wanted && !settled ? { kind: 'warm', instances: floor } : STAY;
}

/** Instances kept without any demand. */
function floorOf({ thermal }: Thermal, pinned: Load['pinned']): number {
  const kept = pinned === 'on' || thermal.defaultState === 'WARM' ? 1 : 0;
  return Math.min(thermal.maxInstances, Math.max(thermal.minInstances, kept));
}

const demandOf = ({ ready, queued, running, upcoming }: Load): number => ready + queued + running + upcoming;

function neededOf({ thermal, deployment }: Thermal, load: Load, floor: number): number {
  const forDemand = Math.ceil(demandOf(load) / deployment.maxConcurrentInvocationsPerInstance);
  return Math.min(thermal.maxInstances, Math.max(floor, forDemand));
}

function isIdle({ thermal }: Thermal, load: Load, now: Date): boolean {
  if (demandOf(load) > 0 || !load.idleSince) return false;
  return now.getTime() - load.idleSince.getTime() >= thermal.scaleToZeroAfterMinutes * 60_000;
}

/** The heat that what was seen amounts to. An endpoint that does not exist is OFF, whatever was asked for. */
export function heatOf(seen: { instances: number; wanted: number; running: number; exists: boolean }): Heat {
  if (!seen.exists) return 'OFF';
  if (seen.wanted === 0) return seen.instances > 0 ? 'COOLING' : 'OFF';
  if (seen.instances === 0) return 'WARMING';
  return seen.running > 0 ? 'HOT' : 'WARM';
}

/** A model, its rules and its load, in short: for tests of what scaling decides. */
import { expect } from 'vitest';
import { decide } from '../thermal/scaling.js';
import type { Need } from '../thermal/forecast.js';
import type { ModelState, Thermal } from '../thermal/demand.js';
import { later, NOON } from './workflow-drawing.js';

/** Two invocations to an instance, three instances at most, idle for ten minutes, warm within five. */
const thermal = {
  defaultState: 'OFF' as const,
  scaleToZeroAfterMinutes: 10,
  minInstances: 0,
  maxInstances: 3,
};
type Rules = Partial<Omit<typeof thermal, 'defaultState'>> & { defaultState?: 'WARM'; hourlyRate?: string };
export const modelOf = ({ hourlyRate = '1.5', ...rules }: Rules = {}): Thermal => ({
  thermal: { ...thermal, ...rules },
  deployment: { maxConcurrentInvocationsPerInstance: 2 },
  pricing: { hourlyRate },
});
export const load = (change: Partial<ModelState>): ModelState => ({
  heat: 'WARM',
  ready: 0,
  queued: 0,
  running: 0,
  forecast: [],
  warmupSeconds: 300,
  warmingSince: null,
  intervalSeconds: 5,
  instances: 0,
  wanted: 0,
  idleSince: null,
  surplusSince: null,
  retryAt: null,
  enabled: true,
  pinned: 'auto',
  retiring: false,
  exists: true,
  outdated: false,
  brakes: { scaleIn: false, scaleOut: false },
  unknown: false,
  ...change,
});

/** A need so many seconds from now. */
export const need = (seconds: number, uncertaintySeconds = 0, executionId = 'x1', taskId = 'fold'): Need => ({
  at: later(seconds),
  uncertaintySeconds,
  executionId,
  taskId,
});

export const off = { heat: 'OFF' } as const;
export const warm = { heat: 'WARM', instances: 1, wanted: 1 } as const;
export const hot = { ...warm, heat: 'HOT', running: 1 } as const;
export const warming = { heat: 'WARMING', wanted: 1 } as const;
export const idle = { ...warm, idleSince: later(-600) };
export const failed = { heat: 'FAILED', retryAt: later(60) } as const;
export const large = { ...warm, instances: 3, wanted: 3, surplusSince: later(-600) };
export const scaleIn = { brakes: { scaleIn: true, scaleOut: false } };
export const scaleOut = { brakes: { scaleIn: false, scaleOut: true } };

export type Row = [name: string, load: Partial<ModelState>, verdict: string, rules?: Rules];

/** `kind`, the instances of `warm`, and the reason if there is one. */
function inShort(change: Partial<ModelState>, rules: Rules = {}): string {
  const verdict = decide(modelOf(rules), load(change), NOON);
  const kind = verdict.kind === 'warm' ? `warm ${verdict.instances}` : verdict.kind;
  return 'reason' in verdict && verdict.reason !== null ? `${kind}: ${verdict.reason}` : kind;
}

/** For tables of rows. */
export const holds = (_: string, change: Partial<ModelState>, verdict: string, rules?: Rules): void =>
  expect(inShort(change, rules)).toBe(verdict);

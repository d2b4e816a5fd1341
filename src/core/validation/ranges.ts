/** The range of every number that is stored or sent. Schemas, checks, error texts and the OpenAPI document are built from it. */
import { PRIORITY } from '../priority.js';

export interface Range {
  min: number;
  max: number;
  whole?: true;
  /** For a decimal: the places that the database stores. */
  places?: number;
  unit?: string;
}

const DAY_SECONDS = 86_400;

export const RANGES = {
  // Permissions and order.
  tier: { min: 1, max: 5, whole: true },
  priority: { min: PRIORITY.first, max: PRIORITY.last, whole: true },

  // A workflow and its tasks.
  executionTimeout: { min: 1, max: 30 * DAY_SECONDS, whole: true, unit: 'seconds' },
  taskTimeout: { min: 1, max: 7 * DAY_SECONDS, whole: true, unit: 'seconds' },
  maxRetries: { min: 0, max: 100, whole: true },
  maxAttempts: { min: 1, max: 100, whole: true },
  retryDelay: { min: 0, max: 7 * DAY_SECONDS * 1_000, unit: 'milliseconds' },
  backoff: { min: 1, max: 100 },
  mapConcurrency: { min: 1, max: 10_000, whole: true },
  toleratedFailures: { min: 0, max: 10_000, whole: true },
  wait: { min: 0, max: 365 * DAY_SECONDS, unit: 'seconds' },
  approval: { min: 1, max: 365 * DAY_SECONDS, unit: 'seconds' },
  /** Length of a text or a list. */
  length: { min: 0, max: 1_000_000_000, whole: true },

  // A schedule.
  interval: { min: 60, max: 366 * DAY_SECONDS, whole: true, unit: 'seconds' },
  catchUp: { min: 60, max: 30 * DAY_SECONDS, whole: true, unit: 'seconds' },
  jitter: { min: 0, max: 3_600, whole: true, unit: 'seconds' },

  // A model, its deployment and its price.
  instances: { min: 0, max: 1_000, whole: true },
  someInstances: { min: 1, max: 1_000, whole: true },
  perInstance: { min: 1, max: 1_000, whole: true },
  slots: { min: 1, max: 10_000, whole: true },
  idle: { min: 0.001, max: 30 * 1_440, unit: 'minutes' },
  warmup: { min: 0, max: DAY_SECONDS, unit: 'seconds' },
  invocationTime: { min: 1, max: DAY_SECONDS, unit: 'seconds' },
  inferenceTime: { min: 0, max: 7 * DAY_SECONDS, unit: 'seconds' },
  accelerators: { min: 0, max: 64, whole: true },
  memory: { min: 128, max: 33_554_432, whole: true, unit: 'MB' },
  cpuCores: { min: 0.25, max: 1_024 },
  gpuMemory: { min: 0, max: 100_000, whole: true, unit: 'GB' },
  size: { min: 0, max: 10_000_000, places: 2, unit: 'GB' },
  rate: { min: 0, max: 1_000_000, places: 12, unit: 'USD' },
  /** Amount of a unit that a price counts, computed from parameters. */
  units: { min: 0, max: 1e12 },
  markup: { min: 0, max: 1_000, places: 12 },

  // Budgets of executions and tenants.
  budget: { min: 0.000_000_001, max: 99_999_999_999, places: 9, unit: 'USD' },
  limit: { min: 0, max: 99_999_999_999, places: 9, unit: 'USD' },
  alert: { min: 0.0001, max: 1, places: 4 },

  /** How long a rotated secret is still accepted. */
  secretOverlap: { min: 0, max: 30 * DAY_SECONDS, whole: true, unit: 'seconds' },

  // Lists and time series.
  page: { min: 1, max: 200, whole: true },
  mapIndex: { min: 0, max: 10_000, whole: true },
  rank: { min: 1, max: 1_000, whole: true },
  rowVersion: { min: 1, max: 1e15, whole: true },
  days: { min: 1, max: 90, whole: true },
  step: { min: 1, max: DAY_SECONDS, whole: true, unit: 'seconds' },
} as const satisfies Record<string, Range>;

/** Timestamps that PostgreSQL and JavaScript can hold, and that ISO 8601 writes with a four-digit year. */
export const INSTANTS = { min: '1970-01-01T00:00:00.000Z', max: '9999-12-30T23:59:59.999Z' } as const;

/** For example `must be a whole number between 1 and 5`. */
export function rangeText({ min, max, whole, places }: Range): string {
  const kind = whole ? ' a whole number' : '';
  const exact = places === undefined ? '' : `, with at most ${places} decimals`;
  return `must be${kind} between ${plain(min)} and ${plain(max)}${exact}`;
}

export const isWithin = ({ min, max, whole }: Range, value: unknown): value is number =>
  typeof value === 'number' && value >= min && value <= max && !(whole && !Number.isInteger(value));

const plain = (value: number): string =>
  value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 12 });

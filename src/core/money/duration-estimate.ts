/** Estimates a task's duration (low, likely, high) from earlier runs, else from the model's published times. */
import { publishedSeconds } from './price.js';
import { influences, type Traits } from './parameter-influence.js';

export interface DurationRange {
  low: number;
  likely: number;
  high: number;
}

/** What a task needed in one earlier execution, all paid attempts together. */
export interface Sample {
  /** The amount of each unit that the model's price counts. */
  units: Record<string, number>;
  /** The parameters of its execution. */
  traits: Traits;
  /** Billed time at the endpoint. */
  seconds: number;
  /** Elapsed time. */
  wallSeconds: number;
  requests: number;
}

export interface DurationEstimate {
  basis: 'history' | 'performance_metrics';
  /** Number of earlier executions that it is based on. */
  runs: number;
  /** True if those had the same size. */
  sameSize: boolean;
  seconds: DurationRange;
  wallSeconds: DurationRange;
  requests: DurationRange;
}

const ENOUGH = 5;
/** Runs whose amounts differ by at most this fraction have the same size. */
const SAME_SIZE = 0.25;
/** Factor by which an estimate is widened in both directions: from few runs or other sizes, and from published times. */
const WIDENED_BY = { history: 1.5, performance_metrics: 2 };

/** Upper limit of every computed duration. */
const LONGEST_SECONDS = 1e9;

/**
 * Enough runs of the same size give their 10th, 50th and 90th percentile. Runs have the same size if their units and their
 * influential parameters are close. Otherwise all runs are scaled to this size, by the published times and by the
 * influential parameters, and the result is widened by half. Without runs, it is the published time, from half of it to
 * twice as much. Null if nothing is known.
 *
 * @param requests their number, if it is known beforehand
 */
export function estimateDuration(question: {
  samples: readonly Sample[];
  metrics: Record<string, unknown>;
  units: Record<string, number>;
  traits: Traits;
  requests: number | null;
  /** How long a published second takes here; used if there are no runs. */
  timeScale?: number;
}): DurationEstimate | null {
  const { samples, metrics, units, traits, requests, timeScale = 1 } = question;
  const published = publishedSeconds(metrics, units);
  const scales = samples.map((sample) => scale(sample, metrics, published));
  // Without published times, units count as parameters.
  const target = { ...traits, ...units };
  const matter = influences(
    samples.map((sample, index) => ({
      traits: { ...sample.traits, ...sample.units },
      seconds: (sample.seconds / sample.requests) * (scales[index] as number),
    })),
    target,
  );
  const same = samples.filter(
    (sample) =>
      isSameSize(sample.units, units) &&
      matter.names.every((name) => isSameValue({ ...sample.traits, ...sample.units }[name], target[name])),
  );
  if (same.length >= ENOUGH)
    return fromRuns(
      same.map((sample) => scaled(sample, requests, 1)),
      true,
    );
  if (samples.length > 0) {
    const all = samples.map((sample, index) =>
      scaled(sample, requests, (scales[index] as number) * (matter.factors[index] as number)),
    );
    return fromRuns(all, false);
  }
  if (published === null) return null;
  const count = requests ?? 1;
  const seconds = widen(
    exactly(Math.min(LONGEST_SECONDS, published * count * timeScale)),
    WIDENED_BY.performance_metrics,
  );
  return {
    basis: 'performance_metrics',
    runs: 0,
    sameSize: false,
    seconds,
    wallSeconds: seconds,
    requests: exactly(count),
  };
}

function isSameSize(theirs: Record<string, number>, ours: Record<string, number>): boolean {
  return Object.entries(ours).every(
    ([unit, amount]) => Math.abs((theirs[unit] ?? Number.NaN) - amount) <= amount * SAME_SIZE,
  );
}

const isSameValue = (theirs: Traits[string] | undefined, ours: Traits[string] | undefined): boolean =>
  typeof theirs === 'number' && typeof ours === 'number'
    ? Math.abs(theirs - ours) <= Math.abs(ours) * SAME_SIZE
    : theirs === ours;

/** How much longer this size takes than the sample's size, by the published times. */
function scale({ units }: Sample, metrics: Record<string, unknown>, published: number | null): number {
  const theirs = publishedSeconds(metrics, units);
  return published && theirs ? published / theirs : 1;
}

function scaled(sample: Sample, requests: number | null, factor: number): Sample {
  const times = factor * (requests === null ? 1 : requests / sample.requests);
  return {
    ...sample,
    seconds: Math.min(LONGEST_SECONDS, sample.seconds * times),
    wallSeconds: Math.min(LONGEST_SECONDS, sample.wallSeconds * times),
    requests: requests ?? sample.requests,
  };
}

function fromRuns(runs: readonly Sample[], sameSize: boolean): DurationEstimate {
  const by = sameSize ? 1 : WIDENED_BY.history;
  const percentiles = (of: (run: Sample) => number): DurationRange => {
    const sorted = runs.map(of).sort((a, b) => a - b);
    return {
      low: percentile(sorted, 0.1),
      likely: percentile(sorted, 0.5),
      high: percentile(sorted, 0.9),
    };
  };
  return {
    basis: 'history',
    runs: runs.length,
    sameSize,
    seconds: widen(
      percentiles((run) => run.seconds),
      by,
    ),
    wallSeconds: widen(
      percentiles((run) => run.wallSeconds),
      by,
    ),
    requests: percentiles((run) => run.requests),
  };
}

/** Interpolated linearly between two neighbours. */
function percentile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

const exactly = (value: number): DurationRange => ({ low: value, likely: value, high: value });
const widen = ({ low, likely, high }: DurationRange, by: number): DurationRange => ({
  low: low / by,
  likely,
  high: high * by,
});

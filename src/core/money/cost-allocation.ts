/** Allocates the cost of instances: every nano-USD of a session goes to the executions that caused it, or to none. */
import { allocate } from './money.js';
import { Decimal } from '../json/decimal.js';

/** A number of instances that billed during a time. */
export interface Span {
  fromMs: number;
  toMs: number;
  instances: number;
  hourlyRate: string;
}

/** The time that an attempt spent at the endpoint, with any outcome. */
export interface Use {
  executionId: string;
  fromMs: number;
  toMs: number;
}

/** The time from the first billed instance until none is left. */
export interface BilledSession {
  fromMs: number;
  toMs: number;
  /** When the endpoint was first ready; null: never. */
  readyMs: number | null;
  spans: readonly Span[];
  uses: readonly Use[];
  /** Executions with a task that was ready before the endpoint was. */
  waited: readonly string[];
  /** The executions that caused the session; used if none used it or waited for it. */
  causes: readonly Weighted[];
}

export interface Weighted {
  executionId: string | null;
  weight: number;
}

export type Kind = 'warm_up' | 'work' | 'idle';

export interface Share {
  /** Null: caused by no execution. */
  executionId: string | null;
  kind: Kind;
  amountUsd: string;
}

/**
 * The warm-up is split equally among the executions that waited for it, because each would have needed all of it. Work and
 * idle time are split by use. The result does not depend on the order of the input, and adds up to the cost.
 */
export function allocateCost(costUsd: string, session: BilledSession): Share[] {
  const { fromMs, toMs, spans } = session;
  const uses = session.uses.flatMap((use) => clip(use, fromMs, toMs));
  const ready = uses.reduce(
    (first, use) => Math.min(first, use.fromMs),
    Math.min(toMs, session.readyMs ?? toMs),
  );
  const whole = billed(spans, fromMs, toMs);
  const warmUp = billed(spans, fromMs, Math.max(ready, fromMs));
  const work = merged(uses).reduce(
    (sum, use) => sum.plus(billed(spans, use.fromMs, use.toMs)),
    new Decimal(0),
  );
  const idle = whole.minus(warmUp).minus(work);
  const parts = whole.gt(0) ? [warmUp, work, idle].map(Number) : [0, 0, 1];
  const [warmUpUsd, workUsd, idleUsd] = allocate(costUsd, parts) as [string, string, string];

  const users = summed(uses.map((use) => ({ ...use, weight: use.toMs - use.fromMs })));
  const waiters = summed(session.waited.map((executionId) => ({ executionId, weight: 1 })));
  const none = [{ executionId: null, weight: 1 }];
  const causes = summed(session.causes);
  const owners = [users, waiters, causes].find((some) => some.length > 0) ?? none;
  return [
    ...split('warm_up', warmUpUsd, waiters.length > 0 ? waiters : owners),
    ...split('work', workUsd, users),
    ...split('idle', idleUsd, owners),
  ];
}

/** A share of the work is returned even if it is zero: it shows that the work was free. */
function split(kind: Kind, amountUsd: string, among: readonly Weighted[]): Share[] {
  const amounts = allocate(
    amountUsd,
    among.map(({ weight }) => weight),
  );
  return among
    .map(({ executionId }, n) => ({ executionId, kind, amountUsd: amounts[n] as string }))
    .filter(({ amountUsd }) => kind === 'work' || Number(amountUsd) > 0);
}

/** One entry for each execution, sorted by its id. */
function summed(entries: readonly Weighted[]): Weighted[] {
  const sums = new Map<string | null, number>();
  for (const { executionId, weight } of entries) sums.set(executionId, (sums.get(executionId) ?? 0) + weight);
  return [...sums]
    .map(([executionId, weight]) => ({ executionId, weight }))
    .sort((a, b) => (String(a.executionId) < String(b.executionId) ? -1 : 1));
}

const clip = <T extends { fromMs: number; toMs: number }>(some: T, fromMs: number, toMs: number): T[] => {
  const [from, to] = [Math.max(some.fromMs, fromMs), Math.min(some.toMs, toMs)];
  return from > to ? [] : [{ ...some, fromMs: from, toMs: to }];
};

/** Merges overlapping times. */
function merged(times: readonly { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number }[] {
  const one: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = one.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else one.push({ fromMs, toMs });
  }
  return one;
}

/** The weight of the instances in a time: their price, or their number if all are free. */
function billed(spans: readonly Span[], fromMs: number, toMs: number): InstanceType<typeof Decimal> {
  const free = spans.every(({ hourlyRate }) => Number(hourlyRate) === 0);
  return spans
    .flatMap((span) => clip(span, fromMs, toMs))
    .reduce(
      (sum, span) =>
        sum.plus(
          new Decimal(span.toMs - span.fromMs).times(span.instances).times(free ? 1 : span.hourlyRate),
        ),
      new Decimal(0),
    );
}

/** One line of a provider's bill. */
export interface ProviderCharge {
  /** Stays the same when the provider reports the line again. */
  lineId: string;
  endpoint: string;
  instanceType: string | null;
  from: Date;
  /** Null: the charge still grows. */
  to: Date | null;
  instanceSeconds: string;
  costUsd: string;
}

/** One report of a provider: a file, or the stand-in's bill. */
export interface ProviderAccount {
  /** Begins with the configured source. */
  source: string;
  /** Changes whenever the content changes. */
  mark: string;
  /** The report is complete up to this time; null: it holds nothing of ours. */
  through: Date | null;
  lines: ProviderCharge[];
}

/** A session that may have caused a provider's charge. */
export interface Candidate {
  sessionId: string;
  fromMs: number;
  /** Null: it has not ended. */
  toMs: number | null;
  spans: readonly Span[];
}

export interface Part {
  sessionId: string;
  amountUsd: string;
}

/** An instance bills until it is released, and a provider bills whole hours. */
const NEAR_MS = 900_000;

/**
 * Splits a charge among the sessions of its time, by their instances; without one, the nearest session gets all of it. The
 * result is empty if no session is near, and `wait` if one of them has not ended.
 */
export function assignCharge(
  { fromMs, toMs, costUsd }: { fromMs: number; toMs: number; costUsd: string },
  candidates: readonly Candidate[],
): Part[] | 'wait' {
  const end = (some: Candidate) => some.toMs ?? Number.POSITIVE_INFINITY;
  const sessions = [...candidates].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const during = sessions.filter((some) => some.fromMs < toMs && end(some) > fromMs);
  if (during.some((some) => some.toMs === null)) return 'wait';
  if (during.length > 0) {
    const amounts = allocate(
      costUsd,
      during.map(({ spans }) => Number(billed(spans, fromMs, toMs))),
    );
    return during.map(({ sessionId }, n) => ({ sessionId, amountUsd: amounts[n] as string }));
  }
  const gap = (some: Candidate) => Math.max(0, some.fromMs - toMs, fromMs - end(some));
  const [nearest] = sessions.filter((some) => gap(some) <= NEAR_MS).sort((a, b) => gap(a) - gap(b));
  if (!nearest) return [];
  return nearest.toMs === null ? 'wait' : [{ sessionId: nearest.sessionId, amountUsd: costUsd }];
}

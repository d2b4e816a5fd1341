/** Whose the instances' bill is: every nano-USD of a session goes to the executions that caused it, or to nobody. */
import { allocate } from './money.js';
import { Decimal } from '../json/decimal.js';

/** Instances that billed from one moment to another. */
export interface Span {
  fromMs: number;
  toMs: number;
  instances: number;
  hourlyRate: string;
}

/** An attempt's time at the endpoint, however it ended. */
export interface Use {
  executionId: string;
  fromMs: number;
  toMs: number;
}

/** From the first instance to none again. */
export interface BilledSession {
  fromMs: number;
  toMs: number;
  /** When it could first be used; null: never. */
  readyMs: number | null;
  spans: readonly Span[];
  uses: readonly Use[];
  /** Executions with a task that was ready before the session was. */
  waited: readonly string[];
  /** Whom it was for, should nobody have used it or waited for it. */
  causes: readonly Weighted[];
}

export interface Weighted {
  executionId: string | null;
  weight: number;
}

export type Kind = 'warm_up' | 'work' | 'idle';

export interface Share {
  /** Null: nobody caused it. */
  executionId: string | null;
  kind: Kind;
  amountUsd: string;
}

/**
 * The warm-up is shared alike by those who waited for it, since each would have needed the whole of it; the time in use
 * and the idle rest by use. In whatever order the facts come, the answer is the same, and adds up to the cost.
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
  const work = united(uses).reduce(
    (sum, use) => sum.plus(billed(spans, use.fromMs, use.toMs)),
    new Decimal(0),
  );
  const idle = whole.minus(warmUp).minus(work);
  const parts = whole.gt(0) ? [warmUp, work, idle].map(Number) : [0, 0, 1];
  const [warmUpUsd, workUsd, idleUsd] = allocate(costUsd, parts) as [string, string, string];

  const users = gathered(uses.map((use) => ({ ...use, weight: use.toMs - use.fromMs })));
  const riders = gathered(session.waited.map((executionId) => ({ executionId, weight: 1 })));
  const nobody = [{ executionId: null, weight: 1 }];
  const causes = gathered(session.causes);
  const owners = [users, riders, causes].find((some) => some.length > 0) ?? nobody;
  return [
    ...split('warm_up', warmUpUsd, riders.length > 0 ? riders : owners),
    ...split('work', workUsd, users),
    ...split('idle', idleUsd, owners),
  ];
}

/** A user's share of the work is told even when it is nothing: that it was free is known then. */
function split(kind: Kind, amountUsd: string, among: readonly Weighted[]): Share[] {
  const amounts = allocate(
    amountUsd,
    among.map(({ weight }) => weight),
  );
  return among
    .map(({ executionId }, n) => ({ executionId, kind, amountUsd: amounts[n] as string }))
    .filter(({ amountUsd }) => kind === 'work' || Number(amountUsd) > 0);
}

/** One entry for each execution, in an order that depends on nothing else. */
function gathered(entries: readonly Weighted[]): Weighted[] {
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

/** The same time, each moment once. */
function united(times: readonly { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number }[] {
  const one: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = one.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else one.push({ fromMs, toMs });
  }
  return one;
}

/** What instances weigh in a time: their price; their number where all are free. */
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

/** A line of a provider's bill. */
export interface ProviderCharge {
  /** Stays the same when the line is told again. */
  lineId: string;
  endpoint: string;
  instanceType: string | null;
  from: Date;
  /** Null: it still grows. */
  to: Date | null;
  instanceSeconds: string;
  costUsd: string;
}

/** What a provider told as a whole: a file, or a stand-in's book. */
export interface ProviderAccount {
  /** Begins with the configured source. */
  source: string;
  /** Another one whenever the content is another. */
  mark: string;
  /** Up to then nothing is missing in it; null: it says nothing of ours. */
  through: Date | null;
  lines: ProviderCharge[];
}

/** A session that a provider's charge may be for. */
export interface Candidate {
  sessionId: string;
  fromMs: number;
  /** Null: it is on. */
  toMs: number | null;
  spans: readonly Span[];
}

export interface Part {
  sessionId: string;
  amountUsd: string;
}

/** An instance bills until it is released, and a provider's hours are whole ones. */
const NEAR_MS = 900_000;

/**
 * The sessions that a charge is for: those of its time, by their instances in it; else the nearest one. None: no session
 * is near. `wait`: one of them has not ended.
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

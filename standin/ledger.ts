/** The stand-in's ledger: every call, every invocation, and every billed second of an instance. */
import type { Clock, Speed } from './clock.js';

/**
 * All times `...At`, `from` and `to` are virtual seconds since the start; `...Ms` are epoch milliseconds of the clock's
 * date. Billing and `computeSeconds` use seconds of the date: a fast clock is a fast machine.
 */
export interface Ledger {
  speed: Speed;
  startedAt: string;
  now: number;
  nowMs: number;
  /** The latest calls, oldest first. `status` is 0 if no answer was sent. */
  calls: Call[];
  endpoints: Bill[];
  /** Invocations with an id that was received before: work that is done more than once. */
  duplicates: number;
  /** Calls that were answered with an error. A missing object is not an error. */
  refused: number;
  invocations: Invocation[];
}

interface Call {
  operation: string;
  /** Endpoint, model or config name, or bucket/key. */
  target: string;
  at: number;
  status: number;
}

interface Bill {
  endpointName: string;
  instanceType: string;
  hourlyUsd: number;
  instanceSeconds: number;
  /** The sum of the spans' costs. */
  costUsd: string;
  spans: Span[];
}

interface Span {
  from: number;
  to: number | null;
  fromMs: number;
  toMs: number | null;
  instances: number;
  /** Exact to nine places, half a unit rounded up. For an open span, the cost so far. */
  costUsd: string;
}

export interface Invocation {
  id: string;
  endpointName: string;
  inferenceComponentName: string | null;
  kind: 'sync' | 'async';
  receivedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  receivedMs: number;
  finishedMs: number | null;
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'killed';
  computeSeconds: number;
  bodySha256: string;
  sdkInvocationId: string | null;
  sdkAttempt: number | null;
  outputLocation: string | null;
}

export interface LedgerBook {
  call(operation: string, target: string, status: number): void;
  invocations: Invocation[];
  /** Changes the number of billed instances by `change` from now on. */
  bill(endpointName: string, instanceType: string, hourlyUsd: string, change: number): void;
  print(): Ledger;
}

interface Account {
  endpointName: string;
  instanceType: string;
  hourlyUsd: string;
  spans: Array<Omit<Span, 'costUsd'>>;
}

/** Tests poll by the thousand, so older calls than this are dropped. */
const CALLS_KEPT = 20_000;

export function openBook(clock: Clock): LedgerBook {
  let calls: Call[] = [];
  let refused = 0;
  const invocations: Invocation[] = [];
  const accounts = new Map<string, Account>();
  return {
    invocations,
    call(operation, target, status) {
      if (status >= 400 && status !== 404) refused += 1;
      calls.push({ operation, target, at: clock.now(), status });
      if (calls.length > CALLS_KEPT * 1.5) calls = calls.slice(-CALLS_KEPT);
    },
    bill(endpointName, instanceType, hourlyUsd, change) {
      if (change === 0) return;
      const key = `${endpointName} ${instanceType} ${hourlyUsd}`;
      const account = accounts.get(key) ?? { endpointName, instanceType, hourlyUsd, spans: [] };
      accounts.set(key, account);
      const at = clock.now();
      const atMs = clock.wall().getTime();
      const open = account.spans.at(-1);
      const before = open?.to === null ? open.instances : 0;
      if (open?.to === null) Object.assign(open, { to: at, toMs: atMs });
      if (open && open.from === at) account.spans.pop();
      if (before + change === 0) return;
      account.spans.push({ from: at, to: null, fromMs: atMs, toMs: null, instances: before + change });
    },
    print() {
      const now = clock.now();
      const nowMs = clock.wall().getTime();
      const endpoints = [...accounts.values()].map((account) => total(account, nowMs));
      return {
        speed: clock.speed,
        startedAt: clock.startedAt.toISOString(),
        now,
        nowMs,
        calls,
        endpoints,
        duplicates: invocations.length - new Set(invocations.map(({ id }) => id)).size,
        refused,
        invocations: invocations.map((one) => ({ ...one, computeSeconds: clock.billed(one.computeSeconds) })),
      };
    },
  };
}

function total({ hourlyUsd, spans, ...account }: Account, nowMs: number): Bill {
  const bills = spans.map((span) => {
    const ms = ((span.toMs ?? nowMs) - span.fromMs) * span.instances;
    return { ms, nanoUsd: costOf(ms, hourlyUsd), span };
  });
  return {
    ...account,
    hourlyUsd: Number(hourlyUsd),
    instanceSeconds: bills.reduce((sum, { ms }) => sum + ms, 0) / 1000,
    costUsd: printUsd(bills.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0n)),
    spans: bills.map(({ nanoUsd, span }) => ({ ...span, costUsd: printUsd(nanoUsd) })),
  };
}

const MS_PER_HOUR = 3_600_000n;
const NANO = 1_000_000_000n;

/** Billionths of a dollar for that many instance-milliseconds, half a billionth rounded up. */
function costOf(ms: number, hourlyUsd: string): bigint {
  const [whole = '', fraction = ''] = hourlyUsd.split('.');
  const price = BigInt(whole + fraction);
  const divisor = 10n ** BigInt(fraction.length) * MS_PER_HOUR;
  return (2n * BigInt(ms) * price * NANO + divisor) / (2n * divisor);
}

function printUsd(nanoUsd: bigint): string {
  return `${nanoUsd / NANO}.${String(nanoUsd % NANO).padStart(9, '0')}`;
}

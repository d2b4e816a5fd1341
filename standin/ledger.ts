/** The book of what happened: every call, every invocation, and every second an instance was billed. */
import { toMilliseconds, type Clock, type Speed } from './clock.js';

/** All times `...At`, `from` and `to` are virtual seconds since the start; `...Ms` are real epoch milliseconds. */
export interface Ledger {
  speed: Speed;
  startedAt: string;
  now: number;
  /** The latest calls, oldest first. `status` is 0 when no answer was sent. */
  calls: Call[];
  endpoints: Bill[];
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
  costUsd: number;
  spans: Span[];
}

interface Span {
  from: number;
  to: number | null;
  instances: number;
}

export interface Invocation {
  id: string;
  endpointName: string;
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

export interface Book {
  call(operation: string, target: string, status: number): void;
  invocations: Invocation[];
  /** Adds `change` billed instances (or removes them) from now on. */
  bill(endpointName: string, instanceType: string, hourlyUsd: number, change: number): void;
  print(): Ledger;
}

type Account = Omit<Bill, 'instanceSeconds' | 'costUsd'>;

/** Calls are polled for by the thousand; older ones than this are forgotten. */
const CALLS_KEPT = 20_000;

export function openBook(clock: Clock): Book {
  let calls: Call[] = [];
  const invocations: Invocation[] = [];
  const accounts = new Map<string, Account>();
  return {
    invocations,
    call(operation, target, status) {
      calls.push({ operation, target, at: clock.now(), status });
      if (calls.length > CALLS_KEPT * 1.5) calls = calls.slice(-CALLS_KEPT);
    },
    bill(endpointName, instanceType, hourlyUsd, change) {
      if (change === 0) return;
      const key = `${endpointName} ${instanceType} ${hourlyUsd}`;
      const account = accounts.get(key) ?? { endpointName, instanceType, hourlyUsd, spans: [] };
      accounts.set(key, account);
      const at = clock.now();
      const open = account.spans.at(-1);
      const before = open?.to === null ? open.instances : 0;
      if (open?.to === null) open.to = at;
      if (before + change > 0) account.spans.push({ from: at, to: null, instances: before + change });
    },
    print() {
      const now = clock.now();
      const endpoints = [...accounts.values()].map((account) => total(account, now));
      return {
        speed: clock.speed,
        startedAt: clock.startedAt.toISOString(),
        now,
        calls,
        endpoints,
        invocations,
      };
    },
  };
}

function total(account: Account, now: number): Bill {
  const seconds = account.spans.reduce(
    (sum, { from, to, instances }) => sum + ((to ?? now) - from) * instances,
    0,
  );
  const instanceSeconds = toMilliseconds(seconds);
  return { ...account, instanceSeconds, costUsd: (instanceSeconds / 3600) * account.hourlyUsd };
}

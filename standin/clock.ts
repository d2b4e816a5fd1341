/** Virtual time. Every duration in the stand-in uses it, so that an hour can pass in a minute, at once, or on request. */

/**
 * Virtual seconds per real second; or `instant`: every duration is zero, but nothing happens synchronously in a call;
 * or `manual`: time stands still until it is advanced.
 */
export type Speed = number | 'instant' | 'manual';

/** A scheduled action. With `manual`, nothing else happens until its promise settles. */
export type Act = () => void | Promise<void>;

export interface Reading {
  /** Virtual seconds since the start. */
  now: number;
  /** When the next action is due, if there is any. */
  nextDue: number | null;
}

export interface Clock {
  readonly speed: Speed;
  readonly startedAt: Date;
  /** Virtual seconds since the start, to the millisecond. With `instant` they are real seconds. */
  now(): number;
  /** The date: with `manual`, the start plus the virtual time; otherwise the real date. */
  wall(): Date;
  /** Converts virtual seconds to seconds of `wall()`, to the millisecond: the time that is billed. With `instant` they are unchanged. */
  billed(seconds: number): number;
  /** Runs `act` after that many virtual seconds. Returns a function that cancels it. */
  after(seconds: number, act: Act): () => void;
  /** Runs `act` when `wall()` reaches the date. Returns a function that cancels it. */
  at(date: Date, act: Act): () => void;
  read(): Reading;
  /** Advances by that many virtual seconds. Throws unless the clock is `manual`. */
  advance(seconds: number): Promise<Reading>;
  /** Cancels all scheduled actions. */
  stop(): void;
}

export function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

export function parseSpeed(text: string): Speed {
  if (text === 'instant' || text === 'manual') return text;
  const speed = Number(text);
  if (!Number.isFinite(speed) || speed <= 0) {
    throw new Error(`Speed must be a number above 0, "instant" or "manual"; it was "${text}".`);
  }
  return speed;
}

export function startClock(speed: Speed, startedAt = new Date()): Clock {
  return speed === 'manual' ? manualClock(startedAt) : runningClock(speed, startedAt);
}

/** The longest delay of a Node timer. */
const LONGEST_MS = 2 ** 31 - 1;

function runningClock(speed: number | 'instant', startedAt: Date): Clock {
  const origin = performance.now();
  const rate = speed === 'instant' ? 1 : speed;
  const pending = new Map<object, { timer: NodeJS.Timeout; due: number }>();
  const now = (): number => toMilliseconds(((performance.now() - origin) / 1000) * rate);
  function afterMs(delayMs: number, act: Act): () => void {
    const key = {};
    const due = now() + (delayMs / 1000) * rate;
    const wait = (restMs: number): void => {
      const stepMs = Math.min(restMs, LONGEST_MS);
      const timer = setTimeout(() => {
        if (restMs > stepMs) return wait(restMs - stepMs);
        pending.delete(key);
        void act();
      }, stepMs);
      pending.set(key, { timer, due });
    };
    wait(delayMs);
    return () => {
      clearTimeout(pending.get(key)?.timer);
      pending.delete(key);
    };
  }
  return {
    speed,
    startedAt,
    now,
    wall: () => new Date(),
    billed: (seconds) => toMilliseconds(seconds / rate),
    after: (seconds, act) => afterMs(speed === 'instant' ? 0 : (seconds * 1000) / rate, act),
    at: (date, act) => afterMs(Math.max(0, date.getTime() - Date.now()), act),
    read: () => ({
      now: now(),
      nextDue: pending.size === 0 ? null : Math.min(...[...pending.values()].map(({ due }) => due)),
    }),
    advance: () => Promise.reject(new Error('Only a clock at speed "manual" can be advanced.')),
    stop() {
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}

function manualClock(startedAt: Date): Clock {
  let nowMs = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const pending = new Set<{ dueMs: number; act: Act }>();
  /** The earliest scheduled action; the first scheduled if several are due together. */
  const next = () =>
    [...pending].reduce<{ dueMs: number; act: Act } | undefined>(
      (first, other) => (first && first.dueMs <= other.dueMs ? first : other),
      undefined,
    );
  function put(dueMs: number, act: Act): () => void {
    const entry = { dueMs: Math.max(nowMs, dueMs), act };
    pending.add(entry);
    return () => void pending.delete(entry);
  }
  const read = (): Reading => {
    const first = next();
    return { now: nowMs / 1000, nextDue: first ? first.dueMs / 1000 : null };
  };
  async function run(byMs: number): Promise<Reading> {
    const untilMs = nowMs + byMs;
    await settled();
    for (let entry = next(); entry && entry.dueMs <= untilMs; entry = next()) {
      nowMs = entry.dueMs;
      pending.delete(entry);
      await entry.act();
      await settled();
    }
    nowMs = untilMs;
    return read();
  }
  return {
    speed: 'manual',
    startedAt,
    now: () => nowMs / 1000,
    wall: () => new Date(startedAt.getTime() + nowMs),
    billed: toMilliseconds,
    after: (seconds, act) => put(nowMs + Math.round(seconds * 1000), act),
    at: (date, act) => put(date.getTime() - startedAt.getTime(), act),
    read,
    advance(seconds) {
      const done = turn.then(() => run(Math.round(seconds * 1000)));
      turn = done.catch(() => undefined);
      return done;
    },
    stop: () => pending.clear(),
  };
}

/** Waits until all pending promise callbacks have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

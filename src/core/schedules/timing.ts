/** When a schedule ticks: by a cron expression in a time zone, or at an interval. */
import { Cron } from 'croner';

export type Timing =
  | { cron: string; timeZone: string }
  /** Ticks are counted from `from`, which is none itself. */
  | { intervalSeconds: number; from: Date };

/** As a row holds it: either a cron expression or an interval. */
export interface TimingFields {
  cron: string | null;
  timeZone: string;
  intervalSeconds: number | null;
  /** Ticks at an interval are counted from here. */
  countedFrom: Date;
}

export const timingOf = ({ cron, timeZone, intervalSeconds, countedFrom }: TimingFields): Timing =>
  cron === null ? { intervalSeconds: intervalSeconds as number, from: countedFrom } : { cron, timeZone };

/** How many ticks are shown ahead. */
export const SHOWN_AHEAD = 10;
export const LONGEST_CRON = 100;
export const LONGEST_ZONE = 64;

/**
 * The first tick after a moment; null if there is none. A time that a change to summer time skips ticks once, when the clock
 * has changed. A time that occurs twice ticks the first time; an hour or minute that is `*` or a step ticks both times.
 */
export type NextTick = (after: Date) => Date | null;

/** @throws Error for a timing that `cronFault` or `timeZoneFault` finds a fault in */
export function ticksOf(timing: Timing): NextTick {
  if ('cron' in timing) {
    const cron = parse(timing.cron, timing.timeZone);
    return (after) => cron.nextRun(after);
  }
  const from = timing.from.getTime();
  const interval = timing.intervalSeconds * 1_000;
  return (after) =>
    new Date(from + Math.max(1, Math.floor((after.getTime() - from) / interval) + 1) * interval);
}

/** The next ticks after a moment, in order. */
export function nextTicks(timing: Timing, after: Date, count: number = SHOWN_AHEAD): Date[] {
  const next = ticksOf(timing);
  const ticks: Date[] = [];
  for (let at = next(after); at !== null && ticks.length < count; at = next(at)) ticks.push(at);
  return ticks;
}

/**
 * What is wrong with a jitter; null if no tick can be delayed beyond the next one.
 *
 * @param now the ticks after it are compared
 */
export function jitterFault(timing: Timing, jitterSeconds: number, now: Date): string | null {
  const ticks = nextTicks(timing, now).map((at) => at.getTime());
  const shortest = Math.min(...ticks.slice(1).map((at, nth) => (at - (ticks[nth] as number)) / 1_000));
  return jitterSeconds <= shortest
    ? null
    : `must be at most ${shortest} seconds, the shortest time between its next ticks`;
}

const NICKNAMES = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i;

/** What is wrong with an expression; null if it ticks. */
export function cronFault(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5 && !NICKNAMES.test(cron.trim()))
    return 'must have five fields (minute, hour, day of month, month, day of week), like "30 2 * * 1-5"';
  // The library replaces it by the time at which it reads the expression.
  if (cron.includes('?')) return 'must not contain "?": use "*"';
  try {
    return parse(cron, 'UTC').nextRun(EPOCH) === null ? 'never ticks: there is no such date' : null;
  } catch (error) {
    return `is not a cron expression: ${(error as Error).message.replace(/^Cron\w+: /, '')}`;
  }
}

const EPOCH = new Date(0);

const parse = (cron: string, timezone: string): Cron =>
  new Cron(cron.trim(), { timezone, paused: true, mode: '5-part' });

/** What is wrong with the name of a time zone; null if it is one of the IANA database. */
export function timeZoneFault(timeZone: string): string | null {
  // An offset such as +02:00 knows no summer time, and not every version of Node.js accepts one.
  const isOne = /^[A-Za-z]/.test(timeZone) && knows(timeZone);
  return isOne ? null : 'is not a time zone of the IANA database, like "Europe/Berlin" or "UTC"';
}

function knows(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Computed timestamps, limited to what PostgreSQL, JavaScript and a four-digit year can hold, and the time between two. */
import { INSTANTS } from '../validation/ranges.js';

const FIRST = Date.parse(INSTANTS.min);
const LAST = Date.parse(INSTANTS.max);

/** @param ms NaN means never */
export function later(from: Date, ms: number): Date {
  const at = from.getTime() + Math.round(ms);
  return new Date(Number.isNaN(at) ? LAST : Math.min(LAST, Math.max(FIRST, at)));
}

export const secondsUntil = (then: Date, now: Date): number => (then.getTime() - now.getTime()) / 1000;

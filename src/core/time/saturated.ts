/** Moments that are computed, and the time between two of them: never beyond what PostgreSQL, JavaScript and four digits of a year can hold. */
import { INSTANTS } from '../validation/ranges.js';

const FIRST = Date.parse(INSTANTS.min);
const LAST = Date.parse(INSTANTS.max);

/** @param ms what is no number counts as for ever */
export function later(from: Date, ms: number): Date {
  const at = from.getTime() + Math.round(ms);
  return new Date(Number.isNaN(at) ? LAST : Math.min(LAST, Math.max(FIRST, at)));
}

export const secondsUntil = (then: Date, now: Date): number => (then.getTime() - now.getTime()) / 1000;

/** The data of the charts, and their text summaries. */
import type { Got } from '../../api/client';

export interface Step {
  at: number;
  value: number;
}

/** Evenly spaced points as the corners of a step line: each value holds until the next. */
export function stepPath(fromMs: number, stepSeconds: number, points: readonly number[]): Step[] {
  const stepMs = stepSeconds * 1_000;
  return points.flatMap((value, n) => [
    { at: fromMs + n * stepMs, value },
    { at: fromMs + (n + 1) * stepMs, value },
  ]);
}

/** The index of the point that holds at this time; outside the range, the nearest. */
export const indexAt = (fromMs: number, stepSeconds: number, count: number, atMs: number): number =>
  Math.max(0, Math.min(count - 1, Math.floor((atMs - fromMs) / (stepSeconds * 1_000))));

/** `Queued: now 3, at most 12.` */
export function sayPoints(
  name: string,
  points: readonly number[],
  show: (value: number) => string = String,
): string {
  const last = points.at(-1);
  return last === undefined
    ? `${name}: nothing.`
    : `${name}: now ${show(last)}, at most ${show(Math.max(...points))}.`;
}

export type Span = Got<'/v1/metrics/thermal'>['items'][number]['spans'][number];

/** The total time in each thermal state, longest first, cut to the period. */
export function lastedBy(spans: readonly Span[], fromMs: number, toMs: number): [heat: string, ms: number][] {
  const sums = new Map<string, number>();
  for (const { heat, from, to } of spans) {
    const ms = Math.min(Date.parse(to), toMs) - Math.max(Date.parse(from), fromMs);
    if (ms > 0) sums.set(heat, (sums.get(heat) ?? 0) + ms);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

/** Of ticks with the same label, keeps the highest: two lines never have one label. */
export const distinctTicks = (ticks: readonly number[], show: (value: number) => string): number[] =>
  ticks.filter((tick, n) => n + 1 === ticks.length || show(tick) !== show(ticks[n + 1] as number));

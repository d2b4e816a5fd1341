/** Three shapes of traffic, drawn by lot from a seed: the same seed, the same traffic. */
import type { Trace } from '../thermal/simulate.js';
import type { Arrival } from '../thermal/simulated-forecast.js';

export type Shape = 'steady' | 'bursty' | 'nightly';

const DAY = 86_400;
const START = Date.UTC(2026, 0, 5);

/**
 * `steady`: somebody every quarter of an hour or so, day and night. `bursty`: now and then a campaign, many tasks within
 * minutes, and hours of nothing. `nightly`: each night at two, a hundred at once. A fold takes half a minute to four
 * minutes; its execution began 4 to 20 minutes before, with a search that needs no GPU.
 */
export function traffic(shape: Shape, { seed = 1, days = 7 }: { seed?: number; days?: number } = {}): Trace {
  const lot = lots(seed);
  const between = (low: number, high: number): number => low + lot() * (high - low);
  /** Random instants of a mean distance: nobody knows of the others. */
  const distance = (mean: number): number => -Math.log(1 - lot()) * mean;
  const starts: Record<Shape, () => number[]> = {
    steady: () => instants(() => distance(900), days * DAY),
    bursty: () =>
      instants(() => distance(DAY / 3), days * DAY).flatMap((start) =>
        instants(() => distance(45), between(600, 2400)).map((after) => start + after),
      ),
    nightly: () =>
      Array.from({ length: days }, (_, day) => day * DAY + 2 * 3600).flatMap((start) =>
        Array.from({ length: 100 }, () => start + between(0, 60)),
      ),
  };
  const arrivals = starts[shape]().map((start): Arrival => {
    const leadSeconds = Math.round(between(240, 1200));
    const at = new Date(START + Math.round((start + leadSeconds) * 1000));
    return { at, seconds: Math.round(between(30, 240)), leadSeconds };
  });
  arrivals.sort((a, b) => a.at.getTime() - b.at.getTime());
  const to = new Date(
    Math.max(START + days * DAY * 1000, ...arrivals.slice(-1).map(({ at }) => at.getTime())),
  );
  return { from: new Date(START), to, arrivals };
}

function instants(distance: () => number, end: number): number[] {
  const found: number[] = [];
  for (let at = distance(); at < end; at += distance()) found.push(at);
  return found;
}

/** Numbers from 0 up to 1 that look like chance (mulberry32). */
function lots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

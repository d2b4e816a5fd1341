/** Random traffic of three shapes. The same seed gives the same traffic. */
import type { Trace } from '../thermal/simulate.js';
import type { Arrival } from '../thermal/simulated-forecast.js';

export type Shape = 'steady' | 'bursty' | 'nightly';

const DAY = 86_400;
const START = Date.UTC(2026, 0, 5);

/**
 * `steady`: about one task every quarter of an hour, day and night. `bursty`: campaigns of many tasks within minutes, and
 * hours without any. `nightly`: a hundred tasks at two each night. A fold takes half a minute to four minutes. Its execution
 * starts 4 to 20 minutes earlier, with a search that needs no GPU.
 */
export function traffic(shape: Shape, { seed = 1, days = 7 }: { seed?: number; days?: number } = {}): Trace {
  const random = randomNumbers(seed);
  const between = (low: number, high: number): number => low + random() * (high - low);
  /** Exponential distances: independent arrivals. */
  const distance = (mean: number): number => -Math.log(1 - random()) * mean;
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

/** Pseudo-random numbers from 0 up to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a replayed controller may know of arrivals to come, as the needs that `decide` reads. */
import type { Need } from './foresight.js';

/** A task of the model becoming ready. */
export interface Arrival {
  at: Date;
  /** Work at the model. */
  seconds: number;
  /** How long before it became ready its execution had begun: as long as it can be foreseen. */
  leadSeconds: number;
}

/** Nothing; what live executions tell; every arrival. */
export type Sight = 'none' | 'executions' | 'everything';

export interface Ahead {
  /** Of those after the first `arrived`; `demand` is what waits and runs already. Times in epoch milliseconds. */
  foreseen(now: number, arrived: number, demand: number, warmupMs: number): Need[];
  /** When the next need falls due after `now`; infinite when none will. */
  dueAfter(now: number): number;
}

/** @param places invocations that all instances together take at once: a need beyond those changes nothing */
export function lookAhead(
  arrivals: readonly Arrival[],
  sight: Sight,
  { warmupMs, lookMs, places, free }: { warmupMs: number; lookMs: number; places: number; free: boolean },
): Ahead {
  const exact = sight === 'everything';
  const leadMs = (arrival: Arrival): number => (exact ? Infinity : arrival.leadSeconds * 1000);
  const needs = arrivals.map(({ at }, index): Need => {
    return { at, uncertaintySeconds: 0, executionId: String(index), taskId: 'task' };
  });
  const known = (arrival: Arrival, now: number): boolean => arrival.at.getTime() - leadMs(arrival) <= now;
  // A model that costs nothing is kept for a need however far away; for any other, only the next warm-up's time counts.
  const longest = free ? arrivals.reduce((most, arrival) => Math.max(most, leadMs(arrival)), 0) : 0;
  const dues = arrivals
    .filter((arrival) => sight !== 'none' && leadMs(arrival) > 0)
    .map((arrival) => arrival.at.getTime() - Math.min(leadMs(arrival), warmupMs + lookMs))
    .sort((a, b) => a - b);
  const peakUntil = peaks(arrivals);
  let due = 0;

  return {
    foreseen(now, arrived, demand, warmup) {
      if (sight === 'none') return [];
      const horizon = now + Math.max(warmup + lookMs, longest);
      // Who knows how long everything takes counts those that will be there at once, not all that will come.
      const most = exact ? Math.min(places, peakUntil(horizon, arrived)) - demand : places;
      const found: Need[] = [];
      for (let index = arrived; index < arrivals.length && found.length < most; index += 1) {
        const arrival = arrivals[index] as Arrival;
        if (arrival.at.getTime() > horizon) break;
        if (known(arrival, now)) found.push(needs[index] as Need);
      }
      return found;
    },
    dueAfter(now) {
      while ((dues[due] ?? Infinity) <= now) due += 1;
      return dues[due] ?? Infinity;
    },
  };
}

/** The most tasks that would be there at once, if none waited, when one of those to come before `horizon` arrives. */
function peaks(arrivals: readonly Arrival[]): (horizon: number, arrived: number) => number {
  const crowds = crowdsOf(arrivals);
  /** Indices of arrivals read so far whose crowd no later one reaches: the first is the peak. */
  const tops: number[] = [];
  let read = 0;
  return (horizon, arrived) => {
    for (; read < arrivals.length; read += 1) {
      if ((arrivals[read] as Arrival).at.getTime() > horizon) break;
      const crowd = crowds[read] as number;
      while (tops.length > 0 && (crowds[tops.at(-1) as number] as number) <= crowd) tops.pop();
      tops.push(read);
    }
    while (tops.length > 0 && (tops[0] as number) < arrived) tops.shift();
    return crowds[tops[0] ?? -1] ?? 0;
  };
}

/** For each arrival, the tasks that are there with it, if none waits. */
function crowdsOf(arrivals: readonly Arrival[]): number[] {
  const ends = arrivals.map(({ at, seconds }) => at.getTime() + seconds * 1000).sort((a, b) => a - b);
  let ended = 0;
  return arrivals.map(({ at }, index) => {
    while ((ends[ended] as number) <= at.getTime() && ended < index) ended += 1;
    return index + 1 - ended;
  });
}

/** What a replayed controller may know of arrivals to come, as the needs that `decide` reads. */
import type { Need } from './forecast.js';

/** A task of the model becoming ready. */
export interface Arrival {
  at: Date;
  /** Work at the model. */
  seconds: number;
  /** How long before it became ready its execution had begun: as long as it can be foreseen. */
  leadSeconds: number;
}

/** Nothing; what live executions tell; every arrival. */
export type SimulatedForecast = 'none' | 'executions' | 'everything';

export interface Lookahead {
  /** Of those after the first `arrived`, what comes within a warm-up and the next after that. Times in epoch milliseconds. */
  needs(now: number, arrived: number, warmupMs: number): Need[];
  /** When the next need falls due after `now`; infinite when none will. */
  dueAfter(now: number): number;
}

export function simulateForecast(
  arrivals: readonly Arrival[],
  forecast: SimulatedForecast,
  { warmupMs, lookMs, free }: { warmupMs: number; lookMs: number; free: boolean },
): Lookahead {
  const exact = forecast === 'everything';
  const leadMs = (arrival: Arrival): number => (exact ? Infinity : arrival.leadSeconds * 1000);
  const needs = arrivals.map(({ at, seconds }, index): Need => {
    return { at, uncertaintySeconds: 0, seconds, executionId: String(index), taskId: 'task' };
  });
  const isKnown = (arrival: Arrival, now: number): boolean => arrival.at.getTime() - leadMs(arrival) <= now;
  // A model that costs nothing is kept for a need however far away; for any other, only the next warm-up's time counts.
  const longest = free ? arrivals.reduce((most, arrival) => Math.max(most, leadMs(arrival)), 0) : 0;
  const dues = arrivals
    .filter((arrival) => forecast !== 'none' && leadMs(arrival) > 0)
    .map((arrival) => arrival.at.getTime() - Math.min(leadMs(arrival), warmupMs + lookMs))
    .sort((a, b) => a - b);
  let due = 0;

  return {
    needs(now, arrived, warmup) {
      if (forecast === 'none') return [];
      const due = now + warmup + lookMs;
      const found: Need[] = [];
      for (let index = arrived; index < arrivals.length; index += 1) {
        const arrival = arrivals[index] as Arrival;
        const at = arrival.at.getTime();
        // Of those that are not due the first says whether the model is kept, and the others nothing.
        if (at > Math.max(due, now + longest) || (at > due && found.length > 0)) break;
        if (isKnown(arrival, now)) found.push(needs[index] as Need);
      }
      return found;
    },
    dueAfter(now) {
      while ((dues[due] ?? Infinity) <= now) due += 1;
      return dues[due] ?? Infinity;
    },
  };
}

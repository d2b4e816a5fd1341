/** The forecast of a simulated controller: the future arrivals that it may know, as the needs that `decide` reads. */
import type { Need } from './forecast.js';

/** A task of the model becoming ready. */
export interface Arrival {
  at: Date;
  /** Work at the model. */
  seconds: number;
  /** How long before that its execution had started: from then on the arrival can be forecast. */
  leadSeconds: number;
}

/** No forecast; a forecast from live executions; every arrival. */
export type SimulatedForecast = 'none' | 'executions' | 'everything';

export interface Lookahead {
  /** Needs after the first `arrived` arrivals: those within a warm-up, and the next one. Times in epoch milliseconds. */
  needs(now: number, arrived: number, warmupMs: number): Need[];
  /** When the next need falls due after `now`; Infinity if there is none. */
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
  // A free model is kept for any future need. For other models, only needs within the next warm-up count.
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
        // Of the needs that are not due, only the first decides whether the model is kept.
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

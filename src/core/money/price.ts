/** The price of invocations, from their usage. */
import { compile, failure } from '../expressions/cel.js';
import type { PricingConfig } from '../models/model.js';
import { atMost, MOST, usd, type Usd } from './money.js';
import { Decimal } from '../json/decimal.js';
import type { JsonObject } from '../json/json.js';

export interface Usage {
  pricing: PricingConfig;
  /** Billed GPU time. */
  seconds: number | string;
  requests: number;
  /** Per request, by name, as `measureUnits` returns them. */
  units: Record<string, number>;
}

export interface Price {
  gpuUsd: string;
  requestUsd: string;
  unitsUsd: string;
  markupUsd: string;
  totalUsd: string;
}

/** (hourlyRate x hours + (perRequest + units) x requests) x (1 + markup), as decimal strings. The parts add up to the total, which is at most `MOST`. */
export function priceOf({ pricing, seconds, requests, units }: Usage): Price {
  const gpu = atMost(new Decimal(pricing.hourlyRate).times(seconds).div(3600));
  const request = atMost(new Decimal(pricing.perRequest).times(requests), MOST.minus(gpu));
  const measured = atMost(unitsPrice(pricing, units).times(requests), MOST.minus(gpu).minus(request));
  const total = atMost(gpu.plus(request).plus(measured).times(new Decimal(pricing.markup).plus(1)));
  const [gpuUsd, requestUsd, unitsUsd, totalUsd] = [usd(gpu), usd(request), usd(measured), usd(total)];
  const markupUsd = usd(new Decimal(totalUsd).minus(gpuUsd).minus(requestUsd).minus(unitsUsd));
  return { gpuUsd, requestUsd, unitsUsd, markupUsd, totalUsd };
}

/** `largest`: the amount was too large and was cut to `MOST`. `unknown`: the price cannot be computed, so nothing is charged. */
export interface Charge {
  costUsd: string;
  costFlaw?: 'largest' | 'unknown';
}

const UNKNOWN: Charge = { costUsd: '0', costFlaw: 'unknown' };

/** The charge for one invocation. It never throws, so that a result is not lost because of its price. */
export function chargeOf(
  pricing: PricingConfig,
  units: Record<string, number>,
  seconds: number | string,
): Charge {
  try {
    const { totalUsd: costUsd } = priceOf({ pricing, seconds, requests: 1, units });
    if (costUsd.startsWith('-')) return UNKNOWN;
    return costUsd === usd(MOST) ? { costUsd, costFlaw: 'largest' } : { costUsd };
  } catch {
    return UNKNOWN;
  }
}

/** `perResidueOver500: 0.002` is 0.002 USD for each residue above 500. A unit without an amount costs nothing. */
function unitsPrice(pricing: PricingConfig, units: Record<string, number>): Usd {
  const amounts = new Map(Object.entries(units).map(([unit, amount]) => [singular(unit), amount]));
  let sum = new Decimal(0);
  for (const [key, rate] of Object.entries(pricing)) {
    const [, unit, free] = /^per([A-Za-z]+?)Over(\d+)$/.exec(key) ?? [];
    if (unit === undefined) continue;
    const charged = new Decimal(amounts.get(singular(unit)) ?? 0).minus(String(free));
    if (charged.gt(0)) sum = sum.plus(charged.times(String(rate)));
  }
  return sum;
}

/** Units match in any case, singular or plural: `Residues`, `residue`. */
const singular = (unit: string): string => unit.toLowerCase().replace(/s$/, '');

/** The amount of each unit of the price, by CEL over `params`. Throws InvalidInput `expression_failed`. */
export function measureUnits(pricing: PricingConfig, params: JsonObject): Record<string, number> {
  const measure = ([unit, source]: [string, string]): [string, number] => {
    const amount = compile(source).evaluate({ params });
    if (typeof amount !== 'number' || !(amount >= 0))
      throw failure(source, 'a unit must be a number of at least 0');
    return [unit, amount];
  };
  return Object.fromEntries(Object.entries(pricing.units).map(measure));
}

/**
 * The published duration of one invocation: `inferenceTime<N><Unit>` (seconds at N units) of the first unit that has such
 * points. Null if nothing is published.
 */
export function publishedSeconds(
  metrics: Record<string, unknown>,
  units: Record<string, number>,
): number | null {
  for (const [unit, amount] of Object.entries(units)) {
    const points = Object.entries(metrics)
      .flatMap(([key, seconds]): Point[] => {
        const [, at, of] = /^inferenceTime(\d+)([A-Za-z]+)$/.exec(key) ?? [];
        return of && singular(of) === singular(unit) ? [{ at: Number(at), seconds: Number(seconds) }] : [];
      })
      .sort((a, b) => a.at - b.at);
    const [first] = points;
    if (first) return secondsAt(points, first, amount);
  }
  return null;
}

interface Point {
  at: number;
  seconds: number;
}

/** Linear between the two nearest points, and beyond the outermost. A single point gives a line through zero. */
function secondsAt(points: readonly Point[], first: Point, amount: number): number {
  const above = points.findIndex(({ at }) => at >= amount);
  const upper = Math.max(1, above === -1 ? points.length - 1 : above);
  const left = points.length === 1 ? { at: 0, seconds: 0 } : (points[upper - 1] as Point);
  const right = points[upper] ?? first;
  const slope = (right.seconds - left.seconds) / (right.at - left.at);
  return Math.max(0, left.seconds + slope * (amount - left.at));
}

/** The price of a request by the server's formula, in exact decimals, for drafts that are not saved yet. */
import { Big } from 'big.js';
import type { components, Json, JsonObject } from '../../../api/contract';
import { textOf } from '../../../parts/difference/difference';
import { RATE } from '../form/fields';
import type { Fields } from '../shape';

/** The amounts that a quote shows for a task. */
export type Price = Record<
  keyof Pick<
    components['schemas']['Quote']['parts'][number],
    'gpuUsd' | 'requestUsd' | 'unitsUsd' | 'markupUsd' | 'totalUsd'
  >,
  string
>;

/** While it is edited. A rate of units has a key of its own. */
export type Pricing = NonNullable<Fields['pricing']> & {
  [rate: `per${string}Over${number}`]: Json;
};
type Units = Readonly<Record<string, number>>;

/** (hourly rate x hours + per request + units) x (1 + markup). Throws if a rate is not a number. */
export function priceOf(pricing: Pricing, seconds: number, units: Units): Price {
  const decimalOf = (key: 'hourlyRate' | 'perRequest' | 'markup', otherwise: string) =>
    new Big(textOf(pricing[key] ?? otherwise));
  const parts = [
    decimalOf('hourlyRate', '0').times(seconds).div(3600),
    decimalOf('perRequest', '0'),
    unitsPrice(pricing, units),
  ] as const;
  const total = parts
    .reduce((sum, part) => sum.plus(part), new Big(0))
    .times(decimalOf('markup', '0.75').plus(1));
  const [gpuUsd, requestUsd, unitsUsd] = parts.map((part) => part.toFixed(9)) as [string, string, string];
  const totalUsd = total.toFixed(9);
  return {
    gpuUsd,
    requestUsd,
    unitsUsd,
    totalUsd,
    markupUsd: new Big(totalUsd).minus(gpuUsd).minus(requestUsd).minus(unitsUsd).toFixed(9),
  };
}

function unitsPrice(pricing: Pricing, units: Units): Big {
  const amounts = new Map(Object.entries(units).map(([unit, amount]) => [singular(unit), amount]));
  return Object.entries(pricing).reduce((sum, [key, rate]) => {
    const [, unit, free] = RATE.exec(key) ?? [];
    if (unit === undefined) return sum;
    const charged = new Big(amounts.get(singular(unit)) ?? 0).minus(String(free));
    return charged.gt(0) ? sum.plus(charged.times(textOf(rate))) : sum;
  }, new Big(0));
}

export const singular = (unit: string): string => unit.toLowerCase().replace(/s$/, '');

/** Published points of one unit: an amount and its seconds. */
const pointsOf = (metrics: JsonObject, unit: string): { at: number; seconds: number }[] =>
  Object.entries(metrics)
    .flatMap(([key, seconds]) => {
      const [, at, of] = /^inferenceTime(\d+)([A-Za-z]+)$/.exec(key) ?? [];
      return of && singular(of) === singular(unit) ? [{ at: Number(at), seconds: Number(seconds) }] : [];
    })
    .sort((a, b) => a.at - b.at);

/** The time from the published points, by linear interpolation of the nearest two. Null if none are published. */
export function publishedSeconds(metrics: JsonObject, units: Units): number | null {
  for (const [unit, amount] of Object.entries(units)) {
    const points = pointsOf(metrics, unit);
    const [first] = points;
    if (!first) continue;
    const above = points.findIndex(({ at }) => at >= amount);
    const upper = Math.max(1, above === -1 ? points.length - 1 : above);
    const left = points.length === 1 ? { at: 0, seconds: 0 } : (points[upper - 1] ?? first);
    const right = points[upper] ?? first;
    return Math.max(
      0,
      left.seconds + ((right.seconds - left.seconds) / (right.at - left.at)) * (amount - left.at),
    );
  }
  return null;
}

export interface Example {
  /** The amount of each unit; empty if the price has no units. */
  units: Units;
  seconds: number;
  /** False: no time is published, so it is only assumed. */
  published: boolean;
}

const PLAIN_SIZES = [100, 500, 1_000];
const PLAIN_SECONDS = [10, 60, 600] as const;

/** Three sizes that show the steps of the price: the published size, the free amount, and more. */
export function examplesOf(pricing: Pricing, metrics: JsonObject): Example[] {
  const units = unitsOf(pricing);
  const [first] = units;
  if (first === undefined) return PLAIN_SECONDS.map((seconds) => ({ units: {}, seconds, published: false }));
  const free = Object.keys(pricing).flatMap((key) => {
    const [, unit, over] = RATE.exec(key) ?? [];
    return unit && singular(unit) === singular(first) ? [Number(over)] : [];
  });
  const known = [...new Set([...pointsOf(metrics, first).map(({ at }) => at), ...free])]
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const most = known.at(-1);
  const sizes =
    most === undefined
      ? PLAIN_SIZES
      : [...(known.length === 1 ? [Math.ceil(most / 5), most] : known.slice(-2)), most * 2];
  return sizes.map((size, index) => {
    const amounts = Object.fromEntries(units.map((unit) => [unit, size]));
    const seconds = publishedSeconds(metrics, amounts);
    return { units: amounts, seconds: seconds ?? PLAIN_SECONDS[index] ?? 600, published: seconds !== null };
  });
}

/** Units that are measured, and those that only a rate names. */
export function unitsOf(pricing: Pricing): string[] {
  const measured = Object.keys(pricing.units ?? {});
  const rated = Object.keys(pricing).flatMap((key) => RATE.exec(key)?.[1]?.toLowerCase() ?? []);
  const known = new Set(measured.map(singular));
  return [...measured, ...new Set(rated.filter((unit) => !known.has(singular(unit))))];
}

/** The cost of settings without requests, in USD. Null while the draft is not a number. */
export function keepingCosts(
  thermal: NonNullable<Fields['thermal']>,
  hourlyRate: unknown,
  warmupSeconds: number,
) {
  const [rate, least, most, idle] = [
    hourlyRate,
    thermal.minInstances,
    thermal.maxInstances,
    thermal.scaleToZeroAfterMinutes,
  ].map((value) => (/^\d+(\.\d+)?$/.test(textOf(value)) ? new Big(textOf(value)) : null));
  if (!rate || !least || !most || !idle) return null;
  const floor = thermal.defaultState === 'WARM' && least.lt(1) ? new Big(1) : least;
  const kept = floor.gt(most) ? most : floor;
  return {
    keptInstances: Number(kept),
    keptPerDay: rate.times(24).times(kept).toFixed(9),
    mostPerDay: rate.times(24).times(most).toFixed(9),
    idlePerUse: rate.times(idle).div(60).toFixed(9),
    perWarmUp: rate.times(warmupSeconds).div(3600).toFixed(9),
  };
}

/** A stand-in may run faster than real time: then a published second is shorter here. */
export function warmUpBasis(seconds: number, published: number): string {
  const times = Math.round(published / seconds);
  return times > 1 ? `as published, ${times} times as fast here` : 'as published';
}

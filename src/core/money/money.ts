/** Sums, comparisons and allocation of USD amounts: exact decimals with nine places, never floats. */
import { Decimal } from '../json/decimal.js';

const PLACES = 9;
/** The largest amount that a row can hold; larger amounts are cut to it. */
export const MOST = new Decimal('99999999999.999999999');
const NANO = new Decimal('1e-9');

export type Usd = InstanceType<typeof Decimal>;

export const usd = (amount: Usd): string => amount.toFixed(PLACES);

export const atMost = (amount: Usd, most: Usd = MOST): Usd => (amount.gt(most) ? most : amount);

export const addUsd = (...amounts: string[]): string =>
  usd(atMost(amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0))));

export const timesUsd = (amount: string, times: number): string =>
  usd(atMost(new Decimal(amount).times(times)));

export const compareUsd = (a: string, b: string): -1 | 0 | 1 => new Decimal(a).cmp(b);

/**
 * Splits the total in proportion to `weights` (equally, if no weight is positive). Shares are rounded down to nano-USD, and
 * the rest goes one nano-USD each to the largest remainders, so that they add up to the total exactly.
 */
export function allocate(totalUsd: string, weights: readonly number[]): string[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((sum, weight) => sum.plus(weight), new Decimal(0));
  const fair = sum.gt(0) ? weights : weights.map(() => 1);
  const whole = sum.gt(0) ? sum : new Decimal(weights.length);
  const exact = fair.map((weight) => new Decimal(totalUsd).times(weight).div(whole));
  const shares = exact.map((share) => share.round(PLACES, 0));
  const given = shares.reduce((sum, share) => sum.plus(share), new Decimal(0));
  const left = Number(new Decimal(totalUsd).minus(given).div(NANO).toFixed(0));
  const remainder = (index: number): Usd => (exact[index] as Usd).minus(shares[index] as Usd);
  const byRemainder = shares.map((_, index) => index).sort((a, b) => remainder(b).cmp(remainder(a)) || a - b);
  const roundedUp = new Set(byRemainder.slice(0, left));
  return shares.map((share, index) => usd(roundedUp.has(index) ? share.plus(NANO) : share));
}

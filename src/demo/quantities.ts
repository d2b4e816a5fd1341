/** Formats durations and money for people. */
import { Decimal } from '../core/json/decimal.js';

export function lengthOf(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
}

/** @param usd a decimal string */
export const moneyOf = (usd: string): string => `$${new Decimal(usd).toFixed(2)}`;

export const isSpent = (usd: string): boolean => new Decimal(usd).gt(0);

export function costOf({
  actualUsd,
  estimatedUsd,
}: {
  actualUsd: string;
  estimatedUsd: string | null;
}): string {
  return `${moneyOf(actualUsd)}${estimatedUsd === null ? '' : ` of ${moneyOf(estimatedUsd)} estimated`}`;
}

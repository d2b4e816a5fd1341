/** Shapes that responses of every subject are made of. */
import { z } from 'zod';
import { Decimal } from '../../core/json/decimal.js';

/** A path that ends in the id of an execution. */
export const byId = z.object({ id: z.uuid() });

/** An instant in UTC, ISO 8601. */
export const at = z.iso.datetime();

export const json = z.unknown();

/** USD as an exact decimal. */
export const money = z.string().regex(/^\d+\.\d{2,9}$/);

/** At least cents, at most what the ledger keeps. */
export function usd(amount: string): string {
  const exact = new Decimal(amount);
  return exact.toFixed(Math.max(2, exact.toFixed().split('.')[1]?.length ?? 0));
}

/** What something will cost: the 10th, 50th and 90th percentile. */
export const cost = z.strictObject({ lowUsd: money, likelyUsd: money, highUsd: money });
export type Cost = z.infer<typeof cost>;

export const showCost = ({ cost }: { cost: Cost | null }): Cost | null =>
  cost && { lowUsd: usd(cost.lowUsd), likelyUsd: usd(cost.likelyUsd), highUsd: usd(cost.highUsd) };

export const failure = z.strictObject({ code: z.string(), message: z.string() }).nullable();

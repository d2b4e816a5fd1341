/** Decides about a webhook after an attempt: delivered, retried, or given up. */

const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;
const JITTER = 0.2;
/** HTTP 410: the receiver no longer exists. */
const GONE = 410;

export interface Tried {
  /** Null if there was no response. */
  status: number | null;
  /** Attempts so far, with this one. */
  attempts: number;
  now: Date;
  giveUpAt: Date;
  random: () => number;
}

export type AfterTry = { kind: 'delivered' } | { kind: 'retry'; delayMs: number } | { kind: 'given_up' };

/** Every status but 2xx and 410 is retried. The delay doubles each time, from 10 s to 1 h. */
export function afterTry({ status, attempts, now, giveUpAt, random }: Tried): AfterTry {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === GONE) return { kind: 'given_up' };
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  // Jitter spreads webhooks that failed at the same moment.
  const delayMs = Math.round(full * (1 + JITTER * (random() - 0.5)));
  return now.getTime() + delayMs > giveUpAt.getTime() ? { kind: 'given_up' } : { kind: 'retry', delayMs };
}

export const DELIVERY_STATES = ['pending', 'delivered', 'given_up'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What becomes of a webhook after a try: delivered, tried again, or given up. */

const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;
const JITTER = 0.2;
/** The receiver says that nobody lives there any more. */
const GONE = 410;

export interface Tried {
  /** Null when no answer came. */
  status: number | null;
  /** Tries so far, this one included. */
  attempts: number;
  now: Date;
  giveUpAt: Date;
  random: () => number;
}

export type AfterTry = { kind: 'delivered' } | { kind: 'retry'; delayMs: number } | { kind: 'given_up' };

/** Anything but 2xx is tried again, each time twice as long after the last: from 10 s to 1 h. */
export function afterTry({ status, attempts, now, giveUpAt, random }: Tried): AfterTry {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === GONE) return { kind: 'given_up' };
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  // Those who failed together come back one by one.
  const delayMs = Math.round(full * (1 + JITTER * (random() - 0.5)));
  return now.getTime() + delayMs > giveUpAt.getTime() ? { kind: 'given_up' } : { kind: 'retry', delayMs };
}

export const DELIVERY_STATES = ['pending', 'delivered', 'given_up'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

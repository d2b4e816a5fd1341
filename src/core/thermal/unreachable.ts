/** An unreachable provider: when it is retried, and when a deleted model is retired without it. */
import { secondsUntil } from '../time/saturated.js';

const LONGEST_SECONDS = 300;
/** A deleted model without billed instances is retired soon, otherwise after a day. */
const LET_GO_SECONDS = { idle: 600, billed: 86_400 };

/** Seconds until the next try: doubles from one interval on. @param tries failed tries before this one */
export const retryAfterSeconds = (tries: number, intervalSeconds: number): number =>
  Math.max(intervalSeconds, Math.min(LONGEST_SECONDS, intervalSeconds * 2 ** Math.min(tries, 20)));

/**
 * True if a deleted model whose endpoint cannot be observed is retired anyway. An endpoint that is left in the account is
 * then an orphan, which the reaper finds once the provider is reachable.
 */
export function mayRetireUnseen(
  model: { retiring: boolean; billed: number; slotsTaken: number; unseenSince: Date | null },
  now: Date,
): boolean {
  if (!model.retiring || model.slotsTaken > 0 || !model.unseenSince) return false;
  return (
    secondsUntil(now, model.unseenSince) >= (model.billed > 0 ? LET_GO_SECONDS.billed : LET_GO_SECONDS.idle)
  );
}

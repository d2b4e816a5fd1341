/** A provider that cannot be asked: when it is asked again, and when a deleted model is let go all the same. */
import { secondsUntil } from '../time/saturated.js';

const LONGEST_SECONDS = 300;
/** Of a deleted model: with nothing known to bill it is given up soon, otherwise after a day. */
const LET_GO_SECONDS = { idle: 600, billed: 86_400 };

/** Seconds until the next try: doubling from one look on. @param tries those that failed before this one */
export const retryAfterSeconds = (tries: number, intervalSeconds: number): number =>
  Math.max(intervalSeconds, Math.min(LONGEST_SECONDS, intervalSeconds * 2 ** Math.min(tries, 20)));

/**
 * Whether a deleted model, of whose endpoint nothing can be learned, is retired unseen. What may be left of it in the
 * account is an orphan then, for the reaper to find when it can ask again.
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

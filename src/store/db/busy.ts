/** Group commit for work on rows that others may have locked: what is locked elsewhere does not hold up the rest of its batch. */
import { setTimeout as pause } from 'node:timers/promises';
import { batched } from './batching.js';

/** Another transaction holds the lock. */
export const BUSY = Symbol('busy');

/** Most locks are held for one statement: pauses in milliseconds. After them, an item queues for its lock. */
const PAUSES = [1, 2];

/**
 * As `batched`. A busy item is tried again in a later batch, and then in a batch of such items, which wait for their locks.
 *
 * @param run with `wait`, it waits for locks, and answers `BUSY` for nothing
 */
export function batchedUnlessBusy<Item, Answer>(
  run: (items: Item[], how: { wait: boolean }) => Promise<(Answer | typeof BUSY)[]>,
  options: { atMost?: number; keyOf?: (item: Item) => string } = {},
): (item: Item) => Promise<Answer> {
  const free = batched((items: Item[]) => run(items, { wait: false }), options);
  const waiting = batched((items: Item[]) => run(items, { wait: true }), { ...options, abreast: 2 });
  return async (item) => {
    for (const ms of PAUSES) {
      const answer = await free(item);
      if (answer !== BUSY) return answer;
      await pause(ms);
    }
    const answer = await waiting(item);
    if (answer === BUSY) throw new Error('What waits for a lock is never busy.');
    return answer;
  };
}

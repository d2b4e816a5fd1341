/** Waits out outages of our own parts: repeats what could not be read or written until it succeeds. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.js';
import { isShortage } from '../store/db/shortage.js';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

export interface ShortageOptions {
  /** Ends the waiting: the last error is thrown. */
  signal: AbortSignal;
  /** The latest time, on the scale of `performance.now()`. */
  until?: number;
  /** Bytes that are kept in memory meanwhile. */
  bytes?: number;
  /** Whether the data can be fetched elsewhere: then the error is thrown at once if memory is short. */
  elsewhere?: boolean;
  /** Which errors are waited out. */
  when?: (error: unknown) => boolean;
}

export interface ShortageWait {
  /** Repeats `work`, which must be safe to repeat, while a part of our own is down. Every other error passes. */
  outwait<T>(work: () => Promise<T>, how: ShortageOptions): Promise<T>;
  /** Whether memory is left for more. */
  hasRoom(): boolean;
}

/** @param keepBytes maximum bytes in memory of data that could be fetched elsewhere */
export function makeShortageWait({ log, keepBytes }: { log: Log; keepBytes: number }): ShortageWait {
  let waiting = 0;
  let kept = 0;

  return {
    hasRoom: () => kept <= keepBytes,
    async outwait(work, { signal, until = Infinity, bytes = 0, elsewhere = false, when = isShortage }) {
      let waits = false;
      try {
        for (let waitMs = FIRST_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_MS)) {
          try {
            return await work();
          } catch (error) {
            if (!when(error) || signal.aborted || performance.now() + waitMs > until) throw error;
            log.error('task.delayed', error, { tasks: waiting + 1, bytes: kept + bytes });
            if (!waits) {
              if (elsewhere && kept + bytes > keepBytes) throw error;
              waits = true;
              waiting += 1;
              kept += bytes;
            }
            // If aborted during the pause, it tries once more and then throws that error.
            await pause(waitMs, undefined, { signal }).catch(() => undefined);
          }
        }
      } finally {
        if (waits) {
          waiting -= 1;
          kept -= bytes;
        }
      }
    },
  };
}

/** Waiting out our own shortage: what could not be read or written is tried again until it can be. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.js';
import { isShortage } from '../store/db/shortage.js';

const FIRST_MS = 100;
const LONGEST_MS = 5_000;

export interface ShortageOptions {
  /** Ends the waiting: the last error is thrown. */
  signal: AbortSignal;
  /** By `performance.now()`: no longer than that. */
  until?: number;
  /** What is kept in memory meanwhile. */
  bytes?: number;
  /** Whether it may be let go of where there is no room for it: then the error is thrown at once. */
  elsewhere?: boolean;
  /** Which errors are waited out. */
  when?: (error: unknown) => boolean;
}

export interface ShortageWait {
  /** Repeats `work`, which must be safe to repeat, while something of ours is away. Every other error passes. */
  outwait<T>(work: () => Promise<T>, how: ShortageOptions): Promise<T>;
  /** Whether less is kept in memory than there is room for. */
  hasRoom(): boolean;
}

/** @param keepBytes how much may be kept in memory of what could be had again elsewhere */
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
            log.error('task.held_up', error, { tasks: waiting + 1, bytes: kept + bytes });
            if (!waits) {
              if (elsewhere && kept + bytes > keepBytes) throw error;
              waits = true;
              waiting += 1;
              kept += bytes;
            }
            // Aborted while it waits: one more try, and then the error of that.
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

/** Waits for the next tick of any schedule, and carries out what is due. */
import type { Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { Sender } from '../queue/send.js';
import type { Ledger } from '../store/db/ledger.js';
import { readNext } from '../store/schedules/ticks.js';
import { makeLanes } from './lanes.js';
import type { Carried } from './tick.js';

/** @param everyMs the longest pause: a schedule may be made meanwhile, and a tick that waits may become free */
export function startSchedules({
  ledger,
  carryOut,
  sender,
  log,
  everyMs,
}: {
  ledger: Ledger;
  carryOut: (except: Set<string>) => Promise<Carried | null>;
  sender: Sender;
  log: Log;
  everyMs: number;
}): { wake(): void; stop(): Promise<void> } {
  let stopped = false;

  const carryAll = makeLanes({ carryOut, isStopped: () => stopped, sender, log });

  const loop = startLoop(
    async () => {
      let next = await readNext(ledger);
      if (next.isFree || isDue(next)) {
        await carryAll();
        next = await readNext(ledger);
      }
      // What is still due is another process's, or failed.
      if (next.dueAt === null || isDue(next)) return everyMs;
      return Math.min(everyMs, next.dueAt.getTime() - next.now.getTime() + 1);
    },
    everyMs,
    (error) => log.error('schedules.failed', error),
  );

  return {
    wake: () => loop.wake(),
    async stop() {
      stopped = true;
      await loop.stop();
    },
  };
}

const isDue = ({ dueAt, now }: { dueAt: Date | null; now: Date }): boolean => dueAt !== null && dueAt <= now;

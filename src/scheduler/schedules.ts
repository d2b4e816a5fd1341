/** Waits for the next tick of any schedule, and carries out what is due. */
import type { Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { Sender } from '../queue/send.js';
import type { Ledger } from '../store/db/ledger.js';
import { readNext } from '../store/schedules/ticks.js';
import type { Carried } from './tick.js';

/** Ticks that a process carries out at once. */
const TOGETHER = 4;

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

  async function carryAll(): Promise<void> {
    const except = new Set<string>();
    const lane = async (): Promise<void> => {
      for (;;) {
        const carried = stopped ? null : await carryOut(except);
        if (carried === null) return;
        const { executionId } = carried;
        if (executionId === null) continue;
        sender
          .askToAdvance([executionId])
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId }));
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, lane));
  }

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

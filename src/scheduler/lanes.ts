/** Carries out what is due, several at once, and sends messages about what that has started. */
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';

const TOGETHER = 4;

/**
 * @param carryOut does one; null if there is nothing to do. `except` holds those that failed, which are tried at the next turn
 * @returns a function that ends when there is nothing left to do
 */
export function makeLanes({
  carryOut,
  isStopped,
  sender,
  log,
}: {
  carryOut: (except: Set<string>) => Promise<{ executionId: string | null } | null>;
  isStopped: () => boolean;
  sender: Pick<Sender, 'askToAdvance'>;
  log: Log;
}): () => Promise<void> {
  return async () => {
    const except = new Set<string>();
    const lane = async (): Promise<void> => {
      for (;;) {
        const carried = isStopped() ? null : await carryOut(except);
        if (carried === null) return;
        const { executionId } = carried;
        if (executionId === null) continue;
        sender
          .askToAdvance([executionId])
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId }));
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, lane));
  };
}

/** Fills each model's short queue from the backlog in PostgreSQL: commits first, sends second. */
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import { batched } from '../store/db/batching.js';
import type { Ledger } from '../store/db/ledger.js';
import { pickReady, type PickedTask } from '../store/scheduling/dispatch.js';

/** An unsent message is not lost: its row is in `queued`, and the sweep sends it again. */
export async function sendMessages(
  send: (messages: PickedTask[]) => Promise<void>,
  log: Log,
  picked: PickedTask[],
): Promise<void> {
  if (picked.length === 0) return;
  try {
    await send(picked);
  } catch (error) {
    log.error('dispatch.not_sent', error, { messages: picked.length });
  }
}

export function makeDispatch(ledger: Ledger, sender: Sender, log: Log): () => Promise<void> {
  const dispatch = batched<undefined, undefined>(
    async (callers) => {
      await sendMessages((messages) => sender.askToRun(messages), log, await pickReady(ledger));
      return callers;
    },
    { atMost: Number.POSITIVE_INFINITY, abreast: 1 },
  );
  return () => dispatch(undefined);
}

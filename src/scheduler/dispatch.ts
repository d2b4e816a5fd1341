/** Fills each model's short queue from the backlog in PostgreSQL: commits first, sends second. */
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import { batched } from '../store/db/batching.js';
import type { Ledger } from '../store/db/ledger.js';
import { pickReady, type PickedTask, type Waiting } from '../store/scheduling/dispatch.js';

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

export function makeDispatch(ledger: Ledger, sender: Sender, log: Log): (waiting?: Waiting) => Promise<void> {
  const dispatch = batched<Waiting, void>(
    async (callers) => {
      const waiting = {
        ofModels: callers.some(({ ofModels }) => ofModels),
        withoutModel: callers.some(({ withoutModel }) => withoutModel),
      };
      await sendMessages((messages) => sender.askToRun(messages), log, await pickReady(ledger, waiting));
      return callers.map(() => undefined);
    },
    { atMost: Number.POSITIVE_INFINITY },
  );
  return (waiting = { ofModels: true, withoutModel: true }) => dispatch(waiting);
}

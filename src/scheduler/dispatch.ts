/** Fills each model's short window from PostgreSQL's backlog: commit first, send second. */
import type { Log } from '../log.js';
import type { Sender } from '../queue/send.js';
import { grouped } from '../store/db/batching.js';
import type { Ledger } from '../store/db/ledger.js';
import { pickReady, type Picked } from '../store/scheduling/dispatch.js';

/** A note that could not be sent is not lost: its row stands in `queued`, and the sweep sends it again. */
export async function sendNotes(
  send: (notes: Picked[]) => Promise<void>,
  log: Log,
  picked: Picked[],
): Promise<void> {
  if (picked.length === 0) return;
  try {
    await send(picked);
  } catch (error) {
    log.error('dispatch.not_sent', error, { notes: picked.length });
  }
}

export function makeDispatch(ledger: Ledger, sender: Sender, log: Log): () => Promise<void> {
  const dispatch = grouped<undefined, undefined>(
    async (callers) => {
      await sendNotes((notes) => sender.askToRun(notes), log, await pickReady(ledger));
      return callers;
    },
    { atMost: Number.POSITIVE_INFINITY, abreast: 1 },
  );
  return () => dispatch(undefined);
}

/** A queue connection that can be used before it is made, so that accepting executions need not wait for the queue. */
import { Unavailable } from '../core/errors.js';
import type { QueueConnection } from './connect.js';
import { settlesWithin } from './deadline.js';

const PATIENCE_MS = 5_000;

/** Behaves as the connection once it is made. Until then it is not ready, and every call is `queue_unavailable`. */
export function deferredConnection(
  connecting: Promise<QueueConnection>,
  report: QueueConnection['report'],
): QueueConnection {
  let connection: QueueConnection | undefined;
  let closing = false;
  const arrived = (async () => {
    try {
      const made = await connecting;
      // Closed meanwhile: nothing will use it.
      if (closing) return await made.close();
      connection = made;
    } catch (error) {
      report('queue.not_connected', error);
    }
    return undefined;
  })();
  const there = (): QueueConnection => {
    if (connection) return connection;
    throw new Unavailable('queue_unavailable', 'The queue server has not responded yet. Try again.');
  };
  return {
    get kind() {
      return there().kind;
    },
    ready: () => connection?.ready() ?? false,
    queue: (name) => there().queue(name),
    queues: () => connection?.queues() ?? [],
    drop: async (name) => there().drop(name),
    worker: (...of) => there().worker(...of),
    ask: async (work) => there().ask(work),
    ping: async () => there().ping(),
    local: new Map(),
    report,
    async close() {
      closing = true;
      if (connection) return connection.close();
      // It may still connect. A server that is down is not waited for.
      await settlesWithin(arrived, PATIENCE_MS);
      return undefined;
    },
  };
}

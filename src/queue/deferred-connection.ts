/** A connection that can be stood on before it is there: accepting must not wait for a queue that is away. */
import { Unavailable } from '../core/errors.js';
import type { QueueConnection } from './connect.js';
import { settlesWithin } from './deadline.js';

const PATIENCE_MS = 5_000;

/** As the connection it becomes; until then it is not ready, and everything asked of it is `queue_unavailable`. */
export function deferredConnection(
  connecting: Promise<QueueConnection>,
  report: QueueConnection['report'],
): QueueConnection {
  let connection: QueueConnection | undefined;
  let closing = false;
  const arrived = (async () => {
    try {
      const made = await connecting;
      // Nobody is left to use it.
      if (closing) return await made.close();
      connection = made;
    } catch (error) {
      report('queue.not_connected', error);
    }
    return undefined;
  })();
  const there = (): QueueConnection => {
    if (connection) return connection;
    throw new Unavailable('queue_unavailable', "The queue's server has not answered yet: try again.");
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
    report,
    async close() {
      closing = true;
      if (connection) return connection.close();
      // It may be on its way; a server that is away is not waited for.
      await settlesWithin(arrived, PATIENCE_MS);
      return undefined;
    },
  };
}

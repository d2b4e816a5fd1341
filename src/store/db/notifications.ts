/** Receives PostgreSQL's notifications of committed changes, on a connection of its own. */
import { Client } from 'pg';
import { inSchema } from './schema.js';

/** `event` names what happened: `model:created`, `workflow:started`, `task:succeeded`, `thermal:changed`, … */
export interface LedgerEvent {
  event: string;
  modelId?: string;
  workflowId?: string;
  version?: string;
  executionId?: string;
  taskExecutionId?: string;
  tenantId?: string;
}

export interface Events {
  /** Calls the listener for each event; returns a function that unsubscribes it. An error of one listener does not affect others. */
  on(listener: (event: LedgerEvent) => void): () => void;
  /** Calls the listener after a reconnect, because events were missed meanwhile. */
  onGap(listener: () => void): () => void;
  stop(): Promise<void>;
}

const CHANNEL = 'radiant';
const RETRY_MS = 1_000;

export async function listen(url: string, onError: (error: Error) => void): Promise<Events> {
  const listeners = new Set<(event: LedgerEvent) => void>();
  const gapListeners = new Set<() => void>();
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  const notify = <T>(all: Set<(event: T) => void>, event: T) => {
    for (const listener of all) {
      try {
        listener(event);
      } catch (error) {
        onError(error as Error);
      }
    }
  };

  async function connect(): Promise<void> {
    const fresh = new Client({
      connectionString: inSchema(url),
      keepAlive: true,
      application_name: 'radiant events',
    });
    fresh.on('error', onError);
    fresh.on('notification', ({ payload = '' }) => {
      // Any login may notify this channel, so a foreign payload is ignored.
      for (const event of parseEvents(payload)) {
        if (event) notify(listeners, event);
        else onError(new Error(`A notification on the channel ${CHANNEL} is not an event.`));
      }
    });
    await fresh.connect();
    await fresh.query(`listen ${CHANNEL}`);
    if (stopped) return fresh.end();
    fresh.once('end', () => reconnect(0));
    client = fresh;
  }

  function reconnect(afterMs: number): void {
    if (stopped) return;
    retry = setTimeout(() => {
      connect().then(
        () => notify(gapListeners as Set<(event: undefined) => void>, undefined),
        (error: Error) => {
          onError(error);
          reconnect(RETRY_MS);
        },
      );
    }, afterMs);
  }

  await connect();
  const subscribe =
    <L>(all: Set<L>) =>
    (listener: L) => {
      all.add(listener);
      return () => void all.delete(listener);
    };
  return {
    on: subscribe(listeners),
    onGap: subscribe(gapListeners),
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await client?.end();
      client = undefined;
    },
  };
}

/** One event, or a list of them; null for what is none. */
function parseEvents(payload: string): (LedgerEvent | null)[] {
  try {
    const content = JSON.parse(payload) as unknown;
    return (Array.isArray(content) ? content : [content]).map((event: Partial<LedgerEvent> | null) =>
      typeof event?.event === 'string' ? (event as LedgerEvent) : null,
    );
  } catch {
    return [null];
  }
}

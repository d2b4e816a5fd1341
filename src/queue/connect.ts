/** Creates all queues and workers. Only this file chooses between Redis and PostgreSQL. */
import { Queue, Worker, type IQueueBackend, type Processor } from 'bullmq';
import { InvalidInput, Unavailable } from '../core/errors.js';
import type { Backend, Report } from './backend.js';
import { settlesWithin } from './deadline.js';
import { openPostgres } from './postgres.js';
import { openRedis } from './redis.js';

export type AnyQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;
type AnyWorker = Worker<unknown, unknown, string, IQueueBackend>;

export interface QueueConnection {
  readonly kind: 'redis' | 'postgres';
  /** Whether the server is connected right now. */
  ready: () => boolean;
  /** Returns the same queue for the same name. */
  queue: (name: string) => AnyQueue;
  /** The queues used so far. */
  queues: () => AnyQueue[];
  /** Deletes the jobs and the limit of a queue, and closes it. A later `queue(name)` starts anew. */
  drop: (name: string) => Promise<void>;
  worker: (
    name: string,
    processor: Processor<unknown, unknown>,
    options: { concurrency: number },
  ) => AnyWorker;
  /** Runs `work` against the server. Rejects with code `queue_unavailable` if it fails or takes more than 2 s. */
  ask: <T>(work: () => Promise<T>) => Promise<T>;
  /** Rejects as `ask` does. */
  ping: () => Promise<void>;
  /** Receivers of this process by queue: a message to one of them needs no server. False: it takes no more now. */
  local: Map<string, (data: unknown) => boolean>;
  report: Report;
  /** Close the receivers first. May be called twice. */
  close: () => Promise<void>;
}

export interface QueueOptions {
  /** Redis if given, else PostgreSQL. */
  redisUrl?: string | undefined;
  postgresUrl?: string | undefined;
  /** Separates several installations on one server. */
  prefix?: string;
  /** How long a worker may be silent before its messages go to another one: at most 1.5 times this. */
  lockMs?: number;
  /** Receives errors that no caller waits for. */
  onError: Report;
}

/**
 * How often a worker without messages looks into its queue; polling is most of what an idle process costs. New messages wake
 * it, but it may miss the moment when a delayed one becomes due, so it looks more often after it has delayed one itself.
 */
export const LOOK_EVERY_SECONDS = { idle: 5, delayed: 1 };

const PATIENCE_MS = 2000;

/** Waits for Redis without a limit. Rejects if PostgreSQL does not answer, or with `queue_evicts`. */
export async function connectQueue(options: QueueOptions): Promise<QueueConnection> {
  const { redisUrl, postgresUrl, prefix = 'radiant', lockMs = 15_000 } = options;
  const report = onceEach(options.onError);
  if (redisUrl) return connectionTo(await openRedis(redisUrl, report), prefix, lockMs, report);
  if (postgresUrl)
    return connectionTo(await openPostgres(postgresUrl, prefix, report), prefix, lockMs, report);
  throw new InvalidInput('A queue needs a redisUrl or a postgresUrl.');
}

function connectionTo(backend: Backend, prefix: string, lockMs: number, report: Report): QueueConnection {
  const queues = new Map<string, AnyQueue>();
  const workers = new Set<AnyWorker>();
  const base = { connection: backend.connection, prefix };
  // While the server is down its own connection reports it. A line from every queue and worker would be noise.
  const reportFailure = (error: unknown): void => {
    if (backend.ready()) report('queue.failed', error);
  };
  let closing: Promise<void> | undefined;

  const queue = (name: string): AnyQueue => {
    const known = queues.get(name);
    if (known) return known;
    const made: AnyQueue = new Queue(
      name,
      {
        ...base,
        // PostgreSQL decides about retries and keeps the history, so finished jobs are removed.
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
        // Nothing reads BullMQ's events.
        streams: { events: { maxLen: 100 } },
      },
      backend.factory,
    );
    made.on('error', reportFailure);
    queues.set(name, made);
    return made;
  };

  const worker: QueueConnection['worker'] = (name, processor, { concurrency }) => {
    const made: AnyWorker = new Worker(
      name,
      processor,
      {
        ...base,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: lockMs / 2,
        // The ledger limits how often a task may lose its worker.
        maxStalledCount: 1_000_000,
        // For jobs that other programs added. Our own jobs set these options themselves.
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        drainDelay: LOOK_EVERY_SECONDS.idle,
      },
      backend.factory,
    );
    made.on('error', reportFailure);
    made.once('closed', () => workers.delete(made));
    workers.add(made);
    return made;
  };

  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    // Nothing is sent to a server that is down, since commands would pile up until it is back.
    const answer = backend.whenReady(PATIENCE_MS).then(work);
    try {
      if (await settlesWithin(answer, PATIENCE_MS)) return await answer;
    } catch (cause) {
      throw new Unavailable('queue_unavailable', `The queue server (${backend.kind}) returned an error.`, {
        cause,
      });
    }
    throw new Unavailable('queue_unavailable', `The queue server (${backend.kind}) did not respond in time.`);
  };

  return {
    kind: backend.kind,
    ready: backend.ready,
    queue,
    queues: () => [...queues.values()],
    drop: async (name) => {
      const dropped = queue(name);
      await dropped.obliterate({ force: true });
      queues.delete(name);
      await dropped.close();
    },
    worker,
    ask,
    ping: () => ask(backend.ping),
    local: new Map(),
    report,
    close: () =>
      (closing ??= (async () => {
        const workersClosed = [...workers].map((open) => open.close(true));
        const queuesClosed = [...queues.values()].map((open) => open.close());
        await settlesWithin(Promise.all([...workersClosed, ...queuesClosed]), PATIENCE_MS);
        await backend.close();
      })()),
  };
}

/** Reports an error object once, even if all users of a broken connection notice it. */
function onceEach(onError: Report): Report {
  const reported = new WeakSet<object>();
  return (fact, error) => {
    if (typeof error === 'object' && error !== null) {
      if (reported.has(error)) return;
      reported.add(error);
    }
    onError(fact, error);
  };
}

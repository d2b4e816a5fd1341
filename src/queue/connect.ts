/** The one place where queues and workers are made, so that where they live is chosen once. */
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
  /** The same queue each time. */
  queue: (name: string) => AnyQueue;
  /** The queues asked for so far. */
  queues: () => AnyQueue[];
  /** Empties a queue, its limit included, and closes it; a later `queue(name)` begins anew. */
  drop: (name: string) => Promise<void>;
  worker: (
    name: string,
    processor: Processor<unknown, unknown>,
    options: { concurrency: number },
  ) => AnyWorker;
  /** Runs `work` against the server. Rejects with code `queue_unavailable` when it fails or takes more than 2 s. */
  ask: <T>(work: () => Promise<T>) => Promise<T>;
  /** Rejects as `ask` does. */
  ping: () => Promise<void>;
  report: Report;
  /** Close the receivers first. May be called twice. */
  close: () => Promise<void>;
}

export interface QueueOptions {
  /** Redis when given, else PostgreSQL. */
  redisUrl?: string | undefined;
  postgresUrl?: string | undefined;
  /** Keeps several installations on one server apart. */
  prefix?: string;
  /** How long a worker may be silent before its messages go to another one: they move after at most 1.5 times this. */
  lockMs?: number;
  /** Hears what failed where nobody waits for the answer. */
  onError: Report;
}

const PATIENCE_MS = 2000;

/** Waits for Redis as long as it takes; rejects when PostgreSQL does not answer, or with `queue_evicts`. */
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
  // while the server is away its own connection says so: a line from every queue and worker would only be noise
  const heard = (error: unknown): void => {
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
        // PostgreSQL decides about retries, and remembers; the queue keeps nothing that is over
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
        // nobody reads BullMQ's events
        streams: { events: { maxLen: 100 } },
      },
      backend.factory,
    );
    made.on('error', heard);
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
        // how often a task may lose its worker, the ledger decides
        maxStalledCount: 1_000_000,
        // for jobs that others put in: ours say so themselves
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        // seconds an idle worker blocks before it looks again. New jobs wake it; of one that comes back later it may miss
        // the moment, when other jobs end while it begins to wait: then this is how long that one waits
        drainDelay: 1,
      },
      backend.factory,
    );
    made.on('error', heard);
    made.once('closed', () => workers.delete(made));
    workers.add(made);
    return made;
  };

  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    // nothing is given to a server that is away: the commands would pile up until it is back
    const answer = backend.whenReady(PATIENCE_MS).then(work);
    try {
      if (await settlesWithin(answer, PATIENCE_MS)) return await answer;
    } catch (cause) {
      throw new Unavailable('queue_unavailable', `The queue's server (${backend.kind}) refused.`, { cause });
    }
    throw new Unavailable(
      'queue_unavailable',
      `The queue's server (${backend.kind}) did not answer in time.`,
    );
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

/** One broken connection is noticed by everything that shares it. */
function onceEach(onError: Report): Report {
  const told = new WeakSet<object>();
  return (fact, error) => {
    if (typeof error === 'object' && error !== null) {
      if (told.has(error)) return;
      told.add(error);
    }
    onError(fact, error);
  };
}

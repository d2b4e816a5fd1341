/** Receives messages: each is validated as external input, processed, and removed, whatever the result. */
import { DelayedError } from 'bullmq';
import { LOOK_EVERY_SECONDS, type QueueConnection } from './connect.js';
import { settlesWithin } from './deadline.js';
import { EXECUTIONS, parseAdvance, parseTaskMessage, queueNameOf, type TaskMessage } from './messages.js';

export interface Receiver {
  /**
   * Takes no new messages, waits up to `withinMs` for active ones, then aborts their signals and closes. A message that
   * ignores its signal is abandoned after two more seconds. May be called twice.
   */
  stop(options: { withinMs: number }): Promise<void>;
  /** How many messages this receiver processes at once, at least 1. */
  setConcurrency(concurrency: number): void;
}

/** Not now: the message returns after `again` milliseconds, and is not active until then. */
export type Again = { again: number };

const GRACE_MS = 2000;
/** So long after its time, a delayed message has been taken, here or elsewhere. */
const OVERDUE_MS = 5_000;
/** Messages from this process that are processed at once. Beyond these, the queue keeps them, also for other processes. */
const LOCAL_MESSAGES = 1_000;

/**
 * `run` settles before the message is removed, so it must have stored its result by then. Its signal fires when the
 * queue has given the message to another worker, and at the end of `stop`. Its errors are reported.
 */
export function receiveTasks(
  connection: QueueConnection,
  modelKey: string | null,
  run: (message: TaskMessage, signal: AbortSignal) => Promise<void | Again>,
  options: { concurrency: number },
): Receiver {
  return receive(
    connection,
    queueNameOf(modelKey),
    (data, signal) => run(parseTaskMessage(data), signal),
    options,
  );
}

/** Messages of this very process do not pass through the server. If the process dies, the ledger still shows what to do. */
export function receiveAdvances(
  connection: QueueConnection,
  advance: (executionId: string) => Promise<void>,
  options: { concurrency: number },
): Receiver {
  const serve = async (data: unknown) => advance(parseAdvance(data).executionId);
  const away = receive(connection, EXECUTIONS, serve, options);
  const active = new Set<Promise<void>>();
  connection.local.set(EXECUTIONS, (data) => {
    if (active.size >= LOCAL_MESSAGES) return false;
    const serving = serve(data)
      .catch((error: unknown) => connection.report('queue.message_dropped', error))
      .finally(() => active.delete(serving));
    active.add(serving);
    return true;
  });
  return {
    ...away,
    async stop(options) {
      connection.local.delete(EXECUTIONS);
      await Promise.all([away.stop(options), settlesWithin(Promise.all(active), options.withinMs)]);
    },
  };
}

function receive(
  connection: QueueConnection,
  name: string,
  serve: (data: unknown, signal: AbortSignal) => Promise<void | Again>,
  { concurrency }: { concurrency: number },
): Receiver {
  const active = new Set<Promise<void | Again>>();
  let stopping: Promise<void> | undefined;

  const worker = connection.worker(
    name,
    // BullMQ creates a signal only for a processor with three declared parameters.
    async (job, token, signal) => {
      const serving = (async () => serve(job.data, signal as AbortSignal))();
      active.add(serving);
      try {
        const verdict = await serving;
        if (!verdict) return;
        lookOftenFor(verdict.again + OVERDUE_MS);
        await job.moveToDelayed(Date.now() + verdict.again, token);
      } catch (error) {
        connection.report('queue.message_dropped', error);
        return;
      } finally {
        active.delete(serving);
      }
      throw new DelayedError();
    },
    { concurrency },
  );
  let calm: NodeJS.Timeout | undefined;
  /** BullMQ reads the option whenever it has nothing to do. */
  const lookOftenFor = (ms: number): void => {
    worker.opts.drainDelay = LOOK_EVERY_SECONDS.delayed;
    clearTimeout(calm);
    calm = setTimeout(() => {
      worker.opts.drainDelay = LOOK_EVERY_SECONDS.idle;
    }, ms).unref();
  };
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'the queue gave this message to another worker');
  });

  const stop = async (withinMs: number): Promise<void> => {
    // Closing waits for the server, which may be down. In that case only the active work is awaited.
    const closed = connection.ready()
      ? worker.close()
      : Promise.allSettled(active).then(() => worker.close(true));
    if (await settlesWithin(closed, withinMs)) return;
    worker.cancelAllJobs('the receiver stops');
    if (await settlesWithin(closed, GRACE_MS)) return;
    connection.report(
      'queue.stop_abandoned',
      new Error(`${active.size} messages of ${name} were still being served.`),
    );
  };

  return {
    stop: ({ withinMs }) => (stopping ??= stop(withinMs)),
    setConcurrency(concurrency) {
      const wasFull = active.size >= worker.concurrency;
      worker.concurrency = Math.max(1, concurrency);
      if (!wasFull || stopping) return;
      // A full worker polls for more only when a job ends, unless it is resumed.
      void worker.pause(true);
      void worker.resume();
    },
  };
}

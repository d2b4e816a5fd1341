/** Serving the messages: each is read as something from outside, acted on, and gone, whatever came of it. */
import { DelayedError } from 'bullmq';
import type { QueueConnection } from './connect.js';
import { settlesWithin } from './deadline.js';
import { EXECUTIONS, parseAdvance, parseTaskMessage, queueNameOf, type TaskMessage } from './messages.js';

export interface Receiver {
  /**
   * Takes nothing new, waits up to `withinMs` for what is active, then aborts its signals and closes. What ignores its
   * signal is left behind after two more seconds. May be called twice.
   */
  stop(options: { withinMs: number }): Promise<void>;
  /** How many messages this receiver serves at once, at least 1. */
  setConcurrency(concurrency: number): void;
}

/** Not now: the message comes back after so many milliseconds, and holds no place until then. */
export type Again = { again: number };

const GRACE_MS = 2000;

/**
 * `run` settles before the message is dropped, so it has to have written what it did by then. Its signal fires when the
 * queue has taken the message away (another worker may get it) and at the end of `stop`. What it throws is reported.
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

export function receiveAdvances(
  connection: QueueConnection,
  advance: (executionId: string) => Promise<void>,
  options: { concurrency: number },
): Receiver {
  return receive(connection, EXECUTIONS, (data) => advance(parseAdvance(data).executionId), options);
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
    // BullMQ makes a signal only for a processor that names its three parameters
    async (job, token, signal) => {
      const serving = (async () => serve(job.data, signal as AbortSignal))();
      active.add(serving);
      try {
        const verdict = await serving;
        if (!verdict) return;
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
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, 'the queue gave this message to another worker');
  });

  const stop = async (withinMs: number): Promise<void> => {
    // closing waits for the server, which may be away: then wait for the work alone
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
      // a full worker looks for more only when something ends, unless it is resumed
      void worker.pause(true);
      void worker.resume();
    },
  };
}

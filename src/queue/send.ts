/** Sends messages to the other services. Best effort: an unsent message is still in the ledger, and the sweep sends it again. */
import { randomUUID } from 'node:crypto';
import type { AnyQueue, QueueConnection } from './connect.js';
import { EXECUTIONS, jobIdOf, queueNameOf, type AdvanceMessage, type TaskMessage } from './messages.js';

export interface TaskDelivery extends TaskMessage {
  modelKey: string | null;
  /** 1 is served first, 10 last. */
  priority: number;
}

interface QueueCounts {
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
}

/** Each method rejects with code `queue_unavailable` after at most 2 s if the queue server is down. */
export interface Sender {
  askToAdvance(executionIds: string[]): Promise<void>;
  askToRun(deliveries: TaskDelivery[]): Promise<void>;
  /** Sends the same messages again. Leftovers of the earlier ones are replaced, unless they are active. */
  askAgain(deliveries: TaskDelivery[]): Promise<void>;
  /** Limits the active tasks of a model over all workers; 0 starts none. Can be repeated, and is lost with Redis. */
  pace(modelKey: string, concurrency: number): Promise<void>;
  /** Removes a retired model's queue and its limit. */
  forget(modelKey: string): Promise<void>;
  /** Counts of the queues that this process has used. */
  counts(): Promise<QueueCounts[]>;
}

export function makeSender(connection: QueueConnection): Sender {
  const { ask, queue } = connection;

  const askToRun = async (deliveries: TaskDelivery[]) => {
    const jobs = new Map<string, ReturnType<typeof jobOf>[]>();
    for (const delivery of deliveries) {
      const name = queueNameOf(delivery.modelKey);
      jobs.set(name, [...(jobs.get(name) ?? []), jobOf(delivery)]);
    }
    await ask(() => Promise.all([...jobs].map(([name, jobs]) => queue(name).addBulk(jobs))));
  };

  return {
    async askToAdvance(executionIds) {
      const here = connection.local.get(EXECUTIONS);
      const away = [...new Set(executionIds)].filter((executionId) => !here?.({ executionId }));
      if (away.length === 0) return;
      const messages = away.map((executionId) => ({
        name: 'advance',
        data: { executionId } satisfies AdvanceMessage,
        // A random id: with the execution's own id, a message sent during its advance would be ignored.
        opts: { jobId: `${executionId}.${randomUUID()}` },
      }));
      await ask(() => queue(EXECUTIONS).addBulk(messages));
    },

    askToRun,

    async askAgain(deliveries) {
      // A partial job, left by a server that lost some keys, would make the queue ignore the message for ever.
      await ask(() =>
        Promise.allSettled(
          deliveries.map((delivery) => queue(queueNameOf(delivery.modelKey)).remove(jobIdOf(delivery))),
        ),
      );
      await askToRun(deliveries);
    },

    async pace(modelKey, concurrency) {
      const paced = queue(queueNameOf(modelKey));
      await ask(async () => {
        if ((await paced.getGlobalConcurrency()) === concurrency) return;
        await paced.setGlobalConcurrency(concurrency);
        // On Redis a raised limit wakes no worker. Resuming does, even if the queue is not paused.
        await paced.resume();
      });
    },

    async forget(modelKey) {
      await ask(() => connection.drop(queueNameOf(modelKey)));
    },

    counts: () => ask(() => Promise.all(connection.queues().map(countsOf))),
  };
}

function jobOf({ taskExecutionId, attempt, delivery, priority }: TaskDelivery) {
  const message: TaskMessage = { taskExecutionId, attempt, delivery };
  return { name: 'run', data: message, opts: { jobId: jobIdOf(message), priority } };
}

async function countsOf(queue: AnyQueue): Promise<QueueCounts> {
  const counts = await queue.getJobCounts('wait', 'prioritized', 'active', 'delayed');
  const { wait = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
  return { queue: queue.name, waiting: wait + prioritized, active, delayed };
}

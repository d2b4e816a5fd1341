/** The workers' service: one receiver for each model's queue and one for tasks without a model. Several may run at once. */
import type { Infrastructure } from '../infrastructure.js';
import { damped } from '../log.js';
import { startLoop } from '../loop.js';
import { receiveTasks, type Receiver } from '../queue/receive.js';
import { makeClaim } from '../store/scheduling/claim.js';
import { handOver } from '../store/scheduling/leases.js';
import { makeSettle } from '../store/scheduling/settle.js';
import { makeCapacity } from './capacity.js';
import { openLeases } from './leases.js';
import { makeInference } from './task-types/inference.js';
import { evaluation } from './task-types/evaluation.js';
import { makeShortageWait } from './wait-out.js';
import { makeRunTask } from './run-task.js';

/** Notifications report new models. This review catches missed ones. */
const REVIEW_MS = 30_000;

export async function startWorkers({
  config,
  log,
  engine: ledger,
  process: worker,
  storage,
  events,
  models,
  workflows,
  blobs,
  endpoints,
  sender,
  queue,
}: Infrastructure): Promise<{ stop(): Promise<void> }> {
  const patience = makeShortageWait({ log: damped(log), keepBytes: config.keptAnswersBytes });
  const gate = makeCapacity(config.workerConcurrency, () => storage.isUp() && patience.hasRoom());
  const held = openLeases({
    ledger,
    events,
    worker,
    leaseMs: config.leaseMs,
    cancellable: ({ model, invocationId, timeoutSeconds }) =>
      model === null || endpoints.plan(model, invocationId, timeoutSeconds * 1_000).cancellable,
    log,
  });
  const run = makeRunTask({
    worker,
    leaseMs: config.leaseMs,
    ledger,
    workflows,
    blobs,
    log,
    held,
    gate,
    patience,
    kinds: {
      task: makeInference({ ledger, blobs, endpoints, doubtMs: config.doubtMs }),
      transform: evaluation,
      validation: evaluation,
    },
    claim: makeClaim(ledger),
    settle: makeSettle(ledger),
    giveBack: async (taskExecutionId) => {
      const given = await handOver(ledger, { worker, taskExecutionId });
      await sender.askToRun(given).catch((error: unknown) => log.error('dispatch.not_sent', error));
      return given.length > 0;
    },
    askToAdvance: (executionId) =>
      sender
        .askToAdvance([executionId])
        .catch((error: unknown) => log.error('advance.not_asked', error, { executionId })),
  });
  const receivers = new Map<string | null, Receiver>();
  // If one model hangs, the other models still have half of the places.
  const concurrency = Math.ceil(config.workerConcurrency / 2);
  const open = (modelKey: string | null) =>
    receivers.set(modelKey, receiveTasks(queue, modelKey, run, { concurrency }));

  // A disabled model keeps its receiver, since its queue may still hold messages.
  const review = async () => {
    for (const id of await models.ids({ includeDisabled: true })) if (!receivers.has(id)) open(id);
  };
  open(null);
  await review();
  const loop = startLoop(review, REVIEW_MS, (error) => log.error('workers.review_failed', error));
  const forget = events.on(({ event }) => {
    if (event === 'model:created') loop.wake();
  });
  log.info('workers.started', { worker });

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    forget();
    await loop.stop();
    const closing = Promise.all(
      [...receivers.values()].map((receiver) => receiver.stop({ withinMs: config.drainMs })),
    );
    await Promise.race([closing, drained(config.drainMs)]);
    if (held.count() > 0) {
      const given = await handOver(ledger, { worker });
      log.info('workers.handed_over', { tasks: given.length });
      held.abortAll(new Set(given.map((task) => task.taskExecutionId)));
      await sender.askToRun(given).catch((error: unknown) => log.error('dispatch.not_sent', error));
    }
    await closing;
    await held.stop();
  }

  /** After half of the time to stop, running tasks are handed over. The rest has the other half. */
  const drained = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 2).unref());

  return { stop: () => (stopping ??= stop()) };
}

/** The scheduler: decides what runs next, fills the queues, and repairs losses. Several may run at once. */
import { timeScaleOf } from '../config.js';
import type { Infrastructure } from '../infrastructure.js';
import { openWebhookSender } from '../endpoints/webhook-sender.js';
import { startLoop } from '../loop.js';
import { receiveAdvances } from '../queue/receive.js';
import { makeSettle } from '../store/scheduling/settle.js';
import { makeAdvance } from './advance.js';
import { startDelivery } from './deliver.js';
import { startFailureHandlers } from './failures.js';
import { makeDispatch } from './dispatch.js';
import { startSchedules } from './schedules.js';
import { makeCarryOut } from './tick.js';
import { makeEndUnserved } from './unserved.js';
import { makeSweep } from './sweep.js';

const CONCURRENCY = 100;

export function startScheduler(infrastructure: Infrastructure): {
  stop(): Promise<void>;
} {
  const {
    config,
    log,
    engine: ledger,
    events,
    workflows,
    blobs,
    sender,
    queue,
    endpoints,
    admission,
  } = infrastructure;
  const dispatch = makeDispatch(ledger, sender, log);
  const advance = makeAdvance({
    ledger,
    workflows,
    blobs,
    dispatch,
    askToAdvance: (executionIds) => sender.askToAdvance(executionIds),
    log,
  });
  const sweep = makeSweep({
    ledger,
    workflows,
    sender,
    settle: makeSettle(ledger),
    advance,
    dispatch,
    endUnserved: makeEndUnserved(ledger, {
      startWithinMs: config.startWithinMs,
      timeScale: timeScaleOf(config),
    }),
    leaseMs: config.leaseMs,
    everyMs: config.sweepMs,
    log,
  });
  const receiver = receiveAdvances(queue, advance, { concurrency: CONCURRENCY });
  const loop = startLoop(sweep.turn, config.sweepMs, (error) => log.error('sweep.failed', error));
  const hooks = openWebhookSender({
    resolve: endpoints.resolve,
    allowPrivateHosts: config.allowPrivateHosts,
  });
  const delivery = startDelivery({ ledger, events, hooks, log, everyMs: config.sweepMs });
  const schedules = startSchedules({
    ledger,
    carryOut: makeCarryOut({ ledger, workflows, admission, log }),
    sender,
    log,
    everyMs: config.sweepMs,
  });
  const failures = startFailureHandlers({
    ledger,
    workflows,
    admission,
    events,
    sender,
    log,
    everyMs: config.sweepMs,
  });
  const forget = events.onGap(() => {
    loop.wake();
    schedules.wake();
  });
  return {
    async stop() {
      forget();
      await loop.stop();
      await sweep.settled();
      await delivery.stop();
      await schedules.stop();
      await failures.stop();
      await receiver.stop({ withinMs: config.drainMs });
    },
  };
}

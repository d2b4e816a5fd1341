/** The scheduler: decides what runs next, keeps the queues short, and repairs what was lost. Run as many as you like. */
import type { Blobs } from '../blobs/index.js';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { QueueConnection } from '../queue/connect.js';
import { receiveAdvances } from '../queue/receive.js';
import type { Sender } from '../queue/send.js';
import type { Events } from '../store/events.js';
import type { Ledger } from '../store/pool.js';
import { makeSettle } from '../store/settle.js';
import type { Workflows } from '../store/workflows.js';
import { makeAdvance } from './advance.js';
import { makeDispatch } from './dispatch.js';
import { makeSweep } from './sweep.js';

const CONCURRENCY = 100;

export function startScheduler({
  config,
  log,
  ledger,
  events,
  workflows,
  blobs,
  sender,
  queue,
}: {
  config: Config;
  log: Log;
  ledger: Ledger;
  events: Events;
  workflows: Workflows;
  blobs: Blobs;
  sender: Sender;
  queue: QueueConnection;
}): { stop(): Promise<void> } {
  const dispatch = makeDispatch(ledger, sender, log);
  const advance = makeAdvance({ ledger, workflows, blobs, dispatch });
  const sweep = makeSweep({ ledger, workflows, sender, settle: makeSettle(ledger), advance, dispatch, log });
  const receiver = receiveAdvances(queue, advance, { concurrency: CONCURRENCY });
  const loop = startLoop(sweep, config.sweepMs, (error) => log.error('sweep.failed', error));
  const forget = events.onGap(() => loop.wake());
  return {
    async stop() {
      forget();
      await loop.stop();
      await receiver.stop({ withinMs: config.drainMs });
    },
  };
}

/** The leases of this worker: renewed while it lives, and aborted when a task must stop. */
import { startLoop } from '../loop.js';
import { damped, type Log } from '../log.js';
import type { Events } from '../store/db/notifications.js';
import type { Ledger } from '../store/db/ledger.js';
import type { Claimed } from '../store/scheduling/claim.js';
import { prolong } from '../store/scheduling/leases.js';

export interface Lease {
  readonly signal: AbortSignal;
  /** Aborted when this worker stops, or has handed the task to another one. */
  readonly stopping: AbortSignal;
  /** Handed to another worker: this one records nothing more about it. */
  handedOver: boolean;
  /** This worker stops before the answer has arrived. */
  abandoned: boolean;
  release(): void;
}

export interface Leases {
  hold(claimed: Claimed): Lease;
  count(): number;
  /** Aborts every lease. Tasks in `handedOver` record nothing afterwards; the others are retried elsewhere. */
  abortAll(handedOver: ReadonlySet<string>): void;
  stop(): Promise<void>;
}

/** @param cancellable false if a result may still come after an abort of the task's request */
export function openLeases({
  ledger,
  events,
  worker,
  leaseMs,
  cancellable,
  log,
}: {
  ledger: Ledger;
  events: Events;
  worker: string;
  leaseMs: number;
  cancellable: (claimed: Claimed) => boolean;
  log: Log;
}): Leases {
  const lines = damped(log);
  const leases = new Map<
    string,
    { lease: Lease; controller: AbortController; stop: AbortController; claimed: Claimed }
  >();

  // A request that cannot be stopped runs to its end: its cost is real, and its slot stays taken until then.
  function end(taskExecutionId: string): void {
    const found = leases.get(taskExecutionId);
    if (found && cancellable(found.claimed)) found.controller.abort();
  }

  const forget = events.on(({ event, taskExecutionId }) => {
    if (event === 'task:cancelled' && taskExecutionId !== undefined) end(taskExecutionId);
  });
  const loop = startLoop(
    async () => {
      if (leases.size === 0) return;
      const ids = [...leases.keys()];
      const mine = await prolong(ledger, worker, ids, leaseMs);
      for (const id of ids) if (!mine.has(id)) end(id);
    },
    leaseMs / 3,
    (error) => lines.error('lease.not_prolonged', error, { tasks: leases.size }),
  );

  return {
    hold(claimed) {
      const controller = new AbortController();
      const stop = new AbortController();
      const lease: Lease = {
        signal: controller.signal,
        stopping: stop.signal,
        handedOver: false,
        abandoned: false,
        // After a hand-over this worker may have claimed it again.
        release: () => {
          if (leases.get(claimed.taskExecutionId)?.lease === lease) leases.delete(claimed.taskExecutionId);
        },
      };
      leases.set(claimed.taskExecutionId, { lease, controller, stop, claimed });
      return lease;
    },
    count: () => leases.size,
    abortAll(handedOver) {
      for (const [id, { lease, controller, stop }] of leases) {
        lease.handedOver = handedOver.has(id);
        lease.abandoned = !lease.handedOver;
        stop.abort();
        controller.abort();
      }
    },
    async stop() {
      forget();
      await loop.stop();
    },
  };
}

/** Sends the webhooks in the outbox. A slow receiver delays only webhooks to its own host, and never the engine. */
import { afterTry } from '../core/webhook-retry.js';
import type { WebhookSender } from '../endpoints/webhook-sender.js';
import type { Log } from '../log.js';
import { startLoop } from '../loop.js';
import type { Events } from '../store/db/notifications.js';
import type { Ledger } from '../store/db/ledger.js';
import { handBack, noteTry, takeDue, type Due } from '../store/webhook-outbox.js';

const AT_ONCE = 200;
const PER_HOST = 4;
/** Longer than any delivery attempt takes. After it, another scheduler may take the webhook. */
const LEASE_MS = 30_000;

export function startDelivery({
  ledger,
  events,
  hooks,
  log,
  everyMs,
}: {
  ledger: Ledger;
  events: Events;
  hooks: WebhookSender;
  log: Log;
  everyMs: number;
}): { stop(): Promise<void> } {
  const underWay = new Map<Due, Promise<void>>();
  const stopping = new AbortController();

  async function deliver(due: Due): Promise<void> {
    const { id, url, body, secret, attempts, giveUpAt, now } = due;
    const answer = await hooks.post({ id, url, body, secret, at: now }, stopping.signal);
    if (stopping.signal.aborted && answer.status === null) return handBack(ledger, due);
    const then = afterTry({ status: answer.status, attempts, now, giveUpAt, random: Math.random });
    await noteTry(ledger, due, then, answer);
    if (then.kind === 'given_up') log.warn('webhook.given_up', { id, attempts, status: answer.status });
  }

  async function turn(): Promise<void> {
    const busy: Record<string, number> = {};
    for (const { host } of underWay.keys()) busy[host] = (busy[host] ?? 0) + 1;
    const atMost = AT_ONCE - underWay.size;
    if (atMost === 0) return;
    for (const due of await takeDue(ledger, { atMost, perHost: PER_HOST, busy, leaseMs: LEASE_MS })) {
      const delivery = deliver(due)
        // The attempt was not recorded: it is due again when the lease ends, and the receiver recognises the repeated id.
        .catch((error: unknown) => log.error('webhook.not_recorded', error, { id: due.id }))
        .finally(() => {
          underWay.delete(due);
          loop.wake();
        });
      underWay.set(due, delivery);
    }
  }

  const loop = startLoop(turn, everyMs, (error) => log.error('webhooks.failed', error));
  const forget = [
    events.on(({ event }) => {
      if (event === 'webhook:enqueued') loop.wake();
    }),
    events.onGap(() => loop.wake()),
  ];
  return {
    async stop() {
      for (const stop of forget) stop();
      stopping.abort();
      await loop.stop();
      await Promise.all(underWay.values());
      await hooks.stop();
    },
  };
}

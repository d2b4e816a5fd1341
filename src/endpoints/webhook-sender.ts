/** Sends one webhook: a signed POST without redirects, never into our own network, with a short timeout. */
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { JsonObject } from '../core/json/json.js';
import { lookupPublic, PRIVATE_ADDRESS } from './http/addresses.js';
import type { Resolve } from './secrets.js';
import { whyNotSent } from './http/urls.js';

const TIMEOUT_MS = 10_000;
/** The maximum of a response that is read. */
const ANSWER_BYTES = 1_024;

export interface WebhookRequest {
  id: string;
  url: string;
  body: JsonObject;
  /** A reference to a secret; null sends unsigned. */
  secret: string | null;
  at: Date;
}

export interface WebhookSender {
  /** Never rejects. Returns the status, or an error text that can be shown. */
  post(hook: WebhookRequest, signal: AbortSignal): Promise<{ status: number | null; error: string | null }>;
  stop(): Promise<void>;
}

export function openWebhookSender({
  resolve,
  allowPrivateHosts,
  timeoutMs = TIMEOUT_MS,
}: {
  resolve: Resolve;
  allowPrivateHosts: boolean;
  timeoutMs?: number;
}): WebhookSender {
  const agent = new Agent({
    maxResponseSize: ANSWER_BYTES * 64,
    connect: { timeout: timeoutMs, ...(!allowPrivateHosts && { lookup: lookupPublic }) },
  });

  async function send({ id, url, body, secret, at }: WebhookRequest, signal: AbortSignal): Promise<number> {
    mustLeadOutside(url, allowPrivateHosts);
    const text = JSON.stringify(body);
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Radiant',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        ...(secret !== null && { 'webhook-signature': await sign(secret, id, at, text) }),
      },
      body: text,
      signal,
    });
    // The status alone counts. The rest of the response does not matter.
    await answer.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
    return statusCode;
  }

  async function sign(reference: string, id: string, at: Date, text: string): Promise<string> {
    const secret = await resolve(reference).catch((error: Error) => {
      throw new Unsendable(error.message);
    });
    let webhook: Webhook;
    try {
      webhook = new Webhook(secret);
    } catch {
      throw new Unsendable(`The secret ${reference} does not have the form whsec_ followed by base64.`);
    }
    return webhook.sign(id, at, text);
  }

  return {
    async post(hook, signal) {
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const status = await send(hook, AbortSignal.any([signal, deadline]));
        return { status, error: refusal(status) };
      } catch (error) {
        if (deadline.aborted) return { status: null, error: `No answer within ${timeoutMs / 1000} s.` };
        return { status: null, error: reasonOf(error) };
      }
    },
    stop: () => (agent.destroyed ? Promise.resolve() : agent.destroy()),
  };
}

/** An error whose message can be shown. */
class Unsendable extends Error {}

function mustLeadOutside(text: string, allowPrivateHosts: boolean): void {
  const why = whyNotSent(text, { allowPrivateHosts });
  if (why !== null) throw new Unsendable(`The URL ${why}.`);
}

const PRIVATE = 'The URL leads to a private address, which is not allowed.';

function refusal(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400
    ? 'The receiver answered with a redirect, which is not followed.'
    : 'The receiver rejected the webhook.';
}

/** Uses the error code alone: messages of the network may quote the request or its target. */
function reasonOf(error: unknown): string {
  if (error instanceof Unsendable) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === PRIVATE_ADDRESS) return PRIVATE;
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code)
    ? `The receiver cannot be reached (${code}).`
    : 'The receiver cannot be reached.';
}

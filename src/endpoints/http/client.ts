/** Requests to administered URLs. They must not lead into our own network. Headers may hold references to secrets. */
import { Agent, request, type Dispatcher } from 'undici';
import { InvocationError } from '../../core/errors.js';
import type { DeploymentConfig } from '../../core/models/model.js';
import { lookupPublic, PRIVATE_ADDRESS } from './addresses.js';
import { causeOf, neverMade, watchedConnector } from '../connection.js';
import { ACCEPTED, decoded, tooLarge } from '../decode.js';
import { excerpt } from '../excerpt.js';
import { classify } from '../provider-errors.js';
import { resolveAll, type Resolve } from '../secrets.js';
import { headerFaults, whyNotSent } from './urls.js';
import { readRetryAfter } from '../sdk-errors.js';

/** The maximum over `http`, whatever `answerBytes` allows. */
const MOST_BYTES = 64 * 1024 * 1024;
/** The maximum of an error response, for the evidence. */
const ERROR_BYTES = 64 * 1024;
/** Shorter secrets are not searched for in answers, since they might be any word. */
const SHORTEST_SECRET = 4;

export interface Sent {
  method: 'GET' | 'POST';
  url: string | undefined;
  /** As in the deployment; references to secrets are resolved here. */
  headers: DeploymentConfig['headers'];
  /** JSON, with additional headers. */
  body?: { bytes: Uint8Array; headers?: Record<string, string> };
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Reply {
  status: number;
  /** Values of the request that must never be shown: an endpoint may quote them. */
  secrets: readonly string[];
  /** The whole body, decoded. */
  read(): Promise<Uint8Array>;
  /** The error for a status that is not success, with the start of the body as evidence. */
  refusal(): Promise<InvocationError>;
  /** Reads the rest of a short body, so that the connection can be reused. */
  discard(): Promise<void>;
}

/** Every fault is an `InvocationError`. A status is not a fault. */
export interface HttpClient {
  send(sent: Sent, endpoint: string): Promise<Reply>;
  stop(): Promise<void>;
}

export function openHttpClient({
  maxSockets,
  answerBytes,
  resolve,
  allowPrivateHosts,
}: {
  maxSockets: number;
  answerBytes: number;
  resolve: Resolve;
  allowPrivateHosts: boolean;
}): HttpClient {
  const most = Math.min(answerBytes, MOST_BYTES);
  const agent = new Agent({
    connections: maxSockets,
    maxResponseSize: most,
    connect: watchedConnector(allowPrivateHosts ? {} : { lookup: lookupPublic }),
  });

  return {
    async send({ method, url, headers, body, timeoutMs, signal }, endpoint) {
      const why = whyNotSent(url, { allowPrivateHosts });
      if (why !== null || url === undefined) throw refused(`The URL of the deployment ${why}.`);
      const [wrong] = headerFaults(headers);
      if (wrong) throw refused(`The header ${wrong.path} of the deployment ${wrong.message}.`);
      const own = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
      );
      // A missing secret fails the call, so that the reference itself is never sent.
      const resolved = await resolveAll(own, resolve);
      const response = await request(url, {
        method,
        dispatcher: agent,
        headers: {
          ...resolved,
          accept: 'application/json',
          'accept-encoding': ACCEPTED,
          ...(body && { 'content-type': 'application/json', ...body.headers }),
        },
        ...(body && { body: body.bytes }),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(signal && { signal }),
      }).catch(fail(endpoint, most));
      return replyOf(response, { endpoint, most, secrets: secretsIn(own, resolved) });
    },
    stop: () => (agent.destroyed ? Promise.resolve() : agent.destroy()),
  };
}

function replyOf(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  { endpoint, most, secrets }: { endpoint: string; most: number; secrets: readonly string[] },
): Reply {
  const encoding = String(headers['content-encoding'] ?? '');
  return {
    status,
    secrets,
    read: async () => decoded(await body.bytes().catch(fail(endpoint, most)), { encoding, most, endpoint }),
    async refusal() {
      const bytes = await beginning(body);
      const text = await decoded(bytes, { encoding, most: ERROR_BYTES, endpoint }).catch(
        () => new Uint8Array(),
      );
      const retryAfterMs = readRetryAfter(headers['retry-after']);
      const message = Buffer.from(text).toString('utf8');
      return classify({ name: '', message, status, answer: excerpt(text, secrets), retryAfterMs }, endpoint);
    },
    discard: () => body.dump().catch(() => undefined),
  };
}

/** The start of the body. The connection of a longer one is closed. */
async function beginning(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= ERROR_BYTES) break;
    }
  } catch {
    // The part before the connection broke is enough.
  }
  return Buffer.concat(parts).subarray(0, ERROR_BYTES);
}

/** The values that replaced references, whole and word by word: an endpoint may quote `Bearer x` as `x`. */
const secretsIn = (given: Record<string, string>, resolved: Record<string, string>): string[] =>
  Object.entries(resolved)
    .filter(([name, value]) => value !== given[name])
    .flatMap(([name, value]) => [value, ...value.split(/\s+/).filter((word) => !given[name]?.includes(word))])
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);

const fail = (endpoint: string, most: number) => (error: unknown) => {
  throw transportFault(error, endpoint, most);
};

function transportFault(error: unknown, endpoint: string, most: number): InvocationError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === PRIVATE_ADDRESS)
    return refused('The URL of the deployment leads to a private address, which is not allowed.');
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new InvocationError('timeout', 'timeout', `${endpoint} stopped responding.`);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return tooLarge(endpoint, most);
  if (code === 'UND_ERR_INVALID_ARG')
    return refused('A header of the deployment is not a valid HTTP header.');
  return classify({ name: '', message: '', cause: causeOf(error), unmade: neverMade(error) }, endpoint);
}

const refused = (message: string) => new InvocationError('invalid', 'url_refused', message);

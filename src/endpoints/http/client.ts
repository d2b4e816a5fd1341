/** Requests to administered URLs, which must not lead into our own network; headers may hold references to secrets. */
import { Agent, request, type Dispatcher } from 'undici';
import { InvocationError } from '../../core/errors.js';
import type { DeploymentConfig } from '../../core/models/model.js';
import { lookupPublic, PRIVATE_ADDRESS } from './addresses.js';
import { causeOf, neverMade, watchedConnector } from '../connection.js';
import { ACCEPTED, decoded, tooLarge } from '../decode.js';
import { excerpt } from '../excerpt.js';
import { classify, readRetryAfter } from '../provider-errors.js';
import { resolveAll, type Resolve } from '../secrets.js';
import { headerFaults, whyNotSent } from './urls.js';

/** Over `http`, whatever is allowed elsewhere. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of an answer that is an error, for the evidence. */
const ERROR_BYTES = 64 * 1024;
/** A secret is looked for in what an endpoint says, unless it is so short that it might be any word. */
const SHORTEST_SECRET = 4;

export interface Sent {
  method: 'GET' | 'POST';
  url: string | undefined;
  /** As in the deployment: resolved here. */
  headers: DeploymentConfig['headers'];
  /** JSON, with headers of our own. */
  body?: { bytes: Uint8Array; headers?: Record<string, string> };
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Reply {
  status: number;
  /** What of the request must never be shown: an endpoint may well quote it. */
  secrets: readonly string[];
  /** The body to its end, decoded. */
  read(): Promise<Uint8Array>;
  /** What a status that is none of success means, with the beginning of the body as evidence. */
  refusal(): Promise<InvocationError>;
  /** Reads the body to its end, if that is near, so that the connection can be used again. */
  discard(): Promise<void>;
}

/** Every fault is an `InvocationError`; a status is none. */
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
      // A missing secret fails the call rather than sending the reference out.
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

/** As much as is wanted; what is longer is hung up on. */
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
    // What came before the connection broke says enough.
  }
  return Buffer.concat(parts).subarray(0, ERROR_BYTES);
}

/** What references were replaced by, whole and word by word: `Bearer x` may be quoted as `x`. */
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
    return refused('The URL of the deployment leads to a private address, which is not allowed here.');
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new InvocationError('timeout', 'timeout', `${endpoint} went silent.`);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return tooLarge(endpoint, most);
  if (code === 'UND_ERR_INVALID_ARG')
    return refused('A header of the deployment is not a legal HTTP header.');
  return classify({ name: '', message: '', cause: causeOf(error), unmade: neverMade(error) }, endpoint);
}

const refused = (message: string) => new InvocationError('invalid', 'url_refused', message);

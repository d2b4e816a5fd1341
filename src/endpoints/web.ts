/** Requests to administered URLs, which must not lead into our own network; headers may hold references to secrets. */
import { isIP } from 'node:net';
import { Agent, request, type Dispatcher } from 'undici';
import { InvocationError } from '../core/errors.js';
import type { DeploymentConfig } from '../core/model.js';
import { isPublicAddress, lookupPublic, PRIVATE_ADDRESS } from './addresses.js';
import { classify, RetryLater } from './faults.js';
import { resolveAll, type Resolve } from './secrets.js';

const ANSWER_BYTES = 64 * 1024 * 1024;

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

/** Every fault is an `InvocationError`; a status is none. */
export interface Web {
  send(sent: Sent, endpoint: string): Promise<Dispatcher.ResponseData>;
  /** The body of an answer, to its end. */
  read(response: Dispatcher.ResponseData, endpoint: string): Promise<Uint8Array>;
  stop(): Promise<void>;
}

export function openWeb({
  maxSockets,
  resolve,
  allowPrivateHosts,
}: {
  maxSockets: number;
  resolve: Resolve;
  allowPrivateHosts: boolean;
}): Web {
  const agent = new Agent({
    connections: maxSockets,
    maxResponseSize: ANSWER_BYTES,
    connect: { timeout: 5_000, ...(!allowPrivateHosts && { lookup: lookupPublic }) },
  });
  const faultOf = (endpoint: string) => (error: unknown) => {
    throw transportFault(error, endpoint);
  };

  return {
    async send({ method, url, headers, body, timeoutMs, signal }, endpoint) {
      const target = checkUrl(url, allowPrivateHosts);
      const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      // A missing secret fails the call rather than sending the reference out.
      const resolved = await resolveAll(Object.fromEntries(own), resolve);
      return request(target, {
        method,
        dispatcher: agent,
        headers: {
          ...resolved,
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json', ...body.headers }),
        },
        ...(body && { body: body.bytes }),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...(signal && { signal }),
      }).catch(faultOf(endpoint));
    },
    read: ({ body }, endpoint) => body.bytes().catch(faultOf(endpoint)),
    stop: () => (agent.destroyed ? Promise.resolve() : agent.destroy()),
  };
}

/** A literal address never passes the resolver, so it is looked at here; URL has already undone octal and decimal. */
function checkUrl(text: string | undefined, allowPrivateHosts: boolean): URL {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password)
    throw refused('The deployment needs a url of the form https://host/path, without credentials in it.');
  if (allowPrivateHosts) return url;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol !== 'https:') throw refused('The url of the deployment must begin with https://.');
  if (isIP(host) && !isPublicAddress(host)) throw privateHost();
  return url;
}

export async function webRefusal({ statusCode, headers, body }: Dispatcher.ResponseData, endpoint: string) {
  // Read to the end, if that is near, so that the connection can be used again.
  await body.dump().catch(() => undefined);
  const fault = classify({ name: '', message: '', status: statusCode }, endpoint);
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  return retryAfterMs === null
    ? fault
    : new RetryLater(fault.errorClass, fault.code, fault.message, retryAfterMs);
}

/** Seconds or an HTTP date. */
function readRetryAfter(value: string | string[] | undefined): number | null {
  if (typeof value !== 'string') return null;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function transportFault(error: unknown, endpoint: string): InvocationError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === PRIVATE_ADDRESS) return privateHost();
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new InvocationError('timeout', 'timeout', `${endpoint} went silent.`);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new InvocationError(
      'invalid',
      'answer_too_large',
      `${endpoint} answered more than ${ANSWER_BYTES} bytes.`,
    );
  if (code === 'UND_ERR_INVALID_ARG')
    return refused('A header of the deployment is not a legal HTTP header.');
  return classify({ name: '', message: '' }, endpoint);
}

const refused = (message: string) => new InvocationError('invalid', 'url_refused', message);
const privateHost = () =>
  refused('The url of the deployment leads to a private address, which is not allowed here.');

/** Invocations that are answered on the connection. */
import type { Outcome } from '../fleet/work.js';
import { modelError, readFailure, TIMED_OUT } from './model-error.js';
import { Refusal, respond, type Request, type Response } from '../wire.js';
import type { Account } from '../account.js';
import { counterOf, invalid, planWith, receive, servingEndpoint } from './admission.js';

export const runtimePath =
  /^\/endpoints\/([^/]+)\/(invocations|async-invocations|invocations-response-stream)$/;

/** Bytes and virtual seconds. */
const SYNC_BODY = 6_291_456;
const SYNC_SECONDS = 60;

/** Resolves with 200 and the container's body. Throws Refusal. */
export async function invoke(world: Account, name: string, request: Request): Promise<Response> {
  const { outcome, headers } = await callOnLine(world, name, request, 'InvokeEndpoint', SYNC_SECONDS);
  if (outcome.end === 'killed') throw new Refusal('ServiceUnavailable', 503, 'The instance went away.');
  if (outcome.end === 'timedOut') throw modelError(0, TIMED_OUT);
  const { status, body, contentType } = outcome.reply;
  if (status >= 300) throw modelError(status, readFailure(body));
  return respond(200, body, { ...headers, 'content-type': contentType });
}

/** Waits for the container up to the limit of the connection. Throws Refusal. */
export async function callOnLine(
  world: Account,
  name: string,
  request: Request,
  operation: string,
  patienceSeconds: number,
): Promise<{ outcome: Outcome; headers: Record<string, string> }> {
  const endpoint = servingEndpoint(world, name);
  if (endpoint.config.async) {
    throw invalid(`Endpoint ${name} is asynchronous: it takes InvokeEndpointAsync only.`);
  }
  const counter = counterOf(world, endpoint, request);
  if (request.body.length > SYNC_BODY) {
    throw modelError(413, 'The request body is larger than 6291456 bytes.');
  }
  const record = receive(world, counter, request, 'sync', request.body);
  const plan = planWith(world, counter, operation, () => request.body);
  const variant = endpoint.variants[0]?.config.VariantName ?? '';
  const outcome = await new Promise<Outcome>((resolve) => {
    let cut = false;
    // The caller gets the timeout. The container does not know, and works on.
    const ended = (end: Outcome): void => {
      if (!cut || end.end === 'killed') resolve(end);
    };
    world.jobs.run(counter.crew, { record, plan, limitSeconds: Infinity, ended });
    cut = record.computeSeconds > patienceSeconds;
    if (cut) world.clock.after(patienceSeconds, () => resolve({ end: 'timedOut' }));
  });
  return { outcome, headers: { 'x-amzn-invoked-production-variant': variant } };
}

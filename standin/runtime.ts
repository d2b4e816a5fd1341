/** The data plane: invocations that are answered on the line, and invocations whose result goes to S3. */
import { createHash, randomUUID } from 'node:crypto';
import { refusal, type Plan } from './containers/container.js';
import type { Outcome, Work } from './jobs.js';
import type { Invocation } from './ledger.js';
import { modelError, modelErrorText, readFailure, TIMED_OUT } from './model-error.js';
import { parseS3Uri } from './objects.js';
import { ACCOUNT, REGION, type Endpoint } from './state.js';
import { Refusal, respond, type Request, type Response } from './wire.js';
import type { World } from './world.js';

export const runtimePath =
  /^\/endpoints\/([^/]+)\/(invocations|async-invocations|invocations-response-stream)$/;

/** Bytes and virtual seconds. */
const SYNC_BODY = 6_291_456;
const SYNC_SECONDS = 60;
const INLINE_BODY = 128_000;
const ASYNC_SECONDS = { default: 900, least: 1, most: 3600 };
const TTL_SECONDS = { default: 21_600, least: 60, most: 21_600 };

/** Resolves with 200 and the container's body. Throws Refusal. */
export async function invoke(world: World, name: string, request: Request): Promise<Response> {
  const endpoint = servingEndpoint(world, name);
  if (endpoint.config.async)
    throw invalid(`Endpoint ${name} is asynchronous: it takes InvokeEndpointAsync only.`);
  if (request.body.length > SYNC_BODY)
    throw modelError(413, 'The request body is larger than 6291456 bytes.');
  const record = receive(
    world,
    endpoint,
    request,
    'sync',
    request.header('x-amzn-sagemaker-inference-id'),
    request.body,
  );
  const plan = planWith(world, endpoint, 'InvokeEndpoint', () => request.body);
  const outcome = await new Promise<Outcome>((resolve) => {
    let cut = false;
    // The caller hears of the cut; the container does not, and works on.
    const ended = (end: Outcome): void => {
      if (!cut || end.end === 'killed') resolve(end);
    };
    world.jobs.run(endpoint, { record, plan, limitSeconds: Infinity, ended });
    cut = record.computeSeconds > SYNC_SECONDS;
    if (cut) world.clock.after(SYNC_SECONDS, () => resolve({ end: 'timedOut' }));
  });
  if (outcome.end === 'killed') throw new Refusal('ServiceUnavailable', 503, 'The instance went away.');
  if (outcome.end === 'timedOut') throw modelError(0, TIMED_OUT);
  const { status, body, contentType } = outcome.reply;
  if (status >= 300) throw modelError(status, readFailure(body));
  const variant = endpoint.variants[0]?.config.VariantName ?? '';
  return respond(200, body, { 'content-type': contentType, 'x-amzn-invoked-production-variant': variant });
}

/** Answers 202 and the places where a result will appear. Throws Refusal. */
export function invokeAsync(world: World, name: string, request: Request): Response {
  const endpoint = servingEndpoint(world, name);
  const config = endpoint.config.async;
  if (!config) throw invalid(`Endpoint ${name} is not asynchronous: it takes InvokeEndpoint only.`);
  const header = (rest: string): string | undefined => request.header(`x-amzn-sagemaker-${rest}`);
  const input = readInput(world, request.body, header('inputlocation'));
  const limitSeconds = secondsOf(
    'InvocationTimeoutSeconds',
    header('invocationtimeoutseconds'),
    ASYNC_SECONDS,
  );
  const ttlSeconds = secondsOf('RequestTTLSeconds', header('requestttlseconds'), TTL_SECONDS);

  const id = header('inference-id') ?? randomUUID();
  const file = header('filename') ?? `${id}.out`;
  const folder = (path: string): string =>
    [path.replace(/\/$/, ''), header('s3outputpathextension')].filter(Boolean).join('/');
  const { S3OutputPath = `s3://sagemaker-${REGION}-${ACCOUNT}/${name}`, S3FailurePath } = config.OutputConfig;
  const outputLocation = `${folder(S3OutputPath)}/${file}`;
  const failureLocation =
    S3FailurePath && `${folder(S3FailurePath)}/${file.replace(/\.[^.]*$/, '')}-error.out`;

  const record = receive(world, endpoint, request, 'async', id, input() ?? Buffer.alloc(0));
  record.outputLocation = outputLocation;
  const work: Work = {
    record,
    limitSeconds,
    plan: planWith(world, endpoint, 'InvokeEndpointAsync', input),
    ended: (outcome) => deliver(world, outcome, outputLocation, failureLocation),
  };
  world.jobs.queue(endpoint, work, ttlSeconds);
  return respond(202, JSON.stringify({ InferenceId: id }), {
    'content-type': 'application/json',
    'x-amzn-sagemaker-outputlocation': outputLocation,
    ...(failureLocation && { 'x-amzn-sagemaker-failurelocation': failureLocation }),
  });
}

/** Killed work leaves nothing behind: the harshest reading of what AWS leaves open. */
function deliver(world: World, outcome: Outcome, output: string, failure: string | undefined): void {
  if (outcome.end === 'killed') return;
  const reply = outcome.end === 'answered' ? outcome.reply : undefined;
  if (reply && reply.status < 300) return put(world, output, reply.body, reply.contentType);
  if (failure === undefined) return;
  const text = reply ? modelErrorText(reply.status, readFailure(reply.body)) : modelErrorText(0, TIMED_OUT);
  put(world, failure, Buffer.from(text), 'text/plain');
}

function put({ objects }: World, uri: string, body: Buffer, contentType: string): void {
  const place = parseS3Uri(uri);
  if (place) objects.put(place.bucket, place.key, body, contentType);
}

function servingEndpoint({ state }: World, name: string): Endpoint {
  const endpoint = state.endpoints.get(name.toLowerCase());
  const serves =
    endpoint?.name === name && (endpoint.status === 'InService' || endpoint.status === 'Updating');
  if (!serves) throw invalid(`Endpoint ${name} of account ${ACCOUNT} not found.`);
  return endpoint;
}

/** The way to the body: it is in the request, or in S3 by the time it is needed. */
function readInput({ objects }: World, body: Buffer, location: string | undefined): () => Buffer | undefined {
  if ((location === undefined) === (body.length === 0)) {
    throw invalid('Provide exactly one of Body and InputLocation.');
  }
  if (location === undefined) {
    if (body.length > INLINE_BODY)
      throw invalid(`Body is ${body.length} bytes; at most ${INLINE_BODY} may be inline.`);
    return () => body;
  }
  const place = parseS3Uri(location);
  if (!place) throw invalid(`InputLocation must be an s3:// address of an object; it was ${location}.`);
  return () => objects.get(place.bucket, place.key)?.body;
}

/** What the container will do; a `modelError` on order takes the container's time and fails. */
function planWith(
  world: World,
  endpoint: Endpoint,
  operation: string,
  input: () => Buffer | undefined,
): () => Plan {
  const fault = world.faults.take(['modelError'], operation, endpoint.name);
  return () => {
    const variant = endpoint.variants[0];
    const body = input();
    if (!body) return refusal(400, 'There is no object at InputLocation.');
    if (!variant) return refusal(500, 'The endpoint has no variant.');
    const plan = variant.container.plan(body, variant.environment);
    return fault
      ? { ...refusal(fault.status ?? 500, 'a fault on order'), computeSeconds: plan.computeSeconds }
      : plan;
  };
}

function receive(
  { clock, book }: World,
  endpoint: Endpoint,
  request: Request,
  kind: Invocation['kind'],
  id: string = randomUUID(),
  body: Buffer,
): Invocation {
  const attempt = /attempt=(\d+)/.exec(request.header('amz-sdk-request') ?? '')?.[1];
  const record: Invocation = {
    id,
    endpointName: endpoint.name,
    kind,
    receivedAt: clock.now(),
    startedAt: null,
    finishedAt: null,
    receivedMs: Date.now(),
    finishedMs: null,
    status: 'queued',
    computeSeconds: 0,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    sdkInvocationId: request.header('amz-sdk-invocation-id') ?? null,
    sdkAttempt: attempt === undefined ? null : Number(attempt),
    outputLocation: null,
  };
  book.invocations.push(record);
  return record;
}

function secondsOf(
  name: string,
  given: string | undefined,
  { default: usual, least, most }: { default: number; least: number; most: number },
): number {
  const seconds = given === undefined ? usual : Number(given);
  if (!Number.isInteger(seconds) || seconds < least || seconds > most) {
    throw invalid(`${name} must be a whole number from ${least} to ${most}.`);
  }
  return seconds;
}

function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message);
}

/** Invocations whose result goes to S3. */
import { modelErrorText, readFailure, TIMED_OUT } from './model-error.js';
import type { Outcome, Work } from '../fleet/work.js';
import { parseS3Uri } from '../s3/objects.js';
import { ACCOUNT, REGION } from '../state.js';
import { respond, type Request, type Response } from '../wire.js';
import type { Account } from '../account.js';
import { counterOf, invalid, planWith, receive, servingEndpoint } from './admission.js';

/** Bytes and virtual seconds. */
const INLINE_BODY = 128_000;
const ASYNC_SECONDS = { default: 900, least: 1, most: 3600 };
const TTL_SECONDS = { default: 21_600, least: 60, most: 21_600 };

/** Answers 202 and the locations where a result will appear. Throws Refusal. */
export function invokeAsync(world: Account, name: string, request: Request): Response {
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

  const counter = counterOf(world, endpoint, request);
  const record = receive(world, counter, request, 'async', input() ?? Buffer.alloc(0));
  const { id } = record;
  const file = header('filename') ?? `${id}.out`;
  const folder = (path: string): string =>
    [path.replace(/\/$/, ''), header('s3outputpathextension')].filter(Boolean).join('/');
  const { S3OutputPath = `s3://sagemaker-${REGION}-${ACCOUNT}/${name}`, S3FailurePath } = config.OutputConfig;
  const outputLocation = `${folder(S3OutputPath)}/${file}`;
  const failureLocation =
    S3FailurePath && `${folder(S3FailurePath)}/${file.replace(/\.[^.]*$/, '')}-error.out`;

  record.outputLocation = outputLocation;
  const work: Work = {
    record,
    limitSeconds,
    plan: planWith(world, counter, 'InvokeEndpointAsync', input),
    ended: (outcome) => deliver(world, outcome, outputLocation, failureLocation),
  };
  world.jobs.queue(endpoint, work, ttlSeconds);
  return respond(202, JSON.stringify({ InferenceId: id }), {
    'content-type': 'application/json',
    'x-amzn-sagemaker-outputlocation': outputLocation,
    ...(failureLocation && { 'x-amzn-sagemaker-failurelocation': failureLocation }),
  });
}

/** Killed work leaves no result: the strictest reading of what AWS does not document. */
function deliver(world: Account, outcome: Outcome, output: string, failure: string | undefined): void {
  if (outcome.end === 'killed') return;
  const reply = outcome.end === 'answered' ? outcome.reply : undefined;
  if (reply && reply.status < 300) return put(world, output, reply.body, reply.contentType);
  if (failure === undefined) return;
  const text = reply ? modelErrorText(reply.status, readFailure(reply.body)) : modelErrorText(0, TIMED_OUT);
  put(world, failure, Buffer.from(text), 'text/plain');
}

function put({ objects }: Account, uri: string, body: Buffer, contentType: string): void {
  const place = parseS3Uri(uri);
  if (place) objects.put(place.bucket, place.key, body, contentType);
}

/** Reads the body: from the request, or from S3 when it is needed. */
function readInput(
  { objects }: Account,
  body: Buffer,
  location: string | undefined,
): () => Buffer | undefined {
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

/** Invocations with a streamed answer. */
import { modelError, readFailure, TIMED_OUT } from './model-error.js';
import { respond, type Request, type Response } from '../wire.js';
import type { Account } from '../account.js';
import { frame } from './frames.js';
import { callOnLine } from './invoke.js';

/** Bytes and virtual seconds. */
const PART = 64 * 1024;
const STREAM_SECONDS = 480;

/** Resolves with 200 and a stream of parts, which may end in an exception. Throws Refusal. */
export async function invokeForStream(world: Account, name: string, request: Request): Promise<Response> {
  const operation = 'InvokeEndpointWithResponseStream';
  const broken = world.faults.take(['streamBroken'], operation, name);
  const { outcome, headers } = await callOnLine(world, name, request, operation, STREAM_SECONDS);
  const reply = outcome.end === 'answered' ? outcome.reply : undefined;
  if (reply && reply.status >= 300) throw modelError(reply.status, readFailure(reply.body));
  const parts = reply ? partsOf(reply.body) : [];
  const frames = parts.map((part) =>
    frame(
      {
        ':message-type': 'event',
        ':event-type': 'PayloadPart',
        ':content-type': 'application/octet-stream',
      },
      part,
    ),
  );
  if (broken) frames.splice(frames.length >> 1);
  if (outcome.end === 'timedOut') frames.push(failure('ModelInvocationTimeExceeded', TIMED_OUT));
  else if (!reply || broken) frames.push(failure('StreamBroken', 'The connection to the container broke.'));
  return respond(200, Buffer.concat(frames), {
    ...headers,
    'content-type': 'application/vnd.amazon.eventstream',
    ...(reply && { 'x-amzn-sagemaker-content-type': reply.contentType }),
  });
}

function partsOf(body: Buffer): Buffer[] {
  const count = Math.ceil(body.length / PART);
  return Array.from({ length: count }, (_, index) => body.subarray(index * PART, (index + 1) * PART));
}

function failure(code: string, message: string): Buffer {
  return frame(
    {
      ':message-type': 'exception',
      ':exception-type': 'ModelStreamError',
      ':content-type': 'application/json',
    },
    Buffer.from(JSON.stringify({ Message: message, ErrorCode: code })),
  );
}

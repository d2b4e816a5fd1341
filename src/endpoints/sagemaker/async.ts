/** Asynchronous SageMaker endpoints: a request is accepted at once and answered in S3, so another worker can adopt it. */
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand } from '@aws-sdk/client-sagemaker-runtime';
import { InvocationError, type ErrorClass } from '../../core/errors.js';
import type { ModelConfig } from '../../core/models/model.js';
import { readAnswer } from '../answer.js';
import type { Aws } from './aws.js';
import { within } from '../call-deadline.js';
import { decoded, tooLarge } from '../decode.js';
import type { Answer, Call, Driver, Locations } from '../driver.js';
import { failureFault } from '../provider-errors.js';
import { inferenceId, resultFile, resultLocations } from './names.js';
import { awsFault, readSdkError } from '../sdk-errors.js';

const INLINE_BYTES = 128_000;
const FIRST_POLL_MS = 50;
/** Faults of S3, not of the model: its answer may still come. */
const TEMPORARY = new Set<ErrorClass>(['transient', 'throttled', 'not_ready']);
const TTL_SECONDS = { least: 60, most: 21_600 };
const RUN_SECONDS = { least: 1, most: 3_600 };

export function asyncDriver(
  { runtime, s3 }: Aws,
  nameOf: (model: ModelConfig) => string,
  { bucket, pollMs, answerBytes }: { bucket: string; pollMs: number; answerBytes: number },
): Driver {
  const locate = (model: ModelConfig, invocationId: string) =>
    resultLocations(bucket, nameOf(model), invocationId);

  async function accept(call: Call, endpoint: string, abortSignal: AbortSignal): Promise<Locations> {
    const id = inferenceId(call.invocationId);
    try {
      const answered = await runtime.send(
        new InvokeEndpointAsyncCommand({
          EndpointName: endpoint,
          ContentType: 'application/json',
          Accept: 'application/json',
          InferenceId: id,
          Filename: resultFile(call.invocationId),
          // A request that has not started or finished by the deadline must not run on.
          RequestTTLSeconds: seconds(call.timeoutMs, TTL_SECONDS),
          InvocationTimeoutSeconds: seconds(call.timeoutMs, RUN_SECONDS),
          ...(await input(call.body, `${endpoint}/input/${id}.json`, endpoint, abortSignal)),
        }),
        { abortSignal },
      );
      const planned = locate(call.model, call.invocationId);
      return {
        outputLocation: answered.OutputLocation ?? planned.outputLocation,
        failureLocation: answered.FailureLocation ?? planned.failureLocation,
      };
    } catch (error) {
      throw awsFault(error, endpoint);
    }
  }

  async function input(body: Uint8Array, key: string, endpoint: string, abortSignal: AbortSignal) {
    if (body.length <= INLINE_BYTES) return { Body: body };
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: 'application/json',
    });
    await s3.send(put, { abortSignal }).catch((error: unknown) => {
      const fault = awsFault(error, endpoint);
      if (!TEMPORARY.has(fault.errorClass)) throw fault;
      throw new InvocationError(
        'not_ready',
        'input_not_stored',
        `The input could not be written to bucket ${bucket}, so nothing was sent: ${fault.message}`,
      );
    });
    return { InputLocation: `s3://${bucket}/${key}` };
  }

  async function awaitResult(at: Locations, endpoint: string, signal: AbortSignal): Promise<Answer> {
    for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 2, pollMs)) {
      const output = await fetch(at.outputLocation, endpoint, signal);
      if (output) return readAnswer(await decoded(output, { most: answerBytes, endpoint }), endpoint);
      const failure = await fetch(at.failureLocation, endpoint, signal);
      if (failure) throw failureFault(new TextDecoder().decode(failure), endpoint);
      await pause(waitMs, undefined, { signal });
    }
  }

  /** Null if the object does not exist yet, or S3 fails for now: the model goes on working, so polling goes on too. */
  async function fetch(location: string | null, endpoint: string, abortSignal: AbortSignal) {
    if (!location) return null;
    try {
      const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand(place(location)), {
        abortSignal,
      });
      if (ContentLength > answerBytes) throw tooLarge(endpoint, answerBytes);
      return (await Body?.transformToByteArray()) ?? null;
    } catch (error) {
      if (isAbsent(error)) return null;
      const fault = awsFault(error, endpoint);
      if (TEMPORARY.has(fault.errorClass)) return null;
      throw fault;
    }
  }

  return {
    // SageMaker cannot stop a request that it has accepted.
    plan: (model, invocationId, timeoutMs) => ({
      ...locate(model, invocationId),
      cancellable: false,
      // It may wait in the provider's queue up to the first limit, and then run up to the second.
      lingerMs: 1_000 * (seconds(timeoutMs, TTL_SECONDS) + seconds(timeoutMs, RUN_SECONDS)),
      address: null,
    }),
    invoke(call) {
      const endpoint = nameOf(call.model);
      return within(call, endpoint, async (signal) => {
        if (call.adopt) return awaitResult(locate(call.model, call.invocationId), endpoint, signal);
        const locations = await accept(call, endpoint, signal);
        await call.onAccepted();
        return awaitResult(locations, endpoint, signal);
      });
    },
  };
}

const seconds = (ms: number, { least, most }: { least: number; most: number }): number =>
  Math.min(Math.max(Math.ceil(ms / 1000), least), most);

/** By the status, since a truncated 404 has no name. */
function isAbsent(error: unknown): boolean {
  const { name, status } = readSdkError(error);
  return status === 404 && name !== 'NoSuchBucket';
}

/** Parses `s3://bucket/key`. */
function place(location: string): { Bucket: string; Key: string } {
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
  return { Bucket, Key };
}

/** Each kind of fault, as a client meets it. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOON, startHarness, type Harness } from './testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('instant');
  await harness.create('live', { environment: { MODEL_NAME: 'echo' } });
  await harness.create('batch', { places: 1 });
  await harness.untilInService('live');
  await harness.untilInService('batch');
});
afterEach(() => harness.stop());

const invoke = (abortSignal?: AbortSignal) =>
  harness.runtime.send(
    new InvokeEndpointCommand({ EndpointName: 'live', Body: Buffer.from('"a longer text"') }),
    {
      ...(abortSignal && { abortSignal }),
    },
  );
const works = async () => expect((await invoke()).$metadata.httpStatusCode).toBe(200);
const invocations = () => harness.standIn.ledger().invocations;

test('throttle', async () => {
  await harness.break({ kind: 'throttle', times: 2 });
  for (const _ of [1, 2]) await expect(invoke()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await works();
  expect(invocations()).toHaveLength(1);
});

test.each([
  [500, 'InternalFailure'],
  [503, 'ServiceUnavailable'],
  [530, 'InternalDependencyException'],
])('error %i', async (status, name) => {
  await harness.break({ kind: 'error', status, operation: 'InvokeEndpoint' });
  await expect(invoke()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  await works();
});

test('reset: the answer is lost although the work was done', async () => {
  await harness.break({ kind: 'reset' });
  await expect(invoke()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(invocations()).toMatchObject([{ status: 'succeeded' }]);
  expect(harness.standIn.ledger().calls.at(-1)).toMatchObject({ operation: 'InvokeEndpoint', status: 0 });
});

test('reset before anything happened', async () => {
  await harness.break({ kind: 'reset', when: 'before' });
  await expect(invoke()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(invocations()).toEqual([]);
});

test('hang: only the client can end it', async () => {
  await harness.break({ kind: 'hang' });
  await expect(invoke(AbortSignal.timeout(200))).rejects.toMatchObject({ name: 'AbortError' });
  await works();
});

test('truncate: the body is shorter than promised', async () => {
  await harness.break({ kind: 'truncate' });
  await expect(invoke()).rejects.toMatchObject({ code: 'ECONNRESET' });
  await works();
});

test('modelError in a synchronous answer, and in S3', async () => {
  await harness.break({ kind: 'modelError', status: 503, endpointName: 'live' });
  await harness.break({ kind: 'modelError', endpointName: 'batch' });
  await expect(invoke()).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 503 });
  const sent = await harness.runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName: 'batch', Body: Buffer.from('{}'), Filename: 'a.json' }),
  );
  expect(sent.FailureLocation).toBe('s3://results/failed/a-error.out');
  const failure = new GetObjectCommand({ Bucket: 'results', Key: 'failed/a-error.out' });
  await expect
    .poll(
      () =>
        harness.s3
          .send(failure)
          .then(({ Body }) => Body?.transformToString())
          .catch(() => ''),
      SOON,
    )
    .toContain('Received server error (500)');
});

test('faults on S3, a wrong order, clearing and resetting', async () => {
  await harness.break({ kind: 'throttle', operation: 'PutObject' });
  const put = new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' });
  await expect(harness.s3.send(put)).rejects.toMatchObject({ name: 'SlowDown' });
  const standin = (method: string, path: string, body?: string) =>
    fetch(`${harness.standIn.url}/__standin/${path}`, { method, ...(body !== undefined && { body }) });
  expect((await standin('POST', 'faults', '{"kind":"fire"}')).status).toBe(400);
  await harness.break({ kind: 'error', times: 5 });
  expect((await standin('DELETE', 'faults')).status).toBe(204);
  await works();
  expect(await (await standin('GET', 'health')).json()).toMatchObject({ status: 'ok', speed: 'instant' });
  expect(await (await standin('GET', 'ledger')).json()).toMatchObject({ invocations: [{ kind: 'sync' }] });
  expect((await standin('POST', 'reset')).status).toBe(204);
  expect(harness.standIn.ledger()).toMatchObject({ calls: [], endpoints: [], invocations: [] });
});

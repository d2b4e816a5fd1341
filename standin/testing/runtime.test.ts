/** Invocations through the real SDK: synchronous, through S3, in the queue, and in the ledger. */
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteEndpointCommand, UpdateEndpointWeightsAndCapacitiesCommand } from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  type InvokeEndpointAsyncCommandInput,
} from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, expect, test } from 'vitest';
import { SOON, startHarness, VARIANT, type Harness, type EndpointWish } from './harness.js';
import type { Speed } from '../clock.js';

let harness: Harness;
afterEach(() => harness.stop());

async function serving(speed: Speed, wish: EndpointWish): Promise<void> {
  harness = await startHarness(speed);
  await harness.create('fold', wish);
  await harness.untilInService('fold');
}
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const invoke = (body: unknown) =>
  harness.runtime.send(new InvokeEndpointCommand({ EndpointName: 'fold', Body: json(body) }));
const invokeAsync = (input: Partial<InvokeEndpointAsyncCommandInput>) =>
  harness.runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: 'fold', ...input }));
const scale = (count: number) =>
  harness.control.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: 'fold',
      DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: count }],
    }),
  );
const invocations = () => harness.standIn.ledger().invocations;

async function read(uri: string | undefined): Promise<string> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? [];
  const object = await harness.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await object.Body?.transformToString()) ?? '';
}
/** Reads an object as soon as it exists. */
async function result(uri: string | undefined): Promise<string> {
  return expect
    .poll(() => read(uri).catch(() => undefined), SOON)
    .toBeDefined()
    .then(() => read(uri));
}

test('a real-time endpoint answers on the connection, and the ledger shows the cost', async () => {
  await serving('instant', { environment: { ECHO_SECONDS: '7.5' } });
  const answer = await invoke({ hello: 'world' });
  expect(answer.InvokedProductionVariant).toBe(VARIANT);
  expect(answer.ContentType).toBe('application/json');
  const body = JSON.parse(answer.Body.transformToString()) as { usage: { computeSeconds: number } };
  expect(body).toEqual({ echo: { hello: 'world' }, usage: { computeSeconds: 7.5, synthetic: true } });
  expect(invocations()).toMatchObject([
    {
      endpointName: 'fold',
      kind: 'sync',
      status: 'succeeded',
      computeSeconds: body.usage.computeSeconds,
      bodySha256: createHash('sha256')
        .update(json({ hello: 'world' }))
        .digest('hex'),
      sdkAttempt: 1,
      sdkInvocationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      outputLocation: null,
    },
  ]);
  expect(harness.standIn.ledger().calls.at(-1)).toMatchObject({
    operation: 'InvokeEndpoint',
    target: 'fold',
    status: 200,
  });
});

test('a container that fails is a ModelError with its own status', async () => {
  await serving('instant', {});
  for (const status of [400, 500]) {
    await expect(invoke({ fail: status })).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: status,
      $metadata: { httpStatusCode: 424 },
    });
  }
  expect(invocations().map(({ status }) => status)).toEqual(['failed', 'failed']);
});

test.each<Speed>([1000, 'instant'])(
  'at speed %s the connection is cut after sixty seconds',
  async (speed) => {
    await serving(speed, { environment: { ECHO_SECONDS: '800' } });
    await expect(invoke({})).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 0 });
    if (speed !== 'instant') expect(invocations()[0]?.status).toBe('running');
    await expect.poll(() => invocations()[0]?.status, SOON).toBe('succeeded');
  },
);

test('absent and unready endpoints, and the wrong kind of call, are refused', async () => {
  await serving('instant', { places: 1 });
  await expect(invoke({})).rejects.toMatchObject({
    name: 'ValidationError',
    $metadata: { httpStatusCode: 400 },
  });
  await harness.create('live');
  await harness.untilInService('live');
  const live = { EndpointName: 'live', Body: json({}) };
  await expect(harness.runtime.send(new InvokeEndpointAsyncCommand(live))).rejects.toMatchObject({
    name: 'ValidationError',
  });
  await expect(
    harness.runtime.send(new InvokeEndpointCommand({ ...live, EndpointName: 'none' })),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Endpoint none of account 000000000000 not found.',
  });
  await expect(invokeAsync({})).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(invokeAsync({ Body: json({}), InputLocation: 's3://a/b' })).rejects.toMatchObject({
    name: 'ValidationError',
  });
  await expect(invokeAsync({ Body: Buffer.alloc(128_001) })).rejects.toMatchObject({
    name: 'ValidationError',
  });
  expect(invocations()).toEqual([]);
});

test('an asynchronous result appears at the announced location', async () => {
  await serving('instant', { places: 1, environment: { ECHO_SECONDS: '2' } });
  const named = await invokeAsync({
    Body: json({ n: 1 }),
    S3OutputPathExtension: 'run/1',
    Filename: 'a1.json',
  });
  expect(named.$metadata.httpStatusCode).toBe(202);
  expect(named.OutputLocation).toBe('s3://results/out/run/1/a1.json');
  expect(named.FailureLocation).toBe('s3://results/failed/run/1/a1-error.out');
  expect(JSON.parse(await result(named.OutputLocation))).toEqual({
    echo: { n: 1 },
    usage: { computeSeconds: 2, synthetic: true },
  });

  await harness.s3.send(new PutObjectCommand({ Bucket: 'inputs', Key: 'x.json', Body: json({ n: 2 }) }));
  const stored = await invokeAsync({ InputLocation: 's3://inputs/x.json', InferenceId: 'mine' });
  expect(stored).toMatchObject({ InferenceId: 'mine', OutputLocation: 's3://results/out/mine.out' });
  expect(JSON.parse(await result(stored.OutputLocation))).toMatchObject({ echo: { n: 2 } });

  const failed = await invokeAsync({ Body: json({ fail: 400 }) });
  expect(await result(failed.FailureLocation)).toContain('Received client error (400) from primary');
  expect(invocations()).toMatchObject([
    { kind: 'async', status: 'succeeded', computeSeconds: 2, outputLocation: named.OutputLocation },
    { id: 'mine', status: 'succeeded' },
    { status: 'failed' },
  ]);
});

test('work waits at zero instances and runs after the scale-out, as many concurrently as there are places', async () => {
  await serving(200, { places: 2, environment: { ECHO_SECONDS: '20' } });
  await scale(0);
  await harness.untilInService('fold');
  const sent = await Promise.all([1, 2, 3].map((n) => invokeAsync({ Body: json({ n }) })));
  expect(invocations().map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
  await scale(1);
  for (const { OutputLocation } of sent) await result(OutputLocation);
  const [first, second, third] = invocations();
  expect(second?.startedAt).toBeLessThan(first?.finishedAt ?? 0);
  expect(third?.startedAt).toBeGreaterThanOrEqual(first?.finishedAt ?? Infinity);
  expect((first?.startedAt ?? 0) - (first?.receivedAt ?? 0)).toBeGreaterThan(29);
});

test('work that takes too long fails, and work that waits too long is dropped', async () => {
  await serving(2000, { places: 1, environment: { ECHO_SECONDS: '2000' } });
  const cut = await invokeAsync({ Body: json({}), InvocationTimeoutSeconds: 1000 });
  await invokeAsync({ Body: json({}), RequestTTLSeconds: 60 });
  expect(await result(cut.FailureLocation)).toContain('timed out');
  await expect.poll(() => invocations().map(({ status }) => status), SOON).toEqual(['failed', 'killed']);
  // A thousand seconds of a machine that is two thousand times as fast.
  expect(invocations()[0]?.computeSeconds).toBe(0.5);
});

test('work ends with its instance and leaves no result', async () => {
  await serving(200, { places: 1, environment: { ECHO_SECONDS: '800' } });
  await invokeAsync({ Body: json({}), Filename: 'lost.json' });
  await harness.control.send(new DeleteEndpointCommand({ EndpointName: 'fold' }));
  await expect.poll(() => invocations()[0]?.status, SOON).toBe('killed');
  const lost = { Bucket: 'results', Key: 'out/lost.json' };
  await expect(harness.s3.send(new HeadObjectCommand(lost))).rejects.toMatchObject({ name: 'NotFound' });
  expect(harness.standIn.ledger().endpoints[0]?.spans.at(-1)?.to).not.toBeNull();
});

test('the same call twice is two invocations: nothing is deduplicated', async () => {
  await serving('instant', { places: 4 });
  const twice = { Body: json({}), InferenceId: 'same', Filename: 'same.json' };
  await invokeAsync(twice);
  await invokeAsync(twice);
  expect(invocations().map(({ id }) => id)).toEqual(['same', 'same']);
});

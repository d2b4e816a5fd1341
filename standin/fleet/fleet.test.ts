/** Failures of fleets, and the fate of work on instances that are removed. */
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  ListEndpointsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHarness, VARIANT, type Harness } from '../testing/harness.js';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint';
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual');
});
afterEach(() => harness.stop());

const takes = (seconds: number) => ({ ECHO_SECONDS: String(seconds), STANDIN_WARMUP_SECONDS: '10' });
const scale = (name: string, count: number) =>
  harness.control.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: name,
      DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: count }],
    }),
  );
const update = (name: string, config: string) =>
  harness.control.send(new UpdateEndpointCommand({ EndpointName: name, EndpointConfigName: config }));
const remove = (name: string) => harness.control.send(new DeleteEndpointCommand({ EndpointName: name }));
const send = (InferenceId: string) =>
  harness.runtime.send(
    new InvokeEndpointAsyncCommand({ EndpointName: 'fold', Body: Buffer.from('{}'), InferenceId }),
  );
const work = () => harness.standIn.ledger().invocations.map(({ id, status }) => [id, status]);
const spans = (name: string) =>
  harness.standIn
    .ledger()
    .endpoints.find(({ endpointName }) => endpointName === name)
    ?.spans.map(({ from, to, instances }) => [from, to, instances]);

test('work on a removed instance may end within thirty seconds; new work goes elsewhere', async () => {
  await harness.create('fold', { places: 1, instances: 2, environment: takes(25) });
  await harness.standIn.advance(10);
  await send('kept');
  await send('ends in time');
  await harness.standIn.advance(1);
  await scale('fold', 1);
  await send('waits');
  await harness.standIn.advance(23);
  expect(work()).toEqual([
    ['kept', 'running'],
    ['ends in time', 'running'],
    ['waits', 'queued'],
  ]);
  await harness.standIn.advance(1);
  expect(work()).toEqual([
    ['kept', 'succeeded'],
    ['ends in time', 'succeeded'],
    ['waits', 'running'],
  ]);
  expect((await harness.describe('fold')).EndpointStatus).toBe('InService');
  expect(spans('fold')).toEqual([
    [0, 35, 2],
    [35, null, 1],
  ]);
});

test.each([
  ['scaled in', () => scale('fold', 0)],
  ['deleted', () => remove('fold')],
])('work that does not end in time dies with its instance when the endpoint is %s', async (_, go) => {
  await harness.create('fold', { places: 1, environment: takes(100) });
  await harness.standIn.advance(10);
  await send('lost');
  await go();
  await harness.standIn.advance(29);
  expect(work()).toEqual([['lost', 'running']]);
  await harness.standIn.advance(1);
  expect(work()).toEqual([['lost', 'killed']]);
  expect(spans('fold')).toEqual([[0, 40, 1]]);
  await expect(
    harness.s3.send(new HeadObjectCommand({ Bucket: 'results', Key: 'out/lost.out' })),
  ).rejects.toMatchObject({ name: 'NotFound' });
});

test('a replaced fleet has the same thirty seconds, and is billed for them', async () => {
  await harness.create('fold', { places: 1, environment: takes(1000) });
  await harness.create('next', { places: 1, environment: takes(5) });
  await harness.standIn.advance(10);
  await send('old');
  await update('fold', 'next');
  await harness.standIn.advance(10);
  await send('new');
  await harness.standIn.advance(5);
  expect(work()).toEqual([
    ['old', 'running'],
    ['new', 'succeeded'],
  ]);
  expect((await harness.describe('fold')).EndpointStatus).toBe('Updating');
  await harness.standIn.advance(25);
  expect(work()[0]).toEqual(['old', 'killed']);
  expect(await harness.describe('fold')).toMatchObject({
    EndpointStatus: 'InService',
    EndpointConfigName: 'next',
  });
  expect(spans('fold')).toEqual([
    [0, 10, 1],
    [10, 50, 2],
    [50, null, 1],
  ]);
});

test('quotas are counted over the account', async () => {
  await harness.set({ quotas: { 'ml.g5.12xlarge': 2 } });
  await harness.create('fold', { places: 1, environment: takes(1) });
  await harness.standIn.advance(10);
  const over = (used: number, more: number) =>
    expect.objectContaining({
      name: 'ResourceLimitExceeded',
      message:
        `The account-level service limit 'ml.g5.12xlarge for endpoint usage' is 2 Instances, with current utilization ` +
        `of ${used} Instances and a request delta of ${more} Instances. Please use AWS Service Quotas to request an ` +
        'increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase ' +
        'for this quota.',
    });
  await expect(scale('fold', 3)).rejects.toEqual(over(1, 2));
  await scale('fold', 2);
  await harness.standIn.advance(10);
  await expect(update('fold', 'fold')).rejects.toEqual(over(2, 1));
  await expect(harness.create('other')).rejects.toEqual(over(2, 1));
  await scale('fold', 0);
  await harness.standIn.advance(5);
  await harness.control.send(
    new CreateEndpointCommand({ EndpointName: 'other', EndpointConfigName: 'other' }),
  );
  expect(spans('other')).toEqual([[15 + 10, null, 1]]);
});

test('a container that never answers a ping fails a new endpoint, and rolls an old one back', async () => {
  const sick = { STANDIN_UNHEALTHY_SECONDS: '1440' };
  const reason =
    'The primary container for production variant AllTraffic did not pass the ping health check. ' +
    'Please check CloudWatch logs for this endpoint.';
  await harness.create('sick', { environment: sick });
  await harness.create('fold', { environment: takes(1) });
  await harness.standIn.advance(10);
  await update('fold', 'sick');
  await harness.standIn.advance(1429);
  expect((await harness.describe('sick')).EndpointStatus).toBe('Creating');
  await harness.standIn.advance(1);
  expect(await harness.describe('sick')).toMatchObject({ EndpointStatus: 'Failed', FailureReason: reason });
  expect(spans('sick')).toEqual([[0, 1440, 1]]);
  await harness.standIn.advance(10);
  expect((await harness.describe('fold')).EndpointStatus).toBe('RollingBack');
  await harness.standIn.advance(5);
  expect(await harness.describe('fold')).toMatchObject({
    EndpointStatus: 'InService',
    FailureReason: reason,
    EndpointConfigName: 'fold',
  });
});

test('an endpoint under maintenance serves, and cannot be changed', async () => {
  await harness.create('fold', { environment: takes(0) });
  await harness.standIn.advance(10);
  await harness.set({ systemUpdating: ['fold'] });
  expect((await harness.describe('fold')).EndpointStatus).toBe('SystemUpdating');
  const busy = { name: 'ValidationException', message: `Cannot update in-progress endpoint "${ARN}/fold".` };
  await expect(scale('fold', 2)).rejects.toMatchObject(busy);
  await expect(update('fold', 'fold')).rejects.toMatchObject(busy);
  await expect(remove('fold')).rejects.toMatchObject(busy);
  const answer = harness.runtime.send(
    new InvokeEndpointCommand({ EndpointName: 'fold', Body: Buffer.from('1') }),
  );
  await expect.poll(() => work().length).toBe(1);
  await harness.standIn.advance(1);
  expect((await answer).$metadata.httpStatusCode).toBe(200);
});

test('creations and deletions become visible after a while', async () => {
  await harness.set({ consistencySeconds: 3 });
  const listed = async () =>
    (await harness.control.send(new ListEndpointsCommand({}))).Endpoints?.map(
      ({ EndpointName }) => EndpointName,
    );
  await expect(harness.create('fold', { environment: takes(1) })).rejects.toMatchObject({
    message: expect.stringMatching(/^Could not find endpoint configuration/) as string,
  });
  await harness.standIn.advance(3);
  await harness.control.send(new CreateEndpointCommand({ EndpointName: 'fold', EndpointConfigName: 'fold' }));
  await expect(harness.describe('fold')).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await listed()).toEqual([]);
  await harness.standIn.advance(10);
  expect(await listed()).toEqual(['fold']);
  await remove('fold');
  await harness.standIn.advance(5);
  await expect(harness.describe('fold')).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await listed()).toEqual(['fold']);
  await harness.standIn.advance(3);
  expect(await listed()).toEqual([]);
});

test('a denied permission is reported before anything else', async () => {
  await harness.set({
    denied: ['sagemaker:CreateEndpoint', 'sagemaker:InvokeEndpoint', 's3:GetObject', 's3:ListBucket'],
  });
  const denial = (action: string, resource: string) =>
    `User: arn:aws:iam::000000000000:user/stand-in is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;
  await expect(
    harness.control.send(
      new CreateEndpointCommand({ EndpointName: 'not_a_name', EndpointConfigName: 'none' }),
    ),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: denial('sagemaker:CreateEndpoint', `${ARN}/not_a_name`),
    $metadata: { httpStatusCode: 400 },
  });
  await expect(
    harness.runtime.send(new InvokeEndpointCommand({ EndpointName: 'none', Body: Buffer.from('') })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: denial('sagemaker:InvokeEndpoint', `${ARN}/none`),
    $metadata: { httpStatusCode: 403 },
  });
  const object = { Bucket: 'b', Key: 'k' };
  await expect(harness.s3.send(new GetObjectCommand(object))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: denial('s3:GetObject', 'arn:aws:s3:::b/k'),
    $metadata: { httpStatusCode: 403 },
  });
  await harness.set({ denied: ['s3:ListBucket'] });
  await expect(harness.s3.send(new HeadObjectCommand(object))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  await harness.s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
  await harness.s3.send(new GetObjectCommand(object));
  expect(harness.standIn.ledger().refused).toBe(4);
});

test('work that is received twice is counted', async () => {
  await harness.create('fold', { places: 1 });
  await harness.standIn.advance(30);
  for (const id of ['a', 'b', 'a', 'a']) await send(id);
  expect(harness.standIn.ledger().duplicates).toBe(2);
});

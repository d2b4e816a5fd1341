/** Inference components: copies on shared instances, which come and go with them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostOf, refusal } from '../testing/component-harness.js';
import { startHarness, VARIANT, type Harness } from '../testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual');
});
afterEach(() => harness.stop());
const { host, create, describe, resize, invoke, instances } = hostOf(() => harness);

test('copies share instances, more instances are added for them, and all are removed some time after the last copy', async () => {
  await host(0, 3);
  await create('fold', 2);
  await expect(invoke('fold')).rejects.toMatchObject({
    name: 'ValidationError',
    message:
      'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress ' +
      '(if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
  });
  await harness.standIn.advance(20);
  expect(await describe('fold')).toMatchObject({
    InferenceComponentStatus: 'InService',
    EndpointName: 'hosts',
    VariantName: VARIANT,
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 2 },
    Specification: { ModelName: 'fold' },
  });
  const answered = invoke('fold');
  await expect.poll(() => harness.standIn.ledger().invocations.length).toBe(1);
  await harness.standIn.advance(1);
  expect((await answered).$metadata.httpStatusCode).toBe(200);
  expect(harness.standIn.ledger().invocations[0]).toMatchObject({
    endpointName: 'hosts',
    inferenceComponentName: 'fold',
    status: 'succeeded',
  });
  expect(await instances()).toBe(1);

  await resize('fold', 3);
  expect((await describe('fold')).InferenceComponentStatus).toBe('Updating');
  await expect(resize('fold', 1)).rejects.toEqual(
    refusal(
      'Cannot update in-progress inference component "arn:aws:sagemaker:us-east-1:000000000000:inference-component/fold".',
    ),
  );
  await harness.standIn.advance(200);
  expect((await describe('fold')).RuntimeConfig).toEqual({ DesiredCopyCount: 3, CurrentCopyCount: 3 });
  expect(await instances()).toBe(2);

  await resize('fold', 0);
  await harness.standIn.advance(5);
  expect(await describe('fold')).toMatchObject({
    InferenceComponentStatus: 'InService',
    RuntimeConfig: { DesiredCopyCount: 0, CurrentCopyCount: 0 },
  });
  await expect(invoke('fold')).rejects.toMatchObject({ name: 'ValidationError' });
  await harness.standIn.advance(599);
  expect(await instances()).toBe(2);
  await harness.standIn.advance(6);
  expect(await instances()).toBe(0);
  // From zero: an instance, then the copy. 180 + 20 + 1 + 200 + 5 s were billed once, and 600 + 5 s at two instances.
  const { spans } = harness.standIn.ledger().endpoints[0] ?? { spans: [] };
  expect(spans).toMatchObject([
    { from: 0, to: 201, instances: 1 },
    { from: 201, to: 1011, instances: 2 },
  ]);
  await resize('fold', 1);
  await harness.standIn.advance(199);
  expect((await describe('fold')).RuntimeConfig?.CurrentCopyCount).toBe(0);
  await harness.standIn.advance(1);
  expect((await describe('fold')).RuntimeConfig?.CurrentCopyCount).toBe(1);
});

test('a minimum number of instances stays, and is billed', async () => {
  await host(1, 3);
  await create('fold', 3);
  await harness.standIn.advance(200);
  expect(await instances()).toBe(2);
  await resize('fold', 0);
  await harness.standIn.advance(2000);
  expect(await instances()).toBe(1);
  expect(harness.standIn.ledger().endpoints[0]?.spans.at(-1)).toMatchObject({ instances: 1, to: null });
});

test('an instance that gets a copy in time stays', async () => {
  await host(0, 1);
  await create('fold', 1);
  await harness.standIn.advance(20);
  await resize('fold', 0);
  await harness.standIn.advance(500);
  await resize('fold', 1);
  await harness.standIn.advance(500);
  expect(await describe('fold')).toMatchObject({ RuntimeConfig: { CurrentCopyCount: 1 } });
  expect(harness.standIn.ledger().endpoints[0]?.spans).toMatchObject([{ instances: 1, to: null }]);
});

test('too large a component: a new one fails, an enlarged one gets fewer copies', async () => {
  await host(0, 1);
  await create('fold', 2);
  await create('other', 1);
  await harness.standIn.advance(20);
  expect(await describe('other')).toMatchObject({
    InferenceComponentStatus: 'Failed',
    FailureReason: expect.stringContaining('not enough room') as string,
  });
  await resize('fold', 3);
  await harness.standIn.advance(20);
  expect(await describe('fold')).toMatchObject({
    InferenceComponentStatus: 'InService',
    FailureReason: expect.stringContaining('not enough room') as string,
    RuntimeConfig: { DesiredCopyCount: 3, CurrentCopyCount: 2 },
  });
});

test('capacity and quota: the instance does not come, and is not billed', async () => {
  await host(0, 3);
  await harness.break({ kind: 'capacity', endpointName: 'hosts' });
  await create('large', 2, 4);
  await harness.standIn.advance(20);
  expect((await describe('large')).FailureReason).toMatch(/^CapacityError/);
  await harness.set({ quotas: { 'ml.g5.12xlarge': 1 } });
  await create('larger', 2, 4);
  await harness.standIn.advance(20);
  expect((await describe('larger')).FailureReason).toMatch(/^The account-level service limit/);
  expect(harness.standIn.ledger().endpoints[0]?.spans).toMatchObject([{ instances: 1 }]);
});

/** One inference component from creation to deletion: its container, its specification, and what AWS refuses. */
import {
  CreateInferenceComponentCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteInferenceComponentCommand,
  ListInferenceComponentsCommand,
  UpdateInferenceComponentCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostOf, need, refusal } from '../testing/component-harness.js';
import { startHarness, type Harness } from '../testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual');
});
afterEach(() => harness.stop());
const { configure, host, create, describe, invoke } = hostOf(() => harness);

test('a container that never answers a ping fails its component', async () => {
  await host(0, 1);
  await create('sick', 1, 1, { STANDIN_UNHEALTHY_SECONDS: '400' });
  await harness.standIn.advance(399);
  expect((await describe('sick')).InferenceComponentStatus).toBe('Creating');
  await harness.standIn.advance(10);
  expect(await describe('sick')).toMatchObject({
    InferenceComponentStatus: 'Failed',
    FailureReason: expect.stringContaining('did not pass the ping health check') as string,
  });
});

test('a new specification starts new copies before the old ones stop', async () => {
  await host(0, 2);
  await create('fold', 2);
  await harness.standIn.advance(20);
  await harness.control.send(
    new CreateModelCommand({
      ModelName: 'next',
      PrimaryContainer: { Environment: { STANDIN_WARMUP_SECONDS: '20' } },
    }),
  );
  await harness.control.send(
    new UpdateInferenceComponentCommand({
      InferenceComponentName: 'fold',
      Specification: { ModelName: 'next', ...need(1) },
    }),
  );
  await harness.standIn.advance(201);
  expect(await describe('fold')).toMatchObject({
    InferenceComponentStatus: 'Updating',
    RuntimeConfig: { CurrentCopyCount: 4 },
  });
  await harness.standIn.advance(5);
  expect(await describe('fold')).toMatchObject({
    InferenceComponentStatus: 'InService',
    RuntimeConfig: { CurrentCopyCount: 2, DesiredCopyCount: 2 },
    Specification: { ModelName: 'next' },
  });
});

test('components are listed, prevent deleting their endpoint, and are deleted', async () => {
  await host(0, 1);
  await create('fold', 1);
  const remove = () =>
    harness.control.send(new DeleteInferenceComponentCommand({ InferenceComponentName: 'fold' }));
  const removeEndpoint = () => harness.control.send(new DeleteEndpointCommand({ EndpointName: 'hosts' }));
  await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' });
  await harness.standIn.advance(20);
  const list = new ListInferenceComponentsCommand({ EndpointNameEquals: 'hosts', NameContains: 'OLD' });
  expect((await harness.control.send(list)).InferenceComponents).toMatchObject([
    { InferenceComponentName: 'fold', InferenceComponentStatus: 'InService' },
  ]);
  await expect(removeEndpoint()).rejects.toMatchObject({ name: 'ValidationException' });
  await remove();
  expect((await describe('fold')).InferenceComponentStatus).toBe('Deleting');
  await harness.standIn.advance(5);
  await expect(describe('fold')).rejects.toMatchObject({ name: 'ValidationException' });
  await removeEndpoint();
  await harness.standIn.advance(5);
  expect(harness.standIn.ledger().endpoints[0]?.spans.at(-1)?.to).not.toBeNull();
});

test('what AWS refuses', async () => {
  const scaling = { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 1 } as const;
  await harness.create('live');
  await harness.standIn.advance(30);
  await expect(configure(scaling, { ModelName: 'live' })).rejects.toEqual(
    refusal('ManagedInstanceScaling is only supported for inference component endpoints.'),
  );
  await harness.set({ scaleToZero: false });
  await expect(configure(scaling)).rejects.toMatchObject({ name: 'ValidationException' });
  await harness.set({ scaleToZero: true });
  await host(0, 1);
  await expect(create('none', 0)).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(invoke()).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(invoke('none')).rejects.toMatchObject({ name: 'ValidationError' });
  const onLive = new CreateInferenceComponentCommand({
    InferenceComponentName: 'x',
    EndpointName: 'live',
    Specification: { ModelName: 'live', ...need(1) },
    RuntimeConfig: { CopyCount: 1 },
  });
  await expect(harness.control.send(onLive)).rejects.toMatchObject({ name: 'ValidationException' });
});

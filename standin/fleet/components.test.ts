/** Inference components: copies on shared instances, which come and go with them. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteInferenceComponentCommand,
  DescribeInferenceComponentCommand,
  ListInferenceComponentsCommand,
  UpdateInferenceComponentCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
  type ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHarness, VARIANT, type Harness } from '../testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual');
});
afterEach(() => harness.stop());

const configure = (
  scaling: ProductionVariant['ManagedInstanceScaling'],
  variant: Partial<ProductionVariant> = {},
) =>
  harness.control.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'hosts',
      ExecutionRoleArn: 'arn:aws:iam::000000000000:role/radiant',
      ProductionVariants: [
        {
          VariantName: VARIANT,
          InstanceType: 'ml.g5.12xlarge',
          InitialInstanceCount: 1,
          ...(scaling && { ManagedInstanceScaling: scaling }),
          ...variant,
        },
      ],
    }),
  );
async function host(least: number, most: number): Promise<void> {
  await configure({ Status: 'ENABLED', MinInstanceCount: least, MaxInstanceCount: most });
  await harness.control.send(
    new CreateEndpointCommand({ EndpointName: 'hosts', EndpointConfigName: 'hosts' }),
  );
  await harness.standIn.advance(180);
}
const need = (accelerators: number) => ({
  ComputeResourceRequirements: {
    NumberOfAcceleratorDevicesRequired: accelerators,
    MinMemoryRequiredInMb: 1024,
  },
});
async function create(name: string, copies: number, accelerators = 2, environment = {}): Promise<void> {
  await harness.control.send(
    new CreateModelCommand({
      ModelName: name,
      PrimaryContainer: { Environment: { STANDIN_WARMUP_SECONDS: '20', ...environment } },
    }),
  );
  await harness.control.send(
    new CreateInferenceComponentCommand({
      InferenceComponentName: name,
      EndpointName: 'hosts',
      Specification: { ModelName: name, ...need(accelerators) },
      RuntimeConfig: { CopyCount: copies },
    }),
  );
}
const describe = (name: string) =>
  harness.control.send(new DescribeInferenceComponentCommand({ InferenceComponentName: name }));
const resize = (name: string, count: number) =>
  harness.control.send(
    new UpdateInferenceComponentRuntimeConfigCommand({
      InferenceComponentName: name,
      DesiredRuntimeConfig: { CopyCount: count },
    }),
  );
const invoke = (name?: string) =>
  harness.runtime.send(
    new InvokeEndpointCommand({
      EndpointName: 'hosts',
      Body: Buffer.from('{}'),
      ...(name !== undefined && { InferenceComponentName: name }),
    }),
  );
const instances = async () => (await harness.describe('hosts')).ProductionVariants?.[0]?.CurrentInstanceCount;
const refusal = (message: string) => expect.objectContaining({ name: 'ValidationException', message });

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

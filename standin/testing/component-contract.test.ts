/** The contract with AWS about inference components: the stand-in fulfils it, and it can be run against a real account. */
import {
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  CreateModelCommand,
  DeleteInferenceComponentCommand,
  DescribeInferenceComponentCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { body, callsOf, gone, VARIANT } from './contract-calls.js';
import { openContractTarget, type ContractTarget } from './contract-target.js';

const stage: ContractTarget = await openContractTarget();
vi.setConfig({ testTimeout: stage.limitMs, hookTimeout: 2 * stage.limitMs });
const { control, runtime, prefix, until } = stage;
const [hosts, component] = [`${prefix}-hosts`, `${prefix}-copy`];
const { createEndpoint, removeEndpoint, untilServing, untilGone, removeAll } = callsOf(stage);
const describeComponent = () =>
  control.send(new DescribeInferenceComponentCommand({ InferenceComponentName: component }));
const removeComponent = () =>
  control.send(new DeleteInferenceComponentCommand({ InferenceComponentName: component }));

beforeAll(async () => {
  await control.send(
    new CreateModelCommand({
      ModelName: hosts,
      ExecutionRoleArn: stage.role,
      PrimaryContainer: { Image: stage.image },
    }),
  );
});

// Whatever fails, nothing that costs money may remain.
afterAll(async () => {
  await until(async () => {
    await removeComponent().catch(gone);
    await expect(describeComponent()).rejects.toMatchObject({ name: 'ValidationException' });
  });
  await removeAll(hosts);
  await stage.leave();
});

describe('an inference component', () => {
  const create = (copies: number) =>
    control.send(
      new CreateInferenceComponentCommand({
        InferenceComponentName: component,
        EndpointName: hosts,
        VariantName: VARIANT,
        Specification: {
          ModelName: hosts,
          ComputeResourceRequirements: { NumberOfCpuCoresRequired: 1, MinMemoryRequiredInMb: 1024 },
        },
        RuntimeConfig: { CopyCount: copies },
      }),
    );
  const resize = (copies: number) =>
    control.send(
      new UpdateInferenceComponentRuntimeConfigCommand({
        InferenceComponentName: component,
        DesiredRuntimeConfig: { CopyCount: copies },
      }),
    );
  const untilCopies = (count: number) =>
    until(async () =>
      expect(await describeComponent()).toMatchObject({
        InferenceComponentStatus: 'InService',
        RuntimeConfig: { DesiredCopyCount: count, CurrentCopyCount: count },
      }),
    );
  const invoke = () =>
    runtime.send(
      new InvokeEndpointCommand({
        EndpointName: hosts,
        InferenceComponentName: component,
        ContentType: 'application/json',
        Body: body,
      }),
    );

  test('needs an endpoint in service, and at least one copy at creation', async () => {
    await control.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: hosts,
        ExecutionRoleArn: stage.role,
        ProductionVariants: [
          {
            VariantName: VARIANT,
            InstanceType: stage.instanceType,
            InitialInstanceCount: 1,
            ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 1 },
          },
        ],
      }),
    );
    await until(() => createEndpoint(hosts));
    await expect(create(1)).rejects.toMatchObject({ name: 'ValidationException' });
    await untilServing(hosts, 1);
    await expect(create(0)).rejects.toMatchObject({ name: 'ValidationException' });
    await create(1);
    expect(await describeComponent()).toMatchObject({
      InferenceComponentStatus: 'Creating',
      EndpointName: hosts,
      VariantName: VARIANT,
    });
    await untilCopies(1);
  });

  test('scales to zero copies, then refuses calls, and its instance is removed', async () => {
    await resize(0);
    await untilCopies(0);
    await expect(invoke()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('has no capacity to process this request') as string,
    });
    await untilServing(hosts, 0);
  });

  test('comes back from zero, and answers', async () => {
    await resize(1);
    await untilCopies(1);
    const answer = invoke();
    const answered = async () =>
      expect(await Promise.race([answer, Promise.resolve()])).toMatchObject({
        InvokedProductionVariant: VARIANT,
        $metadata: { httpStatusCode: 200 },
      });
    await until(answered);
  });

  test('is deleted, and its endpoint after it', async () => {
    await removeComponent();
    await until(() => expect(describeComponent()).rejects.toMatchObject({ name: 'ValidationException' }));
    await removeEndpoint(hosts);
    await untilGone(hosts);
  });
});

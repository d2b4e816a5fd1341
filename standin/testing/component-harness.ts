/** A host of inference components, with what a test asks of it in one call. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  CreateModelCommand,
  DescribeInferenceComponentCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
  type ProductionVariant,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { expect } from 'vitest';
import { VARIANT, type Harness } from './harness.js';

/** The resources of one copy. */
export const need = (accelerators: number) => ({
  ComputeResourceRequirements: {
    NumberOfAcceleratorDevicesRequired: accelerators,
    MinMemoryRequiredInMb: 1024,
  },
});
export const refusal = (message: string): unknown =>
  expect.objectContaining({ name: 'ValidationException', message });

/** The functions ask the harness of the running test. */
export function hostOf(harnessNow: () => Harness) {
  const configure = (
    scaling: ProductionVariant['ManagedInstanceScaling'],
    variant: Partial<ProductionVariant> = {},
  ) =>
    harnessNow().control.send(
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
    await harnessNow().control.send(
      new CreateEndpointCommand({ EndpointName: 'hosts', EndpointConfigName: 'hosts' }),
    );
    await harnessNow().standIn.advance(180);
  }
  async function create(name: string, copies: number, accelerators = 2, environment = {}): Promise<void> {
    await harnessNow().control.send(
      new CreateModelCommand({
        ModelName: name,
        PrimaryContainer: { Environment: { STANDIN_WARMUP_SECONDS: '20', ...environment } },
      }),
    );
    await harnessNow().control.send(
      new CreateInferenceComponentCommand({
        InferenceComponentName: name,
        EndpointName: 'hosts',
        Specification: { ModelName: name, ...need(accelerators) },
        RuntimeConfig: { CopyCount: copies },
      }),
    );
  }
  const describe = (name: string) =>
    harnessNow().control.send(new DescribeInferenceComponentCommand({ InferenceComponentName: name }));
  const resize = (name: string, count: number) =>
    harnessNow().control.send(
      new UpdateInferenceComponentRuntimeConfigCommand({
        InferenceComponentName: name,
        DesiredRuntimeConfig: { CopyCount: count },
      }),
    );
  const invoke = (name?: string) =>
    harnessNow().runtime.send(
      new InvokeEndpointCommand({
        EndpointName: 'hosts',
        Body: Buffer.from('{}'),
        ...(name !== undefined && { InferenceComponentName: name }),
      }),
    );
  const instances = async () =>
    (await harnessNow().describe('hosts')).ProductionVariants?.[0]?.CurrentInstanceCount;

  return { configure, host, create, describe, resize, invoke, instances };
}

/**
 * Checks each permission without changing anything: it uses names that do not exist, so that an allowed request gets
 * another error than a denied one. Actions that would change something (creating a model, writing an object, passing a
 * role, tagging) cannot be checked and are left out.
 */
import {
  DeregisterScalableTargetCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteInferenceComponentCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeInferenceComponentCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListInferenceComponentsCommand,
  ListModelsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { cut } from '../../core/json/text.js';
import type { Aws } from './aws.js';
import { copiesOf } from './dead-man.js';
import { VARIANT } from './deployment.js';
import type { Permission } from '../driver.js';
import { namePrefix } from './names.js';
import { awsFault, readSdkError } from '../sdk-errors.js';

const WORDS = 500;
const BODY = new TextEncoder().encode('{}');

export async function checkPermissions(aws: Aws, environment: string, bucket: string): Promise<Permission[]> {
  const checks = probes(aws, `${namePrefix(environment)}permission-check`, bucket);
  const checked: Permission[] = [];
  // Sequential: the control plane throttles early.
  for (const [action, ask] of Object.entries(checks)) checked.push(await check(action, ask));
  return checked;
}

/** @throws InvocationError when the provider cannot be reached */
async function check(action: string, ask: () => Promise<unknown>): Promise<Permission> {
  try {
    await ask();
  } catch (error) {
    const fault = awsFault(error, action);
    if (fault.code === 'access_denied')
      return { action, allowed: false, reason: cut(readSdkError(error).message, WORDS) };
    if (fault.errorClass === 'transient' || fault.errorClass === 'throttled') throw fault;
  }
  return { action, allowed: true, reason: null };
}

function probes(
  { control, runtime, s3, autoScaling }: Aws,
  name: string,
  bucket: string,
): Record<string, () => Promise<unknown>> {
  const EndpointName = name;
  const EndpointConfigName = name;
  const InferenceComponentName = name;
  const search = { NameContains: name, MaxResults: 1 };
  return {
    'sagemaker:ListEndpoints': () => control.send(new ListEndpointsCommand(search)),
    'sagemaker:ListEndpointConfigs': () => control.send(new ListEndpointConfigsCommand(search)),
    'sagemaker:ListModels': () => control.send(new ListModelsCommand(search)),
    'sagemaker:ListInferenceComponents': () => control.send(new ListInferenceComponentsCommand(search)),
    'sagemaker:DescribeEndpoint': () => control.send(new DescribeEndpointCommand({ EndpointName })),
    'sagemaker:DescribeEndpointConfig': () =>
      control.send(new DescribeEndpointConfigCommand({ EndpointConfigName })),
    'sagemaker:DescribeInferenceComponent': () =>
      control.send(new DescribeInferenceComponentCommand({ InferenceComponentName })),
    // Each of these needs something that does not exist: a model, a configuration, an endpoint.
    'sagemaker:CreateEndpointConfig': () =>
      control.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName,
          ProductionVariants: [
            { VariantName: VARIANT, ModelName: name, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
          ],
        }),
      ),
    'sagemaker:CreateEndpoint': () =>
      control.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName })),
    'sagemaker:CreateInferenceComponent': () =>
      control.send(
        new CreateInferenceComponentCommand({
          InferenceComponentName,
          EndpointName,
          VariantName: VARIANT,
          Specification: {
            ModelName: name,
            ComputeResourceRequirements: { MinMemoryRequiredInMb: 1_024 },
          },
          RuntimeConfig: { CopyCount: 1 },
        }),
      ),
    'sagemaker:UpdateEndpoint': () =>
      control.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName })),
    'sagemaker:UpdateEndpointWeightsAndCapacities': () =>
      control.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName,
          DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: 1 }],
        }),
      ),
    'sagemaker:UpdateInferenceComponentRuntimeConfig': () =>
      control.send(
        new UpdateInferenceComponentRuntimeConfigCommand({
          InferenceComponentName,
          DesiredRuntimeConfig: { CopyCount: 1 },
        }),
      ),
    'sagemaker:DeleteEndpoint': () => control.send(new DeleteEndpointCommand({ EndpointName })),
    'sagemaker:DeleteEndpointConfig': () =>
      control.send(new DeleteEndpointConfigCommand({ EndpointConfigName })),
    'sagemaker:DeleteModel': () => control.send(new DeleteModelCommand({ ModelName: name })),
    'sagemaker:DeleteInferenceComponent': () =>
      control.send(new DeleteInferenceComponentCommand({ InferenceComponentName })),
    'sagemaker:InvokeEndpoint': () => runtime.send(new InvokeEndpointCommand({ EndpointName, Body: BODY })),
    'sagemaker:InvokeEndpointAsync': () =>
      runtime.send(new InvokeEndpointAsyncCommand({ EndpointName, Body: BODY })),
    'application-autoscaling:RegisterScalableTarget': () =>
      autoScaling.send(
        new RegisterScalableTargetCommand({ ...copiesOf(name), MinCapacity: 0, MaxCapacity: 0 }),
      ),
    'application-autoscaling:PutScheduledAction': () =>
      autoScaling.send(
        new PutScheduledActionCommand({
          ...copiesOf(name),
          ScheduledActionName: name,
          Schedule: 'at(2100-01-01T00:00:00)',
          ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
        }),
      ),
    'application-autoscaling:DeregisterScalableTarget': () =>
      autoScaling.send(new DeregisterScalableTargetCommand(copiesOf(name))),
    's3:ListBucket': () =>
      s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${name}/`, MaxKeys: 1 })),
    // Without ListBucket a missing object also gives a 403.
    's3:GetObject': () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${name}/nothing` })),
  };
}

/** What SageMaker is asked to create for a model: container, instances, where results go. Pure: a row in, requests out. */
import type {
  CreateEndpointConfigInput,
  CreateEndpointInput,
  CreateModelInput,
} from '@aws-sdk/client-sagemaker';
import { InvocationError } from '../core/errors.js';
import type { DeploymentConfig, ModelConfig } from '../core/model.js';
import { failureRoot, outputRoot, versionedName } from './names.js';

export const VARIANT = 'AllTraffic';
/** Image models take 12 to 17 minutes to come up; a container that hangs is given up after this. */
const STARTUP_SECONDS = 1_800;

export interface EndpointSettings {
  environment: string;
  nameOf: (model: ModelConfig) => string;
  /** Where asynchronous results go; null for a real-time endpoint. */
  resultsBucket: string | null;
  /** For models that name no role of their own. */
  executionRoleArn?: string | undefined;
}

interface EndpointRequests {
  createModel: CreateModelInput;
  createConfig: CreateEndpointConfigInput;
  createEndpoint: CreateEndpointInput;
}

/** An edited deployment gives other model and configuration names, and the same endpoint's name. */
export function endpointRequests(model: ModelConfig, settings: EndpointSettings): EndpointRequests {
  const { deployment } = model;
  const endpoint = settings.nameOf(model);
  const { image, instanceType } = deployment;
  if (!image || !instanceType)
    throw new InvocationError(
      'invalid',
      'deployment_incomplete',
      `Model ${model.id} cannot be deployed: give its deployment an image and an instanceType.`,
    );
  const Tags = [
    { Key: 'radiant:environment', Value: tagValue(settings.environment) },
    { Key: 'radiant:model', Value: tagValue(model.id) },
  ];
  const role = deployment.executionRoleArn ?? settings.executionRoleArn;
  const container = {
    PrimaryContainer: { Image: image, Environment: deployment.environment, ...weights(deployment) },
    ...(role && { ExecutionRoleArn: role }),
  };
  const ModelName = versionedName(endpoint, container);
  const serving = {
    ProductionVariants: [
      {
        VariantName: VARIANT,
        ModelName,
        InstanceType: instanceType as NonNullable<
          NonNullable<CreateEndpointConfigInput['ProductionVariants']>[number]['InstanceType']
        >,
        // The API takes no 0 here: it is scaled down afterwards.
        InitialInstanceCount: 1,
        InitialVariantWeight: 1,
        ModelDataDownloadTimeoutInSeconds: STARTUP_SECONDS,
        ContainerStartupHealthCheckTimeoutInSeconds: STARTUP_SECONDS,
      },
    ],
    ...(settings.resultsBucket && {
      AsyncInferenceConfig: {
        OutputConfig: {
          S3OutputPath: outputRoot(settings.resultsBucket, endpoint),
          S3FailurePath: failureRoot(settings.resultsBucket, endpoint),
        },
        ClientConfig: { MaxConcurrentInvocationsPerInstance: deployment.maxConcurrentInvocationsPerInstance },
      },
    }),
  };
  const EndpointConfigName = versionedName(endpoint, serving);
  return {
    createModel: { ModelName, ...container, Tags },
    createConfig: { EndpointConfigName, ...serving, Tags },
    createEndpoint: { EndpointName: endpoint, EndpointConfigName, Tags },
  };
}

/** `ModelDataUrl` takes a .tar.gz only; a folder or another file goes in uncompressed. */
function weights({ modelDataUrl }: DeploymentConfig) {
  if (!modelDataUrl) return {};
  if (modelDataUrl.endsWith('.tar.gz')) return { ModelDataUrl: modelDataUrl };
  const S3DataType = modelDataUrl.endsWith('/') ? ('S3Prefix' as const) : ('S3Object' as const);
  return {
    ModelDataSource: {
      S3DataSource: { S3Uri: modelDataUrl, S3DataType, CompressionType: 'None' as const },
    },
  };
}

/** Tags take letters, digits, spaces and a few signs, up to 256 of them. */
const tagValue = (text: string): string => text.replace(/[^\p{L}\p{N} _.:/=+@-]/gu, '_').slice(0, 256);

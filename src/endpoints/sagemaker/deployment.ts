/** The requests that create a model at SageMaker: container, instances, location of results. Pure: maps a row to requests. */
import type {
  CreateEndpointConfigInput,
  CreateEndpointInput,
  CreateInferenceComponentInput,
  CreateModelInput,
} from '@aws-sdk/client-sagemaker';
import { InvocationError } from '../../core/errors.js';
import type { DeploymentConfig, ModelConfig } from '../../core/models/model.js';
import { cut } from '../../core/json/text.js';
import { failureRoot, outputRoot, versionedName } from './names.js';
import type { Resolve } from '../secrets.js';

export const VARIANT = 'AllTraffic';
/** Image models take 12 to 17 minutes to start. A container that hangs fails after this. */
const STARTUP = {
  ModelDataDownloadTimeoutInSeconds: 1_800,
  ContainerStartupHealthCheckTimeoutInSeconds: 1_800,
};
const LEAST_MEMORY_MB = 1_024;
export const MODEL_TAG = 'radiant:model';

export interface EndpointSettings {
  environment: string;
  nameOf: (model: ModelConfig) => string;
  /** For asynchronous results; null for a real-time endpoint. */
  resultsBucket: string | null;
  /** For models that have no role of their own. */
  executionRoleArn?: string | undefined;
  /** Resolves references to secrets in the environment. */
  resolve: Resolve;
}

interface EndpointRequests {
  createModel: CreateModelInput;
  createConfig: CreateEndpointConfigInput;
  createEndpoint: CreateEndpointInput;
}

export interface ComponentRequests extends EndpointRequests {
  createComponent: CreateInferenceComponentInput;
}

/** An edited deployment gets new names for model and configuration. The endpoint keeps its name. */
export function endpointRequests(model: ModelConfig, settings: EndpointSettings): EndpointRequests {
  const { deployment } = model;
  const endpoint = settings.nameOf(model);
  const Tags = tagsOf(model, settings);
  const { createModel, InstanceType } = modelRequest(model, settings);
  const serving = {
    ProductionVariants: [
      {
        VariantName: VARIANT,
        ModelName: createModel.ModelName,
        InstanceType,
        // The API does not accept 0 here. It is scaled in afterwards.
        InitialInstanceCount: 1,
        InitialVariantWeight: 1,
        ...STARTUP,
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
    createModel,
    createConfig: { EndpointConfigName, ...serving, Tags },
    createEndpoint: { EndpointName: endpoint, EndpointConfigName, Tags },
  };
}

/** A component and its host endpoint, which has no model of its own. */
export function componentRequests(
  model: ModelConfig,
  settings: EndpointSettings & { hostOf: (model: ModelConfig) => string },
): ComponentRequests {
  const host = settings.hostOf(model);
  const Tags = tagsOf(model, settings);
  const { createModel, InstanceType } = modelRequest(model, settings);
  const serving = {
    ...roleOf(model, settings),
    ProductionVariants: [
      {
        VariantName: VARIANT,
        InstanceType,
        InitialInstanceCount: 1,
        ...STARTUP,
        ManagedInstanceScaling: {
          Status: 'ENABLED' as const,
          MinInstanceCount: 0,
          // In the worst case each copy fills an instance.
          MaxInstanceCount: model.deployment.hostMaxInstances ?? model.thermal.maxInstances,
        },
        RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' as const },
      },
    ],
  };
  const EndpointConfigName = versionedName(host, serving);
  return {
    createModel,
    createConfig: { EndpointConfigName, ...serving, Tags },
    createEndpoint: { EndpointName: host, EndpointConfigName, Tags },
    createComponent: {
      InferenceComponentName: settings.nameOf(model),
      EndpointName: host,
      VariantName: VARIANT,
      Specification: {
        ModelName: createModel.ModelName,
        StartupParameters: STARTUP,
        ComputeResourceRequirements: computeOf(model),
      },
      // The API does not accept 0 here.
      RuntimeConfig: { CopyCount: 1 },
      Tags,
    },
  };
}

export const isDeployable = ({ deployment: { image, instanceType } }: ModelConfig): boolean =>
  Boolean(image && instanceType);

function modelRequest(model: ModelConfig, settings: EndpointSettings) {
  const { deployment } = model;
  const { image, instanceType } = deployment;
  if (!image || !instanceType)
    throw new InvocationError(
      'invalid',
      'deployment_incomplete',
      `Model ${model.id} cannot be deployed. Give its deployment an image and an instanceType.`,
    );
  const container = {
    PrimaryContainer: { Image: image, Environment: deployment.environment, ...weights(deployment) },
    ...roleOf(model, settings),
  };
  const ModelName = versionedName(settings.nameOf(model), container);
  return {
    createModel: { ModelName, ...container, Tags: tagsOf(model, settings) },
    InstanceType: instanceType as NonNullable<
      NonNullable<CreateEndpointConfigInput['ProductionVariants']>[number]['InstanceType']
    >,
  };
}

function roleOf({ deployment }: ModelConfig, { executionRoleArn }: EndpointSettings) {
  const role = deployment.executionRoleArn ?? executionRoleArn;
  return role ? { ExecutionRoleArn: role } : {};
}

/** Marks the owner, for the bill and for finding orphans. */
const tagsOf = ({ id }: ModelConfig, { environment }: EndpointSettings) => [
  { Key: 'radiant:environment', Value: tagValue(environment) },
  { Key: MODEL_TAG, Value: tagValue(id) },
];

/** Defaults: one accelerator for a model that needs a GPU, and main memory of half its GPU memory for loading. */
function computeOf({ deployment: { compute }, requiresGpu, gpuMemoryGb }: ModelConfig) {
  const accelerators = compute.accelerators ?? (requiresGpu ? 1 : 0);
  return {
    MinMemoryRequiredInMb: compute.memoryMb ?? Math.max(LEAST_MEMORY_MB, Math.round(gpuMemoryGb * 512)),
    ...(accelerators > 0 && { NumberOfAcceleratorDevicesRequired: accelerators }),
    ...(compute.cpuCores && { NumberOfCpuCoresRequired: compute.cpuCores }),
  };
}

/** `ModelDataUrl` accepts only .tar.gz. A folder or another file is passed uncompressed. */
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

/** AWS tags allow letters, digits, spaces and a few signs, up to 256 characters. */
export const tagValue = (text: string): string => cut(text.replace(/[^\p{L}\p{N} _.:/=+@-]/gu, '_'), 256);

/** Models and endpoint configurations: written once, read, deleted, and free of charge. */
import { z } from 'zod';
import { arnOf, findConfig, findModel, invalid } from '../state.js';
import { epochSeconds, operation, resourceName, tagList, writeTags } from './operation.js';

const container = z.looseObject({
  Image: z.string().optional(),
  Environment: z.record(z.string().max(1024), z.string().max(1024)).optional(),
});

const modelInput = z.looseObject({
  ModelName: resourceName,
  PrimaryContainer: container.optional(),
  Containers: z.array(container).optional(),
  Tags: tagList.optional(),
});

const variant = z.looseObject({
  VariantName: resourceName,
  ModelName: resourceName,
  InstanceType: z.string().startsWith('ml.'),
  InitialInstanceCount: z.int().min(1),
  InitialVariantWeight: z.number().min(0).default(1),
  VolumeSizeInGB: z.int().min(1).max(512).optional(),
  ModelDataDownloadTimeoutInSeconds: z.int().min(60).max(3600).optional(),
  ContainerStartupHealthCheckTimeoutInSeconds: z.int().min(60).max(3600).optional(),
});

const configInput = z.looseObject({
  EndpointConfigName: resourceName,
  ProductionVariants: z.array(variant).min(1).max(10),
  AsyncInferenceConfig: z
    .looseObject({
      ClientConfig: z
        .object({ MaxConcurrentInvocationsPerInstance: z.int().min(1).max(1000).optional() })
        .optional(),
      OutputConfig: z.looseObject({
        S3OutputPath: z.string().optional(),
        S3FailurePath: z.string().optional(),
      }),
    })
    .optional(),
  Tags: tagList.optional(),
});

export const modelOperations = {
  CreateModel: operation(modelInput, (world, given) => {
    const { ModelName: name, PrimaryContainer, Containers, Tags } = given;
    const arn = arnOf('model', name);
    if (world.state.models.has(name)) throw invalid(`Cannot create already existing model "${arn}".`);
    const environment = (PrimaryContainer ?? Containers?.[0])?.Environment ?? {};
    world.state.models.set(name, { name, arn, environment, given, createdAt: new Date() });
    writeTags(world, arn, Tags);
    return { ModelArn: arn };
  }),

  DescribeModel: operation(z.object({ ModelName: resourceName }), (world, { ModelName }) => {
    const model = findModel(world.state, ModelName);
    return {
      ...model.given,
      Tags: undefined,
      ModelArn: model.arn,
      CreationTime: epochSeconds(model.createdAt),
    };
  }),

  DeleteModel: operation(z.object({ ModelName: resourceName }), (world, { ModelName }) => {
    const model = findModel(world.state, ModelName);
    world.state.models.delete(ModelName);
    world.state.tags.delete(model.arn);
    return undefined;
  }),

  CreateEndpointConfig: operation(configInput, (world, given) => {
    const { EndpointConfigName: name, ProductionVariants, AsyncInferenceConfig, Tags } = given;
    const arn = arnOf('endpoint-config', name);
    if (world.state.configs.has(name)) {
      throw invalid(`Cannot create already existing endpoint configuration "${arn}".`);
    }
    for (const { ModelName } of ProductionVariants) findModel(world.state, ModelName);
    world.state.configs.set(name, {
      name,
      arn,
      variants: ProductionVariants,
      async: AsyncInferenceConfig,
      given,
      createdAt: new Date(),
    });
    writeTags(world, arn, Tags);
    return { EndpointConfigArn: arn };
  }),

  DescribeEndpointConfig: operation(
    z.object({ EndpointConfigName: resourceName }),
    (world, { EndpointConfigName }) => {
      const { given, arn, createdAt } = findConfig(world.state, EndpointConfigName);
      return { ...given, Tags: undefined, EndpointConfigArn: arn, CreationTime: epochSeconds(createdAt) };
    },
  ),

  DeleteEndpointConfig: operation(
    z.object({ EndpointConfigName: resourceName }),
    (world, { EndpointConfigName }) => {
      const config = findConfig(world.state, EndpointConfigName);
      world.state.configs.delete(EndpointConfigName);
      world.state.tags.delete(config.arn);
      return undefined;
    },
  ),
};

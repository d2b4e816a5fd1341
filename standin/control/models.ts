/** Models and endpoint configurations: create, read and delete, free of charge. */
import { z } from 'zod';
import { arnOf, findConfig, findModel, invalid } from '../state.js';
import type { Account } from '../account.js';
import { epochSeconds, listing, operation, page, resourceName, tagList, writeTags } from './operation.js';

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

const managedScaling = z.looseObject({
  Status: z.enum(['ENABLED', 'DISABLED']).optional(),
  MinInstanceCount: z.int().min(0).optional(),
  MaxInstanceCount: z.int().min(1).optional(),
});

const variant = z.looseObject({
  VariantName: resourceName,
  ModelName: resourceName.optional(),
  InstanceType: z.string().startsWith('ml.'),
  InitialInstanceCount: z.int().min(1),
  InitialVariantWeight: z.number().min(0).default(1),
  ManagedInstanceScaling: managedScaling.optional(),
  VolumeSizeInGB: z.int().min(1).max(512).optional(),
  ModelDataDownloadTimeoutInSeconds: z.int().min(60).max(3600).optional(),
  ContainerStartupHealthCheckTimeoutInSeconds: z.int().min(60).max(3600).optional(),
});

const configInput = z.looseObject({
  EndpointConfigName: resourceName,
  ExecutionRoleArn: z.string().optional(),
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

/** Validates a variant, which serves its own model or carries inference components. */
function refuseMixture(world: Account, given: z.infer<typeof configInput>): void {
  for (const {
    ModelName,
    ManagedInstanceScaling: scaling,
    InitialInstanceCount,
  } of given.ProductionVariants) {
    if (ModelName !== undefined) {
      if (scaling) {
        throw invalid('ManagedInstanceScaling is only supported for inference component endpoints.');
      }
      findModel(world.state, ModelName);
      continue;
    }
    if (given.ExecutionRoleArn === undefined) {
      throw invalid('ExecutionRoleArn is required for an endpoint configuration without ModelName.');
    }
    if (given.AsyncInferenceConfig) {
      throw invalid('AsyncInferenceConfig is not supported for inference component endpoints.');
    }
    const { MinInstanceCount: least = 1, MaxInstanceCount: most = InitialInstanceCount } = scaling ?? {};
    if (least > most) throw invalid('MinInstanceCount must not be above MaxInstanceCount.');
    if (least === 0 && !world.settings.scaleToZero) {
      throw invalid(
        'MinInstanceCount must be at least 1: scaling to zero instances is not available in this region.',
      );
    }
  }
  if (new Set(given.ProductionVariants.map(({ ModelName }) => ModelName === undefined)).size > 1) {
    throw invalid('Either all production variants have a ModelName, or none has one.');
  }
}

export const modelOperations = {
  CreateModel: operation(modelInput, (world, given) => {
    const { ModelName: name, PrimaryContainer, Containers, Tags } = given;
    const arn = arnOf('model', name);
    if (world.state.models.has(name)) throw invalid(`Cannot create already existing model "${arn}".`);
    const environment = (PrimaryContainer ?? Containers?.[0])?.Environment ?? {};
    world.state.models.set(name, { name, arn, environment, given, createdAt: world.clock.wall() });
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

  ListModels: operation(listing, (world, wish) => {
    const { items, NextToken } = page([...world.state.models.values()], wish);
    const Models = items.map(({ name, arn, createdAt }) => ({
      ModelName: name,
      ModelArn: arn,
      CreationTime: epochSeconds(createdAt),
    }));
    return { Models, NextToken };
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
    refuseMixture(world, given);
    world.state.configs.set(name, {
      name,
      arn,
      variants: ProductionVariants,
      async: AsyncInferenceConfig,
      given,
      createdAt: world.clock.wall(),
      visibleFrom: world.clock.now() + world.settings.consistencySeconds,
    });
    writeTags(world, arn, Tags);
    return { EndpointConfigArn: arn };
  }),

  DescribeEndpointConfig: operation(
    z.object({ EndpointConfigName: resourceName }),
    (world, { EndpointConfigName }) => {
      const { given, arn, createdAt } = findConfig(world, EndpointConfigName);
      return { ...given, Tags: undefined, EndpointConfigArn: arn, CreationTime: epochSeconds(createdAt) };
    },
  ),

  ListEndpointConfigs: operation(listing, (world, wish) => {
    const seen = [...world.state.configs.values()].filter(
      ({ visibleFrom }) => visibleFrom <= world.clock.now(),
    );
    const { items, NextToken } = page(seen, wish);
    const EndpointConfigs = items.map(({ name, arn, createdAt }) => ({
      EndpointConfigName: name,
      EndpointConfigArn: arn,
      CreationTime: epochSeconds(createdAt),
    }));
    return { EndpointConfigs, NextToken };
  }),

  DeleteEndpointConfig: operation(
    z.object({ EndpointConfigName: resourceName }),
    (world, { EndpointConfigName }) => {
      const config = findConfig(world, EndpointConfigName);
      world.state.configs.delete(EndpointConfigName);
      world.state.tags.delete(config.arn);
      return undefined;
    },
  ),
};

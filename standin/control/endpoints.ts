/** Endpoints: create, describe, scale, update, list and delete, with the refusals of a busy service. */
import { z } from 'zod';
import {
  adjustHosts,
  createEndpoint,
  currentOf,
  deleteEndpoint,
  replaceFleet,
  scaleEndpoint,
} from '../fleet/fleet.js';
import {
  arnOf,
  findConfig,
  findEndpoint,
  invalid,
  statusOf,
  type Endpoint,
  type EndpointConfig,
  type Variant,
} from '../state.js';
import type { Account } from '../account.js';
import { epochSeconds, listing, operation, page, resourceName, tagList, writeTags } from './operation.js';

const named = z.object({ EndpointName: resourceName });
const withConfig = named.extend({ EndpointConfigName: resourceName });

const capacities = named.extend({
  DesiredWeightsAndCapacities: z
    .array(
      z.object({
        VariantName: resourceName,
        DesiredWeight: z.number().min(0).optional(),
        DesiredInstanceCount: z.int().min(0).optional(),
      }),
    )
    .min(1),
});

export const endpointOperations = {
  CreateEndpoint: operation(
    withConfig.extend({ Tags: tagList.optional() }),
    (world, { EndpointName, EndpointConfigName, Tags }) => {
      const arn = arnOf('endpoint', EndpointName);
      if (world.state.endpoints.has(EndpointName.toLowerCase())) {
        throw invalid(`Cannot create already existing endpoint "${arn}".`);
      }
      createEndpoint(world, EndpointName, findConfig(world, EndpointConfigName));
      writeTags(world, arn, Tags);
      return { EndpointArn: arn };
    },
  ),

  DescribeEndpoint: operation(named, (world, { EndpointName }) => {
    const endpoint = findEndpoint(world, EndpointName);
    return {
      ...summaryOf(world, endpoint),
      EndpointConfigName: endpoint.config.name,
      FailureReason: endpoint.failureReason,
      AsyncInferenceConfig: endpoint.config.async,
      ProductionVariants: endpoint.variants.map(describeVariant),
    };
  }),

  UpdateEndpoint: operation(
    withConfig.extend({ RetainAllVariantProperties: z.boolean().default(false) }),
    (world, { EndpointName, EndpointConfigName, RetainAllVariantProperties }) => {
      const endpoint = findEndpoint(world, EndpointName);
      refuseUnlessInService(world, endpoint);
      const config = findConfig(world, EndpointConfigName);
      if (endpoint.config.async && !config.async) {
        throw invalid(
          `The AsyncInferenceConfig parameter cannot be removed from this endpoint ${endpoint.name}.`,
        );
      }
      if (refuseOtherKind(world, endpoint, config)) adjustHosts(world, endpoint, config);
      else replaceFleet(world, endpoint, config, RetainAllVariantProperties);
      return { EndpointArn: endpoint.arn };
    },
  ),

  UpdateEndpointWeightsAndCapacities: operation(
    capacities,
    (world, { EndpointName, DesiredWeightsAndCapacities }) => {
      const endpoint = findEndpoint(world, EndpointName);
      refuseUnlessInService(world, endpoint);
      const counts = new Map<Variant, number>();
      for (const wish of DesiredWeightsAndCapacities) {
        const variant = endpoint.variants.find(({ config }) => config.VariantName === wish.VariantName);
        if (!variant)
          throw invalid(`Could not find variant "${wish.VariantName}" of endpoint "${endpoint.arn}".`);
        if (!variant.served) {
          throw invalid('The instances of an inference component endpoint follow its components.');
        }
        const count = wish.DesiredInstanceCount ?? variant.desired;
        if (count === 0 && !endpoint.config.async) {
          throw invalid('DesiredInstanceCount must be at least 1 for a real-time endpoint.');
        }
        counts.set(variant, count);
      }
      for (const wish of DesiredWeightsAndCapacities) {
        const variant = endpoint.variants.find(({ config }) => config.VariantName === wish.VariantName);
        if (variant) variant.weight = wish.DesiredWeight ?? variant.weight;
      }
      scaleEndpoint(world, endpoint, counts);
      return { EndpointArn: endpoint.arn };
    },
  ),

  DeleteEndpoint: operation(named, (world, { EndpointName }) => {
    const endpoint = findEndpoint(world, EndpointName);
    if ([...world.state.components.values()].some((component) => component.endpoint === endpoint)) {
      throw invalid(`Cannot delete endpoint "${endpoint.arn}": delete its inference components first.`);
    }
    if (endpoint.status !== 'Failed') refuseUnlessInService(world, endpoint);
    deleteEndpoint(world, endpoint);
    return undefined;
  }),

  ListEndpoints: operation(listing, (world, wish) => {
    const { clock, state } = world;
    const seen = [...state.endpoints.values(), ...state.departed]
      .filter(({ visibleFrom }) => visibleFrom <= clock.now())
      .map((endpoint) => ({ ...endpoint, status: statusOf(world, endpoint), shown: endpoint }));
    const { items, NextToken } = page(seen, wish);
    return { Endpoints: items.map(({ shown }) => summaryOf(world, shown)), NextToken };
  }),
};

/** Whether both are for inference components. Throws ValidationException if the change is one AWS refuses. */
function refuseOtherKind(world: Account, endpoint: Endpoint, config: EndpointConfig): boolean {
  for (const { config: old, served } of endpoint.variants) {
    const next = config.variants.find(({ VariantName }) => VariantName === old.VariantName);
    const resourceId = `endpoint/${endpoint.name}/variant/${old.VariantName}`;
    if (world.scaling.targets.has(resourceId) && next?.InstanceType !== old.InstanceType) {
      throw invalid(
        `The variant(s) "[${old.VariantName}]" must be deregistered as scalable targets with AWS Auto Scaling before ` +
          'they can be removed or have their instance type updated.',
      );
    }
    const sameKind = config.variants.every(({ ModelName }) => (ModelName === undefined) === !served);
    const moves = !served && next?.InstanceType !== old.InstanceType;
    if (!sameKind || moves) {
      throw invalid('An inference component endpoint keeps its kind, its variants and their instance types.');
    }
  }
  return endpoint.variants.every(({ served }) => !served);
}

function refuseUnlessInService(world: Account, endpoint: Endpoint): void {
  const { arn } = endpoint;
  const status = statusOf(world, endpoint);
  if (status === 'Failed') throw invalid(`Cannot update endpoint "${arn}" with status "Failed".`);
  if (status !== 'InService') throw invalid(`Cannot update in-progress endpoint "${arn}".`);
}

function summaryOf(world: Account, endpoint: Endpoint) {
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointStatus: statusOf(world, endpoint),
    CreationTime: epochSeconds(endpoint.createdAt),
    LastModifiedTime: epochSeconds(endpoint.modifiedAt),
  };
}

function describeVariant(variant: Variant) {
  const { config, desired, weight } = variant;
  return {
    VariantName: config.VariantName,
    CurrentInstanceCount: currentOf(variant),
    DesiredInstanceCount: desired,
    ManagedInstanceScaling: config.ManagedInstanceScaling,
    CurrentWeight: weight,
    DesiredWeight: weight,
  };
}

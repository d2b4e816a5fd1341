/** Endpoints: created, described, scaled, replaced, listed and deleted, with the refusals of a service that is still busy. */
import { z } from 'zod';
import { createEndpoint, deleteEndpoint, replaceFleet, scaleEndpoint } from '../fleet.js';
import { arnOf, findConfig, findEndpoint, invalid, type Endpoint, type Variant } from '../state.js';
import { epochSeconds, operation, resourceName, tagList, writeTags } from './operation.js';

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

const listing = z.object({
  NameContains: z.string().optional(),
  StatusEquals: z.string().optional(),
  SortBy: z.enum(['Name', 'CreationTime', 'Status']).default('CreationTime'),
  SortOrder: z.enum(['Ascending', 'Descending']).default('Descending'),
  MaxResults: z.int().min(1).max(100).default(10),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

export const endpointOperations = {
  CreateEndpoint: operation(
    withConfig.extend({ Tags: tagList.optional() }),
    (world, { EndpointName, EndpointConfigName, Tags }) => {
      const arn = arnOf('endpoint', EndpointName);
      if (world.state.endpoints.has(EndpointName.toLowerCase())) {
        throw invalid(`Cannot create already existing endpoint "${arn}".`);
      }
      createEndpoint(world, EndpointName, findConfig(world.state, EndpointConfigName));
      writeTags(world, arn, Tags);
      return { EndpointArn: arn };
    },
  ),

  DescribeEndpoint: operation(named, (world, { EndpointName }) => {
    const endpoint = findEndpoint(world.state, EndpointName);
    return {
      ...summaryOf(endpoint),
      EndpointConfigName: endpoint.config.name,
      FailureReason: endpoint.failureReason,
      AsyncInferenceConfig: endpoint.config.async,
      ProductionVariants: endpoint.variants.map(describeVariant),
    };
  }),

  UpdateEndpoint: operation(
    withConfig.extend({ RetainAllVariantProperties: z.boolean().default(false) }),
    (world, { EndpointName, EndpointConfigName, RetainAllVariantProperties }) => {
      const endpoint = findEndpoint(world.state, EndpointName);
      refuseUnlessInService(endpoint);
      const config = findConfig(world.state, EndpointConfigName);
      if (endpoint.config.async && !config.async) {
        throw invalid(
          `The AsyncInferenceConfig parameter cannot be removed from this endpoint ${endpoint.name}.`,
        );
      }
      replaceFleet(world, endpoint, config, RetainAllVariantProperties);
      return { EndpointArn: endpoint.arn };
    },
  ),

  UpdateEndpointWeightsAndCapacities: operation(
    capacities,
    (world, { EndpointName, DesiredWeightsAndCapacities }) => {
      const endpoint = findEndpoint(world.state, EndpointName);
      refuseUnlessInService(endpoint);
      const counts = new Map<Variant, number>();
      for (const wish of DesiredWeightsAndCapacities) {
        const variant = endpoint.variants.find(({ config }) => config.VariantName === wish.VariantName);
        if (!variant)
          throw invalid(`Could not find variant "${wish.VariantName}" of endpoint "${endpoint.arn}".`);
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
    const endpoint = findEndpoint(world.state, EndpointName);
    if (endpoint.status !== 'Failed') refuseUnlessInService(endpoint);
    deleteEndpoint(world, endpoint);
    return undefined;
  }),

  ListEndpoints: operation(listing, (world, wish) => {
    const keyOf = { Name: nameOf, CreationTime: createdOf, Status: statusOf }[wish.SortBy];
    const found = [...world.state.endpoints.values()]
      .filter(({ name }) => name.toLowerCase().includes((wish.NameContains ?? '').toLowerCase()))
      .filter(({ status }) => (wish.StatusEquals ?? status) === status)
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b)) || a.name.localeCompare(b.name));
    if (wish.SortOrder === 'Descending') found.reverse();
    const from = Number(wish.NextToken ?? 0);
    const to = from + wish.MaxResults;
    return {
      Endpoints: found.slice(from, to).map(summaryOf),
      NextToken: to < found.length ? String(to) : undefined,
    };
  }),
};

const nameOf = ({ name }: Endpoint): string => name;
const createdOf = ({ createdAt }: Endpoint): string => createdAt.toISOString();
const statusOf = ({ status }: Endpoint): string => status;

function refuseUnlessInService({ status, arn }: Endpoint): void {
  if (status === 'Failed') throw invalid(`Cannot update endpoint "${arn}" with status "Failed".`);
  if (status !== 'InService') throw invalid(`Cannot update in-progress endpoint "${arn}".`);
}

function summaryOf(endpoint: Endpoint) {
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointStatus: endpoint.status,
    CreationTime: epochSeconds(endpoint.createdAt),
    LastModifiedTime: epochSeconds(endpoint.modifiedAt),
  };
}

function describeVariant({ config, current, desired, weight }: Variant) {
  return {
    VariantName: config.VariantName,
    CurrentInstanceCount: current,
    DesiredInstanceCount: desired,
    CurrentWeight: weight,
    DesiredWeight: weight,
  };
}

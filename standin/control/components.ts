/** Inference components: create, describe, size, update, list and delete. */
import { z } from 'zod';
import { createComponent, deleteComponent, respecify, setCopies } from '../fleet/components.js';
import { serving } from '../fleet/instances.js';
import {
  arnOf,
  findComponent,
  findEndpoint,
  findModel,
  invalid,
  serve,
  statusOf,
  type Component,
  type Specification,
} from '../state.js';
import type { Account } from '../account.js';
import { epochSeconds, listing, operation, page, resourceName, tagList, writeTags } from './operation.js';

const specification = z.looseObject({
  ModelName: resourceName.optional(),
  Container: z
    .looseObject({
      Image: z.string().optional(),
      Environment: z.record(z.string().max(1024), z.string().max(1024)).optional(),
    })
    .optional(),
  ComputeResourceRequirements: z.looseObject({
    MinMemoryRequiredInMb: z.int().min(128),
    MaxMemoryRequiredInMb: z.int().min(128).optional(),
    NumberOfAcceleratorDevicesRequired: z.number().min(1).optional(),
    NumberOfCpuCoresRequired: z.number().min(0.25).optional(),
  }),
});

const named = z.object({ InferenceComponentName: resourceName });
const runtime = z.object({ CopyCount: z.int().min(0) });

export const componentOperations = {
  CreateInferenceComponent: operation(
    named.extend({
      EndpointName: resourceName,
      VariantName: resourceName.optional(),
      Specification: specification,
      RuntimeConfig: runtime,
      Tags: tagList.optional(),
    }),
    (world, given) => {
      const name = given.InferenceComponentName;
      const arn = arnOf('inference-component', name);
      if (world.state.components.has(name.toLowerCase())) {
        throw invalid(`Cannot create already existing inference component "${arn}".`);
      }
      const endpoint = findEndpoint(world, given.EndpointName);
      if (statusOf(world, endpoint) !== 'InService') {
        throw invalid(
          `Cannot create an inference component on endpoint "${endpoint.arn}": it is not InService.`,
        );
      }
      const wanted = given.VariantName ?? endpoint.variants[0]?.config.VariantName;
      const variant = endpoint.variants.find(({ config }) => config.VariantName === wanted);
      if (!variant) throw invalid(`Could not find variant "${wanted}" of endpoint "${endpoint.arn}".`);
      if (variant.served) throw invalid(`Endpoint "${endpoint.arn}" does not take inference components.`);
      if (given.RuntimeConfig.CopyCount === 0) throw invalid('CopyCount must be at least 1 at creation.');
      createComponent(world, {
        name,
        endpoint,
        variant,
        specification: readSpecification(world, given.Specification),
        desired: given.RuntimeConfig.CopyCount,
      });
      writeTags(world, arn, given.Tags);
      return { InferenceComponentArn: arn };
    },
  ),

  DescribeInferenceComponent: operation(named, (world, { InferenceComponentName }) => {
    const component = findComponent(world.state, InferenceComponentName);
    return {
      ...summaryOf(component),
      FailureReason: component.failureReason,
      Specification: component.specification.given,
      RuntimeConfig: {
        DesiredCopyCount: component.desired,
        CurrentCopyCount:
          serving(component.copies).length +
          component.copies.filter(({ stage }) => stage === 'leaving').length,
      },
    };
  }),

  UpdateInferenceComponentRuntimeConfig: operation(
    named.extend({ DesiredRuntimeConfig: runtime }),
    (world, { InferenceComponentName, DesiredRuntimeConfig }) => {
      const component = changeable(world, InferenceComponentName);
      setCopies(world, component, DesiredRuntimeConfig.CopyCount);
      return { InferenceComponentArn: component.arn };
    },
  ),

  UpdateInferenceComponent: operation(
    named.extend({ Specification: specification.optional(), RuntimeConfig: runtime.optional() }),
    (world, { InferenceComponentName, Specification: wish, RuntimeConfig }) => {
      const component = changeable(world, InferenceComponentName);
      const next = wish ? readSpecification(world, wish) : component.specification;
      respecify(world, component, next, RuntimeConfig?.CopyCount ?? component.desired);
      return { InferenceComponentArn: component.arn };
    },
  ),

  DeleteInferenceComponent: operation(named, (world, { InferenceComponentName }) => {
    const component = findComponent(world.state, InferenceComponentName);
    if (component.status !== 'Failed') refuseUnlessInService(component);
    deleteComponent(world, component);
    return undefined;
  }),

  ListInferenceComponents: operation(
    listing.extend({ EndpointNameEquals: z.string().optional(), VariantNameEquals: z.string().optional() }),
    (world, { EndpointNameEquals, VariantNameEquals, ...wish }) => {
      const found = [...world.state.components.values()]
        .filter(({ endpoint }) => (EndpointNameEquals ?? endpoint.name) === endpoint.name)
        .filter(
          ({ variant: { config } }) => (VariantNameEquals ?? config.VariantName) === config.VariantName,
        );
      const { items, NextToken } = page(found, wish);
      return { InferenceComponents: items.map(summaryOf), NextToken };
    },
  ),
};

/** Throws ValidationException. */
function changeable(world: Account, name: string): Component {
  const component = findComponent(world.state, name);
  refuseUnlessInService(component);
  if (statusOf(world, component.endpoint) !== 'InService') {
    throw invalid(`Cannot update in-progress endpoint "${component.endpoint.arn}".`);
  }
  return component;
}

function refuseUnlessInService({ status, arn }: Component): void {
  if (status === 'Failed') throw invalid(`Cannot update inference component "${arn}" with status "Failed".`);
  if (status !== 'InService') throw invalid(`Cannot update in-progress inference component "${arn}".`);
}

/** Throws ValidationException. */
function readSpecification({ state }: Account, given: z.infer<typeof specification>): Specification {
  const { ModelName, Container, ComputeResourceRequirements: need } = given;
  if ((ModelName === undefined) === (Container === undefined)) {
    throw invalid('Specify exactly one of ModelName and Container.');
  }
  const environment =
    ModelName === undefined ? (Container?.Environment ?? {}) : findModel(state, ModelName).environment;
  return {
    given,
    served: serve(environment),
    room: {
      accelerators: need.NumberOfAcceleratorDevicesRequired ?? 0,
      cores: need.NumberOfCpuCoresRequired ?? 0,
      memoryMb: need.MinMemoryRequiredInMb,
    },
  };
}

function summaryOf({ name, arn, endpoint, variant, status, createdAt, modifiedAt }: Component) {
  return {
    InferenceComponentName: name,
    InferenceComponentArn: arn,
    InferenceComponentStatus: status,
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    VariantName: variant.config.VariantName,
    CreationTime: epochSeconds(createdAt),
    LastModifiedTime: epochSeconds(modifiedAt),
  };
}

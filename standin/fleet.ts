/** The life of an endpoint: instances come after a warm-up, go after a moment, and are billed from the first word to the last. */
import type { Endpoint, EndpointConfig, Variant } from './state.js';
import { arnOf, newVariants } from './state.js';
import type { World } from './world.js';

/** Virtual seconds. */
const SCALE_IN_SECONDS = 5;
const DELETE_SECONDS = 5;
const CAPACITY_ERROR =
  'CapacityError: Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. ' +
  'Please retry using a different ML instance type.';

export function createEndpoint(world: World, name: string, config: EndpointConfig): Endpoint {
  const now = new Date();
  const endpoint: Endpoint = {
    name,
    arn: arnOf('endpoint', name),
    config,
    status: 'Creating',
    failureReason: undefined,
    variants: newVariants(world.state, config),
    createdAt: now,
    modifiedAt: now,
  };
  world.state.endpoints.set(name.toLowerCase(), endpoint);
  const short = isShort(world, 'CreateEndpoint', name);
  if (!short) billFleet(world, endpoint, endpoint.variants, 1);
  world.clock.after(warmUpOf(endpoint.variants), () => {
    if (!short) for (const variant of endpoint.variants) variant.current = variant.desired;
    endpoint.failureReason = short ? CAPACITY_ERROR : undefined;
    become(world, endpoint, short ? 'Failed' : 'InService');
  });
  return endpoint;
}

/** Brings each named variant to its count: new instances warm up first; spare ones stop taking work at once. */
export function scaleEndpoint(world: World, endpoint: Endpoint, counts: ReadonlyMap<Variant, number>): void {
  const grows = [...counts].some(([variant, count]) => count > variant.current);
  const short = grows && isShort(world, 'UpdateEndpointWeightsAndCapacities', endpoint.name);
  for (const [variant, count] of counts) {
    variant.desired = count;
    if (count > variant.current && !short) billVariant(world, endpoint, variant, count - variant.current);
  }
  become(world, endpoint, 'Updating');
  const growing = [...counts.keys()].filter((variant) => variant.desired > variant.current);
  world.clock.after(grows ? warmUpOf(growing) : SCALE_IN_SECONDS, () => {
    for (const variant of counts.keys()) {
      const change = variant.desired - variant.current;
      if (change > 0 && short) continue;
      if (change < 0) billVariant(world, endpoint, variant, change);
      variant.current = variant.desired;
    }
    endpoint.failureReason = short ? CAPACITY_ERROR : undefined;
    become(world, endpoint, 'InService');
  });
}

/** Brings up a second fleet beside the first, then switches over; both are billed meanwhile. */
export function replaceFleet(
  world: World,
  endpoint: Endpoint,
  config: EndpointConfig,
  keepCounts: boolean,
): void {
  const fleet = newVariants(world.state, config);
  for (const variant of fleet) {
    const old = endpoint.variants.find((other) => other.config.VariantName === variant.config.VariantName);
    if (keepCounts && old) Object.assign(variant, { desired: old.desired, weight: old.weight });
  }
  const short = isShort(world, 'UpdateEndpoint', endpoint.name);
  if (!short) billFleet(world, endpoint, fleet, 1);
  become(world, endpoint, 'Updating');
  world.clock.after(warmUpOf(fleet), () => {
    endpoint.failureReason = short ? CAPACITY_ERROR : undefined;
    if (!short) {
      for (const variant of endpoint.variants) billVariant(world, endpoint, variant, -variant.current);
      for (const variant of fleet) variant.current = variant.desired;
      Object.assign(endpoint, { variants: fleet, config });
    }
    become(world, endpoint, 'InService');
  });
}

/** The instances, and all work on them, end when the endpoint is gone. */
export function deleteEndpoint(world: World, endpoint: Endpoint): void {
  for (const variant of endpoint.variants) variant.desired = 0;
  become(world, endpoint, 'Deleting');
  world.clock.after(DELETE_SECONDS, () => {
    for (const variant of endpoint.variants) billVariant(world, endpoint, variant, -variant.current);
    world.state.endpoints.delete(endpoint.name.toLowerCase());
    world.state.tags.delete(endpoint.arn);
    world.jobs.killAll(endpoint);
  });
}

function become(world: World, endpoint: Endpoint, status: Endpoint['status']): void {
  endpoint.status = status;
  endpoint.modifiedAt = new Date();
  world.jobs.settle(endpoint);
}

function isShort(world: World, operation: string, name: string): boolean {
  return world.faults.take(['capacity'], operation, name) !== undefined;
}

function warmUpOf(variants: readonly Variant[]): number {
  return Math.max(0, ...variants.map((variant) => variant.container.warmUpSeconds));
}

function billFleet(world: World, endpoint: Endpoint, fleet: readonly Variant[], sign: 1 | -1): void {
  for (const variant of fleet) billVariant(world, endpoint, variant, sign * variant.desired);
}

function billVariant(world: World, endpoint: Endpoint, variant: Variant, change: number): void {
  world.book.bill(endpoint.name, variant.config.InstanceType, variant.hourlyUsd, change);
}

/** The life cycle of an endpoint: its fleets start after a warm-up, scale out and in, are replaced, and end. */
import { forgetResource } from './scaling.js';
import { serving, staying, whenAll, type Instance } from './instances.js';
import {
  CAPACITY_ERROR,
  dismiss,
  provision,
  deprovision,
  refuseOverQuota,
  unhealthy,
} from './provisioning.js';
import { watchHosts } from './shared-hosts.js';
import type { Endpoint, EndpointConfig, Variant } from '../state.js';
import { arnOf, newVariants } from '../state.js';
import type { Account } from '../account.js';

/** The minimum duration of a change, in virtual seconds. */
const CHANGE_SECONDS = 5;

/** Throws Refusal. */
export function createEndpoint(world: Account, name: string, config: EndpointConfig): void {
  const now = world.clock.wall();
  const endpoint: Endpoint = {
    name,
    arn: arnOf('endpoint', name),
    config,
    status: 'Creating',
    failureReason: undefined,
    variants: newVariants(world.state, config),
    createdAt: now,
    modifiedAt: now,
    visibleFrom: world.clock.now() + world.settings.consistencySeconds,
  };
  const wanted = desiredOf(endpoint.variants);
  refuseOverQuota(world, wanted);
  world.state.endpoints.set(name.toLowerCase(), endpoint);
  bringUp(world, endpoint, 'CreateEndpoint', wanted, (failure) => {
    become(world, endpoint, failure === undefined ? 'InService' : 'Failed', failure);
  });
}

/** Scales each named variant: new instances warm up first; surplus ones take no new work. Throws Refusal. */
export function scaleEndpoint(
  world: Account,
  endpoint: Endpoint,
  counts: ReadonlyMap<Variant, number>,
): void {
  const growth = new Map<Variant, number>();
  const spare = new Map<Variant, Instance[]>();
  for (const [variant, count] of counts) {
    const now = staying(variant.instances);
    if (count > now.length) growth.set(variant, count - now.length);
    if (count < now.length) spare.set(variant, now.slice(count));
  }
  refuseOverQuota(world, growth);
  for (const [variant, count] of counts) variant.desired = count;
  become(world, endpoint, 'Updating');
  let failure: string | undefined;
  const grow = (done: () => void): void =>
    bringUp(world, endpoint, 'UpdateEndpointWeightsAndCapacities', growth, (reason) => {
      failure = reason;
      done();
    });
  const tasks = [...spare].map(
    ([variant, instances]) =>
      (done: () => void): void =>
        deprovision(world, endpoint, variant, instances, done),
  );
  const rest = (done: () => void): void => void world.clock.after(CHANGE_SECONDS, done);
  whenAll([...tasks, growth.size > 0 ? grow : rest], () => become(world, endpoint, 'InService', failure));
}

/** Starts a second fleet beside the first, then switches over. Both are billed meanwhile. Throws Refusal. */
export function replaceFleet(
  world: Account,
  endpoint: Endpoint,
  config: EndpointConfig,
  keepCounts: boolean,
): void {
  const fleet = newVariants(world.state, config);
  for (const variant of fleet) {
    const old = endpoint.variants.find((other) => other.config.VariantName === variant.config.VariantName);
    if (keepCounts && old) Object.assign(variant, { desired: old.desired, weight: old.weight });
  }
  refuseOverQuota(world, desiredOf(fleet));
  become(world, endpoint, 'Updating');
  bringUp(world, endpoint, 'UpdateEndpoint', desiredOf(fleet), (failure) => {
    if (failure !== undefined) {
      become(world, endpoint, 'RollingBack', failure);
      world.clock.after(CHANGE_SECONDS, () => become(world, endpoint, 'InService', failure));
      return;
    }
    const old = endpoint.variants;
    Object.assign(endpoint, { variants: fleet, config });
    world.jobs.settle(endpoint);
    emptyOut(world, endpoint, old, () => become(world, endpoint, 'InService'));
  });
}

/** Fleets for inference components are changed in place. */
export function adjustHosts(world: Account, endpoint: Endpoint, config: EndpointConfig): void {
  endpoint.config = config;
  for (const variant of endpoint.variants) {
    const next = config.variants.find(({ VariantName }) => VariantName === variant.config.VariantName);
    if (next) variant.config = next;
  }
  become(world, endpoint, 'Updating');
  world.clock.after(CHANGE_SECONDS, () => become(world, endpoint, 'InService'));
}

/** Waiting work ends when the endpoint is deleted. */
export function deleteEndpoint(world: Account, endpoint: Endpoint): void {
  const { clock, state, jobs, settings } = world;
  for (const variant of endpoint.variants) variant.desired = 0;
  become(world, endpoint, 'Deleting');
  emptyOut(world, endpoint, endpoint.variants, () => {
    state.endpoints.delete(endpoint.name.toLowerCase());
    state.tags.delete(endpoint.arn);
    for (const { config } of endpoint.variants) {
      forgetResource(world, `endpoint/${endpoint.name}/variant/${config.VariantName}`);
    }
    if (settings.consistencySeconds > 0) {
      state.departed.add(endpoint);
      clock.after(settings.consistencySeconds, () => void state.departed.delete(endpoint));
    }
    jobs.drop(endpoint);
  });
}

/** `done` receives the reason of a failure, if there is one. */
function bringUp(
  world: Account,
  endpoint: Endpoint,
  operation: string,
  wanted: ReadonlyMap<Variant, number>,
  done: (failure?: string) => void,
): void {
  const readySeconds = Math.max(
    0,
    ...[...wanted.keys()].map(({ served }) => served?.container.warmUpSeconds ?? world.settings.hostSeconds),
  );
  if (world.faults.take(['capacity'], operation, endpoint.name)) {
    world.clock.after(readySeconds, () => done(CAPACITY_ERROR));
    return;
  }
  const hired = [...wanted].map(([variant, count]) => ({
    variant,
    instances: provision(world, endpoint, variant, count, readySeconds),
  }));
  const sick = hired.find(({ variant }) => variant.served?.container.unhealthySeconds !== undefined)?.variant;
  world.clock.after(sick?.served?.container.unhealthySeconds ?? readySeconds, () => {
    for (const { variant, instances } of hired) {
      if (sick) dismiss(world, endpoint, variant, instances);
      else for (const instance of instances) instance.stage = 'serving';
    }
    done(sick && unhealthy(`production variant ${sick.config.VariantName}`));
  });
}

function emptyOut(world: Account, endpoint: Endpoint, fleet: readonly Variant[], then: () => void): void {
  const leaving = fleet.map(
    (variant) =>
      (done: () => void): void =>
        deprovision(world, endpoint, variant, variant.instances, done),
  );
  const rest = (done: () => void): void => void world.clock.after(CHANGE_SECONDS, done);
  whenAll([...leaving, rest], then);
}

function become(world: Account, endpoint: Endpoint, status: Endpoint['status'], failure?: string): void {
  endpoint.status = status;
  endpoint.failureReason = failure;
  endpoint.modifiedAt = world.clock.wall();
  world.jobs.settle(endpoint);
  if (status === 'InService') watchHosts(world, endpoint);
}

function desiredOf(variants: readonly Variant[]): Map<Variant, number> {
  return new Map(variants.map((variant) => [variant, variant.desired]));
}

/** Instances that can take work or still have some. */
export function currentOf({ instances }: Variant): number {
  return serving(instances).length + instances.filter(({ stage }) => stage === 'leaving').length;
}

/** Instances start and stop, within the account's quota, and are billed for the whole time. */
import { newInstance, type Instance } from './instances.js';
import type { Endpoint, Variant } from '../state.js';
import { Refusal } from '../wire.js';
import type { Account } from '../account.js';

export const CAPACITY_ERROR =
  'CapacityError: Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. ' +
  'Please retry using a different ML instance type.';

/** The failure reason of a container that never answered a ping. */
export function unhealthy(whose: string): string {
  return (
    `The primary container for ${whose} did not pass the ping health check. ` +
    'Please check CloudWatch logs for this endpoint.'
  );
}

/** Why that many more instances are not available, if so. */
export function quotaShortage(
  { state, settings }: Account,
  instanceType: string,
  more: number,
): string | undefined {
  const quota = settings.quotas[instanceType] ?? Infinity;
  const used = state.inUse.get(instanceType) ?? 0;
  if (more <= 0 || used + more <= quota) return undefined;
  return (
    `The account-level service limit '${instanceType} for endpoint usage' is ${quota} Instances, with current ` +
    `utilization of ${used} Instances and a request delta of ${more} Instances. Please use AWS Service Quotas to ` +
    'request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an ' +
    'increase for this quota.'
  );
}

/** Throws ResourceLimitExceeded. */
export function refuseOverQuota(world: Account, wanted: ReadonlyMap<Variant, number>): void {
  const byType = new Map<string, number>();
  for (const [{ config }, count] of wanted) {
    byType.set(config.InstanceType, (byType.get(config.InstanceType) ?? 0) + count);
  }
  for (const [type, count] of byType) {
    const shortage = quotaShortage(world, type, count);
    if (shortage) throw new Refusal('ResourceLimitExceeded', 400, shortage);
  }
}

export function provision(
  world: Account,
  endpoint: Endpoint,
  variant: Variant,
  count: number,
  readySeconds: number,
): Instance[] {
  const readyAt = world.clock.now() + readySeconds;
  const instances = Array.from({ length: count }, () => newInstance(readyAt));
  variant.instances.push(...instances);
  tally(world, endpoint, variant, count);
  return instances;
}

/** Lets workers end their work, then removes them. */
export function deprovision(
  world: Account,
  endpoint: Endpoint,
  variant: Variant,
  instances: readonly Instance[],
  then: () => void = () => undefined,
): void {
  for (const instance of instances) instance.keep();
  world.jobs.retire(instances, (some) => dismiss(world, endpoint, variant, some), then);
}

/** Workers without work are removed at once. */
export function dismiss(
  world: Account,
  endpoint: Endpoint,
  variant: Variant,
  instances: readonly Instance[],
): void {
  variant.instances = variant.instances.filter((instance) => !instances.includes(instance));
  tally(world, endpoint, variant, -instances.length);
}

function tally(
  { state, book }: Account,
  endpoint: Endpoint,
  { config, hourlyUsd }: Variant,
  change: number,
): void {
  state.inUse.set(config.InstanceType, (state.inUse.get(config.InstanceType) ?? 0) + change);
  book.bill(endpoint.name, config.InstanceType, hourlyUsd, change);
}

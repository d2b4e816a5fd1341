/** Instances for inference components: added when copies need them, and removed some time after their last copy. */
import { newWorker, staying, type Copy, type Instance } from './instances.js';
import { CAPACITY_ERROR, provision, deprovision, quotaShortage } from './provisioning.js';
import { resourcesOf, type Resources } from './instance-types.js';
import type { Endpoint, Variant } from '../state.js';
import type { Account } from '../account.js';

/** Finds a place for each copy, if need be on new instances. Copies without a place are a shortage. */
export function place(
  world: Account,
  endpoint: Endpoint,
  variant: Variant,
  { room, count, operation }: { room: Resources; count: number; operation: string },
): { copies: Copy[]; shortage: string | undefined } {
  const copies: Copy[] = [];
  while (copies.length < count) {
    const host =
      staying(variant.instances).find((instance) => fits(freeRoom(variant, instance), room)) ??
      newHost(world, endpoint, variant, room, operation);
    if (typeof host === 'string') return { copies, shortage: host };
    host.keep();
    host.keep = () => undefined;
    const copy = { ...newWorker(), host, room };
    host.copies.add(copy);
    copies.push(copy);
  }
  return { copies, shortage: undefined };
}

/** Removes copies from their instances. */
export function vacate(world: Account, endpoint: Endpoint, variant: Variant, copies: readonly Copy[]): void {
  for (const copy of copies) {
    copy.host.copies.delete(copy);
    watchHost(world, endpoint, variant, copy.host);
  }
}

/** Schedules the removal of instances without copies, as far as the configuration allows. */
export function watchHosts(world: Account, endpoint: Endpoint): void {
  for (const variant of endpoint.variants.filter(({ served }) => served === undefined)) {
    for (const host of staying(variant.instances)) watchHost(world, endpoint, variant, host);
  }
}

function watchHost(world: Account, endpoint: Endpoint, variant: Variant, host: Instance): void {
  if (host.copies.size > 0 || variant.config.ManagedInstanceScaling?.Status !== 'ENABLED') return;
  host.keep();
  host.keep = world.clock.after(world.settings.releaseTailSeconds, () => {
    const least = variant.config.ManagedInstanceScaling?.MinInstanceCount ?? 1;
    if (endpoint.status !== 'InService' || staying(variant.instances).length <= least) return;
    variant.desired -= 1;
    deprovision(world, endpoint, variant, [host]);
  });
}

function newHost(
  world: Account,
  endpoint: Endpoint,
  variant: Variant,
  room: Resources,
  operation: string,
): Instance | string {
  const { InstanceType, InitialInstanceCount, ManagedInstanceScaling } = variant.config;
  const managed = ManagedInstanceScaling?.Status === 'ENABLED';
  const most = managed ? (ManagedInstanceScaling.MaxInstanceCount ?? InitialInstanceCount) : 0;
  if (!fits(resourcesOf(InstanceType), room) || staying(variant.instances).length >= most) {
    return 'There is not enough room on the instances of the endpoint for the copies of this inference component.';
  }
  const shortage = quotaShortage(world, InstanceType, 1);
  if (shortage !== undefined) return shortage;
  if (world.faults.take(['capacity'], operation, endpoint.name)) return CAPACITY_ERROR;
  const [host] = provision(world, endpoint, variant, 1, world.settings.hostSeconds) as [Instance];
  variant.desired += 1;
  world.clock.after(world.settings.hostSeconds, () => {
    host.stage = 'serving';
  });
  return host;
}

function freeRoom({ config }: Variant, { copies }: Instance): Resources {
  const free = { ...resourcesOf(config.InstanceType) };
  for (const { room } of copies) {
    free.accelerators -= room.accelerators;
    free.cores -= room.cores;
    free.memoryMb -= room.memoryMb;
  }
  return free;
}

function fits(free: Resources, room: Resources): boolean {
  return room.accelerators <= free.accelerators && room.cores <= free.cores && room.memoryMb <= free.memoryMb;
}

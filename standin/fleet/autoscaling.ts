/** Application Auto Scaling's behaviour: a scheduled action changes the bounds, and the capacity moves into them. */
import { setCopies } from './components.js';
import { scaleEndpoint } from './fleet.js';
import type { ScheduledAction, Target } from './scaling.js';
import { Refusal } from '../wire.js';
import type { Account } from '../account.js';

/** A resource with an adjustable capacity. */
export interface Scalable {
  dimension: string;
  /** The least capacity it can have. */
  least: 0 | 1;
  capacity: number;
  busy: boolean;
  instanceType: string | undefined;
  set(capacity: number): void;
}

/** Virtual seconds until a busy resource is tried again. */
const AGAIN_SECONDS = 10;

/** The resource that `endpoint/<name>/variant/<name>` or `inference-component/<name>` names, if it exists. */
export function scalableOf(world: Account, resourceId: string): Scalable | undefined {
  const [, endpointName, variantName] = /^endpoint\/([^/]+)\/variant\/([^/]+)$/.exec(resourceId) ?? [];
  if (endpointName !== undefined) {
    const endpoint = world.state.endpoints.get(endpointName.toLowerCase());
    const variant = endpoint?.variants.find(({ config }) => config.VariantName === variantName);
    if (!endpoint || !variant) return undefined;
    return {
      dimension: 'sagemaker:variant:DesiredInstanceCount',
      least: endpoint.config.async ? 0 : 1,
      capacity: variant.desired,
      busy: endpoint.status !== 'InService' || world.settings.systemUpdating.includes(endpoint.name),
      instanceType: variant.config.InstanceType,
      set: (capacity) => scaleEndpoint(world, endpoint, new Map([[variant, capacity]])),
    };
  }
  const [, name = ''] = /^inference-component\/([^/]+)$/.exec(resourceId) ?? [];
  const component = world.state.components.get(name.toLowerCase());
  return (
    component && {
      dimension: 'sagemaker:inference-component:DesiredCopyCount',
      least: 0,
      capacity: component.desired,
      busy: component.status !== 'InService',
      instanceType: undefined,
      set: (capacity) => setCopies(world, component, capacity),
    }
  );
}

/** Runs the action at its time, and removes it. */
export function schedule(world: Account, action: ScheduledAction, date: Date): void {
  world.scaling.actions.add(action);
  action.cancel = world.clock.at(date, () => {
    world.scaling.actions.delete(action);
    const target = world.scaling.targets.get(action.resourceId);
    if (!target) return;
    target.min = action.min ?? target.min;
    target.max = action.max ?? target.max;
    bring(world, target);
  });
}

/** Moves the capacity into its bounds, as soon as the resource accepts changes. */
function bring(world: Account, target: Target): void {
  const resource = scalableOf(world, target.resourceId);
  if (!resource || world.scaling.targets.get(target.resourceId) !== target) return;
  const wanted = Math.min(Math.max(resource.capacity, target.min), target.max);
  if (wanted === resource.capacity) return;
  if (resource.busy) return void world.clock.after(AGAIN_SECONDS, () => bring(world, target));
  try {
    resource.set(wanted);
  } catch (error) {
    // A scaling activity that the account does not allow fails silently, as at AWS.
    if (!(error instanceof Refusal)) throw error;
  }
}

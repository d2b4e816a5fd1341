/** Application Auto Scaling's state: registered bounds, and scheduled actions that change them. */

export interface Target {
  resourceId: string;
  dimension: string;
  arn: string;
  min: number;
  max: number;
  role: string | undefined;
  createdAt: Date;
}

export interface ScheduledAction {
  name: string;
  resourceId: string;
  dimension: string;
  arn: string;
  schedule: string;
  min: number | undefined;
  max: number | undefined;
  createdAt: Date;
  cancel: () => void;
}

export interface Scaling {
  /** By resource. */
  targets: Map<string, Target>;
  actions: Set<ScheduledAction>;
}

/** The registered part of a resource. */
interface Scaled {
  scaling: Scaling;
}

export function noScaling(): Scaling {
  return { targets: new Map(), actions: new Set() };
}

export function unschedule({ scaling }: Scaled, action: ScheduledAction): void {
  action.cancel();
  scaling.actions.delete(action);
}

/** A resource is deleted, or deregistered. */
export function forgetResource(world: Scaled, resourceId: string): void {
  world.scaling.targets.delete(resourceId);
  for (const action of world.scaling.actions) {
    if (action.resourceId === resourceId) unschedule(world, action);
  }
}

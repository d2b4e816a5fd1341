/** What Application Auto Scaling keeps: bounds that somebody registered, and moments at which they change. */

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

/** What an account has of it. */
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

/** A resource is gone, or no longer to be scaled. */
export function forgetResource(world: Scaled, resourceId: string): void {
  world.scaling.targets.delete(resourceId);
  for (const action of world.scaling.actions) {
    if (action.resourceId === resourceId) unschedule(world, action);
  }
}

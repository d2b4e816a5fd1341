/** Application Auto Scaling, as far as SageMaker endpoints need it: targets, and scheduled actions. */
import { z } from 'zod';
import { scalableOf, schedule, type Scalable } from '../fleet/autoscaling.js';
import { forgetResource, unschedule, type ScheduledAction, type Target } from '../fleet/scaling.js';
import { ACCOUNT, invalid, REGION } from '../state.js';
import { Refusal } from '../wire.js';
import type { Account } from '../account.js';
import { epochSeconds, operation } from './operation.js';

const capacity = z.int().min(0).optional();
const namespace = z.literal('sagemaker');
const resource = z.object({
  ServiceNamespace: namespace,
  ResourceId: z.string(),
  ScalableDimension: z.enum([
    'sagemaker:variant:DesiredInstanceCount',
    'sagemaker:inference-component:DesiredCopyCount',
  ]),
});
type Resource = z.infer<typeof resource>;

const paging = {
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().regex(/^\d+$/).optional(),
};

export const autoscalingOperations = {
  RegisterScalableTarget: operation(
    resource.extend({ MinCapacity: capacity, MaxCapacity: capacity, RoleARN: z.string().optional() }),
    (world, given) => {
      const { ResourceId: resourceId, ScalableDimension: dimension } = given;
      const scalable = requireScalable(world, given);
      const old = world.scaling.targets.get(resourceId);
      const [min, max] = [given.MinCapacity ?? old?.min, given.MaxCapacity ?? old?.max];
      if (min === undefined || max === undefined) {
        throw invalid('MinCapacity and MaxCapacity are required to register a new scalable target.');
      }
      refuseBounds(scalable, min, max);
      const target: Target = {
        resourceId,
        dimension,
        arn: old?.arn ?? arnOf('scalable-target', resourceId),
        min,
        max,
        role: given.RoleARN ?? old?.role,
        createdAt: old?.createdAt ?? world.clock.wall(),
      };
      world.scaling.targets.set(resourceId, old ? Object.assign(old, target) : target);
      return { ScalableTargetARN: target.arn };
    },
  ),

  DescribeScalableTargets: operation(
    z.object({
      ServiceNamespace: namespace,
      ResourceIds: z.array(z.string()).optional(),
      ScalableDimension: z.string().optional(),
      ...paging,
    }),
    (world, { ResourceIds, ScalableDimension, ...wish }) => {
      const found = [...world.scaling.targets.values()]
        .filter(({ resourceId }) => ResourceIds?.includes(resourceId) ?? true)
        .filter(({ dimension }) => (ScalableDimension ?? dimension) === dimension);
      const { items, NextToken } = pageOf(found, wish);
      return { ScalableTargets: items.map(describeTarget), NextToken };
    },
  ),

  DeregisterScalableTarget: operation(resource, (world, given) => {
    requireTarget(world, given);
    forgetResource(world, given.ResourceId);
    return {};
  }),

  PutScheduledAction: operation(
    resource.extend({
      ScheduledActionName: z.string().min(1).max(256),
      Schedule: z.string().optional(),
      Timezone: z.literal('UTC').optional(),
      ScalableTargetAction: z.object({ MinCapacity: capacity, MaxCapacity: capacity }).optional(),
    }),
    (world, given) => {
      const target = requireTarget(world, given);
      const scalable = requireScalable(world, given);
      const old = findAction(world, given);
      const text = given.Schedule ?? old?.schedule;
      if (text === undefined) throw invalid('Schedule is required for a new scheduled action.');
      const date = dateOf(text);
      if (date <= world.clock.wall()) throw invalid(`The schedule ${text} is in the past.`);
      const { MinCapacity: min = old?.min, MaxCapacity: max = old?.max } = given.ScalableTargetAction ?? {};
      if (min === undefined && max === undefined) {
        throw invalid('ScalableTargetAction needs MinCapacity or MaxCapacity.');
      }
      refuseBounds(scalable, min ?? Math.min(target.min, max ?? target.min), max ?? Infinity);
      if (old) unschedule(world, old);
      const action: ScheduledAction = {
        name: given.ScheduledActionName,
        resourceId: given.ResourceId,
        dimension: given.ScalableDimension,
        arn: arnOf('scheduledAction', `${given.ResourceId}:scheduledActionName/${given.ScheduledActionName}`),
        schedule: text,
        min,
        max,
        createdAt: old?.createdAt ?? world.clock.wall(),
        cancel: () => undefined,
      };
      schedule(world, action, date);
      return {};
    },
  ),

  DescribeScheduledActions: operation(
    z.object({
      ServiceNamespace: namespace,
      ScheduledActionNames: z.array(z.string()).optional(),
      ResourceId: z.string().optional(),
      ScalableDimension: z.string().optional(),
      ...paging,
    }),
    (world, { ScheduledActionNames, ResourceId, ScalableDimension, ...wish }) => {
      const found = [...world.scaling.actions]
        .filter(({ name }) => ScheduledActionNames?.includes(name) ?? true)
        .filter(({ resourceId }) => (ResourceId ?? resourceId) === resourceId)
        .filter(({ dimension }) => (ScalableDimension ?? dimension) === dimension);
      const { items, NextToken } = pageOf(found, wish);
      return { ScheduledActions: items.map(describeAction), NextToken };
    },
  ),

  DeleteScheduledAction: operation(resource.extend({ ScheduledActionName: z.string() }), (world, given) => {
    const action = findAction(world, given);
    if (!action) {
      throw notFound(
        `No scheduled action found for service namespace: sagemaker, resource ID: ${given.ResourceId}, ` +
          `scalable dimension: ${given.ScalableDimension}`,
      );
    }
    unschedule(world, action);
    return {};
  }),
};

/** Throws ValidationException. */
function requireScalable(world: Account, { ResourceId, ScalableDimension }: Resource): Scalable {
  const scalable = scalableOf(world, ResourceId);
  if (scalable?.dimension === ScalableDimension) return scalable;
  throw invalid(`There is no ${ScalableDimension} of ${ResourceId}.`);
}

/** Throws ObjectNotFoundException. */
function requireTarget({ scaling }: Account, { ResourceId, ScalableDimension }: Resource): Target {
  const target = scaling.targets.get(ResourceId);
  if (target?.dimension === ScalableDimension) return target;
  throw notFound(
    `No scalable target registered for service namespace: sagemaker, resource ID: ${ResourceId}, ` +
      `scalable dimension: ${ScalableDimension}`,
  );
}

function findAction(
  { scaling }: Account,
  given: Resource & { ScheduledActionName: string },
): ScheduledAction | undefined {
  return [...scaling.actions].find(
    ({ name, resourceId }) => name === given.ScheduledActionName && resourceId === given.ResourceId,
  );
}

function refuseBounds({ least }: Scalable, min: number, max: number): void {
  if (min > max) throw invalid('Maximum capacity cannot be less than minimum capacity');
  if (min < least) throw invalid(`MinCapacity must be at least ${least} for this resource.`);
}

/** Reads `at(yyyy-mm-ddThh:mm:ss)` in UTC. Throws ValidationException. */
function dateOf(schedule: string): Date {
  const [, text] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(schedule) ?? [];
  const date = new Date(`${text}Z`);
  if (Number.isNaN(date.getTime())) {
    throw invalid(`The stand-in reads schedules of the form at(yyyy-mm-ddThh:mm:ss); it was ${schedule}.`);
  }
  return date;
}

function notFound(message: string): Refusal {
  return new Refusal('ObjectNotFoundException', 400, message);
}

function arnOf(kind: string, rest: string): string {
  return `arn:aws:application-autoscaling:${REGION}:${ACCOUNT}:${kind}/${rest}`;
}

function pageOf<T>(
  all: readonly T[],
  { MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined },
): { items: T[]; NextToken: string | undefined } {
  const from = Number(NextToken ?? 0);
  const to = from + MaxResults;
  return { items: all.slice(from, to), NextToken: to < all.length ? String(to) : undefined };
}

function describeTarget({ resourceId, dimension, arn, min, max, role, createdAt }: Target) {
  return {
    ServiceNamespace: 'sagemaker',
    ResourceId: resourceId,
    ScalableDimension: dimension,
    ScalableTargetARN: arn,
    MinCapacity: min,
    MaxCapacity: max,
    RoleARN:
      role ??
      `arn:aws:iam::${ACCOUNT}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/` +
        'AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
    CreationTime: epochSeconds(createdAt),
  };
}

function describeAction({ name, resourceId, dimension, arn, schedule: text, ...rest }: ScheduledAction) {
  return {
    ScheduledActionName: name,
    ScheduledActionARN: arn,
    ServiceNamespace: 'sagemaker',
    Schedule: text,
    ResourceId: resourceId,
    ScalableDimension: dimension,
    ScalableTargetAction: { MinCapacity: rest.min, MaxCapacity: rest.max },
    CreationTime: epochSeconds(rest.createdAt),
  };
}

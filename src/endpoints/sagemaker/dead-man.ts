/** The dead-man: the provider's own scheduler turns a model off should Radiant no longer be there to do it. */
import {
  DeregisterScalableTargetCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  type ScalableDimension,
} from '@aws-sdk/client-application-auto-scaling';
import type { ModelConfig } from '../../core/models/model.js';
import type { Aws } from './aws.js';
import { VARIANT } from './deployment.js';
import { bestEffort, refusal } from './refusal.js';

const ACTION = 'radiant-hold-off';

/** What of a model can be scaled from outside. */
interface Scalable {
  ServiceNamespace: 'sagemaker';
  ResourceId: string;
  ScalableDimension: ScalableDimension;
}

export const instancesOf = (endpoint: string): Scalable => ({
  ServiceNamespace: 'sagemaker',
  ResourceId: `endpoint/${endpoint}/variant/${VARIANT}`,
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
});
export const copiesOf = (component: string): Scalable => ({
  ServiceNamespace: 'sagemaker',
  ResourceId: `inference-component/${component}`,
  ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
});

export interface DeadMan {
  renew(model: ModelConfig, until: Date): Promise<void>;
  /** Undoes the limit of 0 that a fired action left behind. */
  allow(model: ModelConfig): Promise<void>;
  release(model: ModelConfig): Promise<void>;
}

/** None for what AWS does not scale to zero: a real-time variant. */
export const noDeadMan: DeadMan = {
  renew: () => Promise.resolve(),
  allow: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

export function makeDeadMan(
  { autoScaling }: Pick<Aws, 'autoScaling'>,
  targetOf: (model: ModelConfig) => Scalable,
): DeadMan {
  const register = (model: ModelConfig) =>
    autoScaling.send(
      new RegisterScalableTargetCommand({
        ...targetOf(model),
        MinCapacity: 0,
        MaxCapacity: model.thermal.maxInstances,
      }),
    );
  return {
    async renew(model, until) {
      try {
        await register(model);
        await autoScaling.send(
          new PutScheduledActionCommand({
            ...targetOf(model),
            ScheduledActionName: ACTION,
            // To the second and without a zone, which is UTC then.
            Schedule: `at(${until.toISOString().slice(0, 19)})`,
            ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
          }),
        );
      } catch (error) {
        throw refusal(error, model, targetOf(model).ResourceId);
      }
    },
    // Warming goes on without the permission, or while this service is away.
    allow: (model) => bestEffort(register(model)),
    // With the target go its scheduled actions.
    release: (model) => bestEffort(autoScaling.send(new DeregisterScalableTargetCommand(targetOf(model)))),
  };
}

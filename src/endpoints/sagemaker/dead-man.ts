/** The dead man: the provider's own scheduled scale-in, which turns a model off if Radiant no longer can. */
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

/** The scalable target of a model. */
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
  /** Moves the scheduled scale-in to `until`. */
  renew(model: ModelConfig, until: Date): Promise<void>;
  /** Removes the limit of 0 that a fired scheduled action left behind. */
  allow(model: ModelConfig): Promise<void>;
  release(model: ModelConfig): Promise<void>;
}

/** For what AWS cannot scale to zero: a real-time variant. */
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
            // In whole seconds, and without a zone, which means UTC.
            Schedule: `at(${until.toISOString().slice(0, 19)})`,
            ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
          }),
        );
      } catch (error) {
        throw refusal(error, model, targetOf(model).ResourceId);
      }
    },
    // Warming works without the permission, and while this service is unreachable.
    allow: (model) => bestEffort(register(model)),
    // Deregistering the target also deletes its scheduled actions.
    release: (model) => bestEffort(autoScaling.send(new DeregisterScalableTargetCommand(targetOf(model)))),
  };
}

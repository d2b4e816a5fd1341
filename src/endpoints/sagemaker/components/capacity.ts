/** Capacity of inference components: copies of a model on a host endpoint that scales its own instances. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateInferenceComponentCommand,
  DeleteInferenceComponentCommand,
  DescribeInferenceComponentCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
  type DescribeEndpointOutput,
  type DescribeInferenceComponentOutput,
} from '@aws-sdk/client-sagemaker';
import { InvocationError } from '../../../core/errors.js';
import type { ModelConfig } from '../../../core/models/model.js';
import {
  BROKEN,
  componentsOn,
  deleteEndpoint,
  deleteVersions,
  findEndpoint,
  IN_PROGRESS,
  tagsOn,
  createModelOf,
} from '../account.js';
import type { Aws } from '../aws.js';
import { componentHealth } from './health.js';
import { copiesOf, makeDeadMan } from '../dead-man.js';
import {
  componentRequests,
  isDeployable,
  MODEL_TAG,
  tagValue,
  type EndpointSettings,
} from '../deployment.js';
import type { Capacity } from '../../driver.js';
import { runStep, bestEffort, redacted, unlessAbsent, unlessThere } from '../refusal.js';
import { awsFault, readSdkError } from '../../sdk-errors.js';

const TO_ZERO = /zero|MinInstanceCount|CopyCount/i;

export function componentCapacity(
  { control, autoScaling }: Pick<Aws, 'control' | 'autoScaling'>,
  settings: EndpointSettings & { hostOf: (model: ModelConfig) => string },
): Capacity {
  const { nameOf, hostOf } = settings;
  const deadMan = makeDeadMan({ autoScaling }, (model) => copiesOf(nameOf(model)));

  /** Null for a row that cannot be deployed. */
  const asksOf = (model: ModelConfig) => (isDeployable(model) ? componentRequests(model, settings) : null);

  async function observe(model: ModelConfig) {
    const [host, component] = await Promise.all([
      findEndpoint(control, hostOf(model)),
      unlessAbsent(
        control.send(new DescribeInferenceComponentCommand({ InferenceComponentName: nameOf(model) })),
      ),
    ]);
    const mine = host !== null && (await reportsHost(model, host));
    const asks = asksOf(model);
    return { ...componentHealth(model, { host, component, mine, asks }), host, component, mine };
  }

  /**
   * Whether this model reports the host's billed instances. The oldest component on a shared host reports them, or,
   * while there is none, the model that created the host: never two models.
   */
  async function reportsHost(model: ModelConfig, host: DescribeEndpointOutput): Promise<boolean> {
    if (!model.deployment.hostEndpoint) return true;
    const [oldest] = await componentsOn(control, hostOf(model));
    if (oldest) return oldest === nameOf(model);
    return (await tagsOn(control, host.EndpointArn))[MODEL_TAG] === tagValue(model.id);
  }

  async function createHost(model: ModelConfig): Promise<void> {
    const { createConfig, createEndpoint } = componentRequests(model, settings);
    await unlessThere(toZero(control.send(new CreateEndpointConfigCommand(createConfig)), model));
    await control.send(new CreateEndpointCommand(createEndpoint));
  }

  async function createComponent(model: ModelConfig): Promise<void> {
    const { createModel, createComponent: create } = componentRequests(model, settings);
    await unlessThere(createModelOf(control, createModel, settings.resolve));
    await control.send(new CreateInferenceComponentCommand(create));
  }

  const copy = (model: ModelConfig, CopyCount: number) =>
    toZero(
      control.send(
        new UpdateInferenceComponentRuntimeConfigCommand({
          InferenceComponentName: nameOf(model),
          DesiredRuntimeConfig: { CopyCount },
        }),
      ),
      model,
    );

  async function deleteComponent(model: ModelConfig): Promise<void> {
    await deadMan.release(model);
    await unlessAbsent(
      control.send(new DeleteInferenceComponentCommand({ InferenceComponentName: nameOf(model) })),
    );
  }

  /** Resolves to whether the host had no components. */
  async function deleteEmptyHost(model: ModelConfig): Promise<boolean> {
    if ((await componentsOn(control, hostOf(model))).length > 0) return false;
    await deleteEndpoint(control, hostOf(model));
    return true;
  }

  const tidy = (model: ModelConfig, component: DescribeInferenceComponentOutput | null) =>
    bestEffort(
      deleteVersions(control, nameOf(model), {
        inUse: { models: [component?.Specification?.ModelName, asksOf(model)?.createModel.ModelName] },
      }),
    );

  return {
    describe: (model) =>
      observe(model).then(
        ({ now }) => now,
        (error: unknown) => ({ kind: 'unknown', reason: awsFault(error, nameOf(model)).message }),
      ),
    warm: (model, instances) =>
      runStep(model, nameOf(model), async () => {
        const { host, component, now } = await observe(model);
        const wanted = Math.max(1, instances);
        if (!host && !component) return createHost(model).then(() => 'done');
        if (!host || (component && now.status === 'Failed')) return deleteComponent(model).then(() => 'busy');
        if (BROKEN.has(host.EndpointStatus ?? '')) {
          if (component) await deleteComponent(model);
          else await deleteEmptyHost(model);
          return 'busy';
        }
        if (host.EndpointStatus === 'Creating' || now.inProgress)
          return now.status !== 'Deleting' && now.wanted === wanted ? 'done' : 'busy';
        if (!component) return createComponent(model).then(() => 'done');
        if (now.wanted === wanted && now.serving === wanted) return 'done';
        if (wanted > now.wanted) await deadMan.allow(model);
        return copy(model, wanted).then(() => 'done');
      }),
    cool: (model) =>
      runStep(model, nameOf(model), async () => {
        const { component, mine, now } = await observe(model);
        if (!now.exists) return 'done';
        if (!component) {
          // An empty host would be billed for nothing, and a broken one is useless.
          if (now.status === 'Deleting') return 'done';
          if (now.inProgress) return 'busy';
          if (mine && (now.billed > 0 || BROKEN.has(now.status ?? ''))) await deleteEmptyHost(model);
          return 'done';
        }
        if (now.status === 'Failed') return deleteComponent(model).then(() => 'busy');
        if (now.status !== 'Deleting' && now.wanted === 0) return 'done';
        if (now.inProgress) return 'busy';
        await copy(model, 0);
        await deadMan.release(model);
        await tidy(model, component);
        return 'done';
      }),
    roll: (model) =>
      runStep(model, nameOf(model), async () => {
        const { component, now, hostOutdated } = await observe(model);
        if (!now.outdated) return 'done';
        if (now.inProgress) return now.status === 'Deleting' && !hostOutdated ? 'done' : 'busy';
        // Nothing runs on it, so the next warm-up creates the new one.
        if (component) return deleteComponent(model).then(() => (hostOutdated ? 'busy' : 'done'));
        return (await deleteEmptyHost(model)) ? 'done' : 'busy';
      }),
    remove: (model) =>
      runStep(model, nameOf(model), async () => {
        const { host, component, now } = await observe(model);
        if (component) {
          if (!now.inProgress) await deleteComponent(model);
          return 'busy';
        }
        await deadMan.release(model);
        const asks = asksOf(model);
        await deleteVersions(control, nameOf(model), { known: { models: [asks?.createModel.ModelName] } });
        if (!host) {
          const known = { configs: [asks?.createConfig.EndpointConfigName] };
          return deleteVersions(control, hostOf(model), { known }).then(() => 'done');
        }
        if (IN_PROGRESS.has(host.EndpointStatus ?? '')) return 'busy';
        return (await deleteEmptyHost(model)) ? 'busy' : 'done';
      }),
    renewDeadMan: (model, until) => deadMan.renew(model, until),
  };
}

/** Some regions do not let the instances of a host scale to zero. */
async function toZero<T>(work: Promise<T>, model: ModelConfig): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { name, message } = readSdkError(error);
    if (name !== 'ValidationException' || !TO_ZERO.test(message)) throw error;
    throw new InvocationError(
      'invalid',
      'scale_to_zero_unavailable',
      `This region does not scale an endpoint of components to zero. Give model ${model.id} the driver "sagemaker-async" ` +
        `or "sagemaker-realtime". The provider's message: ${redacted(message, model)}`,
    );
  }
}

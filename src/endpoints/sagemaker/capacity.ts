/** Capacity of SageMaker endpoints. Each call makes one step, decided by the endpoint's current state. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  type DescribeEndpointOutput,
} from '@aws-sdk/client-sagemaker';
import type { ModelConfig } from '../../core/models/model.js';
import {
  billedOf,
  BROKEN,
  createModelOf,
  deleteEndpoint,
  deleteVersions,
  findEndpoint,
  IN_PROGRESS,
} from './account.js';
import type { Aws } from './aws.js';
import { instancesOf, makeDeadMan, noDeadMan } from './dead-man.js';
import { endpointRequests, isDeployable, VARIANT, type EndpointSettings } from './deployment.js';
import type { Capacity, Known } from '../driver.js';
import { runStep, bestEffort, redacted, unlessThere } from './refusal.js';
import { awsFault } from '../sdk-errors.js';

const SERVING = new Set(['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'UpdateRollbackFailed']);

/** `off`: an asynchronous endpoint scales to 0 instances and still accepts requests; a real-time one must be deleted. */
export function sagemakerCapacity(
  { control, autoScaling }: Pick<Aws, 'control' | 'autoScaling'>,
  settings: EndpointSettings & { off: 'scale' | 'delete' },
): Capacity {
  const { nameOf, off } = settings;
  const deadMan =
    off === 'scale' ? makeDeadMan({ autoScaling }, (model) => instancesOf(nameOf(model))) : noDeadMan;

  /** Null for a row that cannot be deployed, which has no versions. */
  function versionsOf(model: ModelConfig) {
    if (!isDeployable(model)) return null;
    const { createConfig, createModel } = endpointRequests(model, settings);
    return { config: createConfig.EndpointConfigName, model: createModel.ModelName };
  }

  async function observe(model: ModelConfig) {
    const found = await findEndpoint(control, nameOf(model));
    return { found, now: found ? healthOf(found, model, versionsOf(model)?.config) : ABSENT };
  }

  async function write(model: ModelConfig) {
    const { createModel, createConfig, createEndpoint } = endpointRequests(model, settings);
    await unlessThere(createModelOf(control, createModel, settings.resolve));
    await unlessThere(control.send(new CreateEndpointConfigCommand(createConfig)));
    return createEndpoint;
  }

  const scale = (model: ModelConfig, instances: number) =>
    control.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: nameOf(model),
        DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: instances }],
      }),
    );

  async function turnOff(model: ModelConfig): Promise<void> {
    await deadMan.release(model);
    await deleteEndpoint(control, nameOf(model));
  }

  /** Deletes unused versions. Skipped during changes; the next cooling repeats it. */
  const tidy = (model: ModelConfig, found: DescribeEndpointOutput | null) =>
    bestEffort(
      deleteVersions(control, nameOf(model), {
        inUse: {
          configs: [
            found?.EndpointConfigName,
            found?.PendingDeploymentSummary?.EndpointConfigName,
            versionsOf(model)?.config,
          ],
        },
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
        const { now } = await observe(model);
        const wanted = Math.max(1, instances);
        if (!now.exists) {
          await control.send(new CreateEndpointCommand(await write(model)));
          return 'done';
        }
        // The next call, once it is deleted, creates it anew.
        if (BROKEN.has(now.status ?? '')) return turnOff(model).then(() => 'busy');
        if (now.inProgress) return now.status !== 'Deleting' && now.wanted === wanted ? 'done' : 'busy';
        // A scale-out without provider capacity ends with fewer instances than requested, so it is requested again.
        if (now.wanted === wanted && now.serving === wanted) return 'done';
        if (wanted > now.wanted) await deadMan.allow(model);
        return scale(model, wanted).then(() => 'done');
      }),
    cool: (model) =>
      runStep(model, nameOf(model), async () => {
        const { now, found } = await observe(model);
        if (!now.exists || now.status === 'Deleting') return 'done';
        if (BROKEN.has(now.status ?? '')) return turnOff(model).then(() => 'done');
        if (off === 'scale' && now.wanted === 0 && (now.inProgress || now.serving === 0)) return 'done';
        if (now.inProgress) return 'busy';
        await (off === 'scale' ? scale(model, 0) : deleteEndpoint(control, nameOf(model)));
        await deadMan.release(model);
        await tidy(model, found);
        return 'done';
      }),
    roll: (model) =>
      runStep(model, nameOf(model), async () => {
        const { now, found } = await observe(model);
        if (!found || now.status === 'Deleting') return 'done';
        const { createConfig } = endpointRequests(model, settings);
        if (found.PendingDeploymentSummary?.EndpointConfigName === createConfig.EndpointConfigName)
          return 'done';
        if (!now.outdated) return 'done';
        if (BROKEN.has(now.status ?? '')) return turnOff(model).then(() => 'done');
        if (now.inProgress) return 'busy';
        // Without instances there is nothing to keep serving, and an update might start some. An endpoint cannot change
        // between asynchronous and real-time. In both cases the next warm-up creates it anew.
        const changesKind = (found.AsyncInferenceConfig === undefined) === (off === 'scale');
        if (changesKind || now.wanted + now.serving === 0) {
          await turnOff(model);
          await tidy(model, null);
          return 'done';
        }
        const { EndpointName, EndpointConfigName } = await write(model);
        // A variant with a scalable target cannot change its instance type.
        await deadMan.release(model);
        await control.send(
          new UpdateEndpointCommand({ EndpointName, EndpointConfigName, RetainAllVariantProperties: true }),
        );
        return 'done';
      }),
    remove: (model) =>
      runStep(model, nameOf(model), async () => {
        const { now } = await observe(model);
        if (now.status !== 'Deleting' && now.inProgress) return 'busy';
        if (now.exists) return turnOff(model).then(() => 'busy');
        await deadMan.release(model);
        const present = versionsOf(model);
        await deleteVersions(control, nameOf(model), {
          known: { configs: [present?.config], models: [present?.model] },
        });
        return 'done';
      }),
    renewDeadMan: (model, until) => deadMan.renew(model, until),
  };
}

export const ABSENT: Known = {
  kind: 'known',
  exists: false,
  status: null,
  serving: 0,
  wanted: 0,
  inProgress: false,
  failure: null,
  outdated: false,
  billed: 0,
};

function healthOf(found: DescribeEndpointOutput, model: ModelConfig, config: string | undefined): Known {
  const status = found.EndpointStatus ?? 'Unknown';
  const variant = found.ProductionVariants?.[0];
  const current = variant?.CurrentInstanceCount ?? 0;
  // During creation the endpoint lists no variants yet. It always starts with one instance.
  const wanted = variant?.DesiredInstanceCount ?? (status === 'Creating' ? 1 : 0);
  return {
    kind: 'known',
    exists: true,
    status,
    serving: SERVING.has(status) ? current : 0,
    wanted: BROKEN.has(status) || status === 'Deleting' ? 0 : wanted,
    inProgress: IN_PROGRESS.has(status),
    failure: found.FailureReason ? redacted(found.FailureReason, model) : null,
    outdated: config !== undefined && found.EndpointConfigName !== config,
    billed: billedOf(found),
  };
}

/** Turns SageMaker endpoints on and off: one step a call, decided by what the endpoint says of itself now. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
  type DescribeEndpointOutput,
} from '@aws-sdk/client-sagemaker';
import { InvocationError } from '../core/errors.js';
import type { ModelConfig } from '../core/model.js';
import type { Aws } from './aws.js';
import { endpointRequests, VARIANT, type EndpointSettings } from './deployment.js';
import type { Asked, Capacity, Health } from './driver.js';
import { awsFault, look } from './faults.js';

const IN_PROGRESS = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);
/** "DeleteEndpoint is the only operation that can be performed on a failed endpoint." */
const BROKEN = new Set(['Failed', 'OutOfService']);
const SERVING = new Set(['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'UpdateRollbackFailed']);
const NOT_NOW = /in-progress|in progress|already existing|Could not find (?:endpoint configuration|model)/i;

/** `off`: an asynchronous endpoint scales to 0 instances and goes on accepting; a real-time one must be deleted. */
export function sagemakerCapacity(
  { control }: Pick<Aws, 'control'>,
  settings: EndpointSettings & { off: 'scale' | 'delete' },
): Capacity {
  const { nameOf, off } = settings;

  async function observe(model: ModelConfig): Promise<Extract<Health, { kind: 'known' }>> {
    try {
      return health(await control.send(new DescribeEndpointCommand({ EndpointName: nameOf(model) })));
    } catch (error) {
      if (isAbsent(error)) return ABSENT;
      throw error;
    }
  }

  async function create(model: ModelConfig): Promise<void> {
    const { createModel, createConfig, createEndpoint } = endpointRequests(model, settings);
    await unlessThere(control.send(new CreateModelCommand(createModel)));
    await unlessThere(control.send(new CreateEndpointConfigCommand(createConfig)));
    await control.send(new CreateEndpointCommand(createEndpoint));
  }

  async function remove(model: ModelConfig): Promise<void> {
    await control.send(new DeleteEndpointCommand({ EndpointName: nameOf(model) })).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
  }

  async function scale(model: ModelConfig, instances: number): Promise<void> {
    const DesiredWeightsAndCapacities = [{ VariantName: VARIANT, DesiredInstanceCount: instances }];
    await control.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: nameOf(model),
        DesiredWeightsAndCapacities,
      }),
    );
  }

  async function asked(model: ModelConfig, step: () => Promise<Asked>): Promise<Asked> {
    try {
      return await step();
    } catch (error) {
      if (isRefusedForNow(error)) return 'busy';
      throw refusal(error, model, nameOf(model));
    }
  }

  return {
    describe: (model) =>
      observe(model).catch((error: unknown) => ({
        kind: 'unknown',
        reason: awsFault(error, nameOf(model)).message,
      })),
    warm: (model, instances) =>
      asked(model, async () => {
        const now = await observe(model);
        const wanted = Math.max(1, instances);
        if (!now.exists) return create(model).then(() => 'done');
        // The next call, once it is gone, creates it anew.
        if (BROKEN.has(now.status ?? '')) return remove(model).then(() => 'busy');
        if (now.inProgress) return now.status !== 'Deleting' && now.wanted === wanted ? 'done' : 'busy';
        // A growth that found no capacity ends with fewer than were asked for: it is asked for again.
        if (now.wanted === wanted && now.serving === wanted) return 'done';
        return scale(model, wanted).then(() => 'done');
      }),
    cool: (model) =>
      asked(model, async () => {
        const now = await observe(model);
        if (!now.exists || now.status === 'Deleting') return 'done';
        if (BROKEN.has(now.status ?? '')) return remove(model).then(() => 'done');
        if (off === 'scale' && now.wanted === 0 && (now.inProgress || now.serving === 0)) return 'done';
        if (now.inProgress) return 'busy';
        return (off === 'scale' ? scale(model, 0) : remove(model)).then(() => 'done');
      }),
  };
}

const ABSENT = {
  kind: 'known',
  exists: false,
  status: null,
  serving: 0,
  wanted: 0,
  inProgress: false,
  failure: null,
} as const;

function health({ EndpointStatus, ProductionVariants, FailureReason }: DescribeEndpointOutput) {
  const status = EndpointStatus ?? 'Unknown';
  const variant = ProductionVariants?.[0];
  // While it is created the endpoint names no variants yet; it always begins with one instance.
  const wanted = variant?.DesiredInstanceCount ?? (status === 'Creating' ? 1 : 0);
  return {
    kind: 'known' as const,
    exists: true,
    status,
    serving: SERVING.has(status) ? (variant?.CurrentInstanceCount ?? 0) : 0,
    wanted: BROKEN.has(status) || status === 'Deleting' ? 0 : wanted,
    inProgress: IN_PROGRESS.has(status),
    failure: FailureReason ?? null,
  };
}

/** A name holds the hash of its content, so what is already there is what was asked for. */
async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error as Error).message.includes('already existing')) throw error;
  });
}

const isAbsent = (error: unknown): boolean => look(error).message.includes('Could not find endpoint "');

function isRefusedForNow(error: unknown): boolean {
  const { name, message } = look(error);
  return (
    ['ResourceInUse', 'ConflictException'].includes(name) ||
    (name === 'ValidationException' && NOT_NOW.test(message)) ||
    awsFault(error, '').errorClass === 'throttled'
  );
}

/** No payload passes here, so AWS's own words are kept (a quota, a bad role), except the container's environment. */
function refusal(error: unknown, model: ModelConfig, endpoint: string): InvocationError {
  const fault = awsFault(error, endpoint);
  if (fault === error || fault.code === 'connection_lost') return fault;
  const words = Object.values(model.deployment.environment)
    .filter((value) => value.length > 3)
    .reduce((text, value) => text.replaceAll(value, '***'), look(error).message);
  const quota = look(error).name === 'ResourceLimitExceeded';
  return new InvocationError(
    fault.errorClass,
    quota ? 'quota_exceeded' : fault.code,
    `${fault.message}: ${words.slice(0, 500)}`,
  );
}

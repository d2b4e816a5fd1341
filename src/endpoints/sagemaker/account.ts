/** Reads and deletes what the account holds under a name. Every function may be repeated. */
import {
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  ListEndpointConfigsCommand,
  ListInferenceComponentsCommand,
  ListModelsCommand,
  ListTagsCommand,
  type CreateModelCommandInput,
  type DescribeEndpointOutput,
  type ProductionVariantSummary,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { isVersionOf, versionPrefix } from './names.js';
import { unlessAbsent } from './refusal.js';
import { resolveAll, type Resolve } from '../secrets.js';
import { awsFault } from '../sdk-errors.js';

export const IN_PROGRESS = new Set(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);
/** "DeleteEndpoint is the only operation that can be performed on a failed endpoint." */
export const BROKEN = new Set(['Failed', 'OutOfService']);

/** Resolves references to secrets at the last moment: the name is made from the reference, and no error repeats a value. */
export async function createModelOf(
  control: SageMakerClient,
  request: CreateModelCommandInput,
  resolve: Resolve,
): Promise<void> {
  const given = request.PrimaryContainer?.Environment ?? {};
  const Environment = await resolveAll(given, resolve);
  const secrets = Object.keys(given).filter((name) => Environment[name] !== given[name]);
  try {
    await control.send(
      new CreateModelCommand({ ...request, PrimaryContainer: { ...request.PrimaryContainer, Environment } }),
    );
  } catch (error) {
    const failure = error as Error;
    for (const name of secrets)
      failure.message = failure.message.replaceAll(Environment[name] as string, '***');
    throw failure;
  }
}

export const findEndpoint = (
  control: SageMakerClient,
  EndpointName: string,
): Promise<DescribeEndpointOutput | null> =>
  unlessAbsent(control.send(new DescribeEndpointCommand({ EndpointName })));

export const deleteEndpoint = (control: SageMakerClient, EndpointName: string): Promise<unknown> =>
  unlessAbsent(control.send(new DeleteEndpointCommand({ EndpointName })));

/** Names of configurations and models. */
interface Versions {
  configs?: readonly (string | null | undefined)[];
  models?: readonly (string | null | undefined)[];
}

/**
 * Deletes the configurations and models that were made for an endpoint, except `inUse` and what it needs. Where the
 * account does not allow listing them, deletes those that are `known`; the others cost nothing.
 */
export async function deleteVersions(
  control: SageMakerClient,
  endpoint: string,
  { inUse = {}, known = {} }: { inUse?: Versions; known?: Versions },
): Promise<void> {
  const kept = new Set([...(inUse.configs ?? []), ...(inUse.models ?? [])]);
  const mayGo = (name: string) => isVersionOf(endpoint, name) && !kept.has(name);
  const search = { NameContains: versionPrefix(endpoint), MaxResults: 100 };
  const configs = await every(async (NextToken) => {
    const page = await control.send(new ListEndpointConfigsCommand({ ...search, NextToken }));
    return { found: page.EndpointConfigs?.map((config) => config.EndpointConfigName), next: page.NextToken };
  }).catch(unlisted(known.configs));
  for (const EndpointConfigName of configs.filter(mayGo))
    await unlessAbsent(control.send(new DeleteEndpointConfigCommand({ EndpointConfigName })));
  for (const EndpointConfigName of inUse.configs ?? []) {
    if (!EndpointConfigName) continue;
    const config = await unlessAbsent(
      control.send(new DescribeEndpointConfigCommand({ EndpointConfigName })),
    );
    for (const { ModelName } of config?.ProductionVariants ?? []) kept.add(ModelName);
  }
  const models = await every(async (NextToken) => {
    const page = await control.send(new ListModelsCommand({ ...search, NextToken }));
    return { found: page.Models?.map(({ ModelName }) => ModelName), next: page.NextToken };
  }).catch(unlisted(known.models));
  for (const ModelName of models.filter(mayGo))
    await unlessAbsent(control.send(new DeleteModelCommand({ ModelName })));
}

const unlisted =
  (known: Versions['configs'] = []) =>
  (error: unknown): string[] => {
    if (awsFault(error, '').errorClass !== 'invalid') throw error;
    return known.filter((name) => typeof name === 'string');
  };

/** Names of the components on an endpoint, oldest first. */
export const componentsOn = (control: SageMakerClient, EndpointNameEquals: string): Promise<string[]> =>
  every(async (NextToken) => {
    const page = await control.send(
      new ListInferenceComponentsCommand({
        EndpointNameEquals,
        SortBy: 'CreationTime',
        SortOrder: 'Ascending',
        MaxResults: 100,
        NextToken,
      }),
    );
    return {
      found: page.InferenceComponents?.map((component) => component.InferenceComponentName),
      next: page.NextToken,
    };
  });

export async function tagsOn(
  control: SageMakerClient,
  ResourceArn: string | undefined,
): Promise<Record<string, string>> {
  const tags = await unlessAbsent(
    every(async (NextToken) => {
      const page = await control.send(new ListTagsCommand({ ResourceArn, NextToken }));
      return { found: page.Tags, next: page.NextToken };
    }),
  );
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

type VariantSummary = Pick<
  ProductionVariantSummary,
  'CurrentInstanceCount' | 'DesiredInstanceCount' | 'ManagedInstanceScaling'
>;

/** Billed instances: during a change, the larger of current and requested, plus a second fleet of an update. */
export function billedOf(
  found: Pick<DescribeEndpointOutput, 'EndpointStatus' | 'ProductionVariants' | 'PendingDeploymentSummary'>,
): number {
  const { EndpointStatus: status = '', ProductionVariants, PendingDeploymentSummary } = found;
  if (BROKEN.has(status)) return 0;
  // The instances of a host change without a change of its status.
  const moves = ({ ManagedInstanceScaling }: VariantSummary) =>
    IN_PROGRESS.has(status) || ManagedInstanceScaling?.Status === 'ENABLED';
  const count = (variant: VariantSummary) => {
    const { CurrentInstanceCount: current = 0, DesiredInstanceCount: desired = 0 } = variant;
    return moves(variant) ? Math.max(current, desired) : current;
  };
  const fleets =
    status === 'Creating'
      ? (ProductionVariants ?? PendingDeploymentSummary?.ProductionVariants ?? [{ DesiredInstanceCount: 1 }])
      : [...(ProductionVariants ?? []), ...(PendingDeploymentSummary?.ProductionVariants ?? [])];
  return fleets.map(count).reduce((sum, instances) => sum + instances, 0);
}

/** The items of all pages of a list. */
export async function every<T>(
  page: (
    token: string | undefined,
  ) => Promise<{ found: (T | undefined)[] | undefined; next: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { found = [], next } = await page(token);
    all.push(...found.filter((one) => one !== undefined));
    token = next;
  } while (token);
  return all;
}

/** Lists every endpoint of this environment in the account, whichever model it belongs to, and turns one off. */
import {
  DeleteInferenceComponentCommand,
  DescribeEndpointConfigCommand,
  ListEndpointsCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { InvocationError } from '../../core/errors.js';
import {
  billedOf,
  componentsOn,
  deleteEndpoint,
  deleteVersions,
  every,
  findEndpoint,
  IN_PROGRESS,
  tagsOn,
} from './account.js';
import type { StepResult, Listed } from '../driver.js';
import { namePrefix } from './names.js';
import { bestEffort, isRefusedForNow, unlessAbsent } from './refusal.js';
import { awsFault } from '../sdk-errors.js';

export interface Orphans {
  list(): Promise<Listed[]>;
  discard(name: string): Promise<StepResult>;
}

export function makeOrphans(control: SageMakerClient, environment: string): Orphans {
  const prefix = namePrefix(environment);

  /** Null if it was deleted since it was listed. */
  async function look(name: string): Promise<Listed | null> {
    const found = await findEndpoint(control, name);
    if (!found?.EndpointArn) return null;
    const config = await unlessAbsent(
      control.send(new DescribeEndpointConfigCommand({ EndpointConfigName: found.EndpointConfigName })),
    );
    return {
      name,
      status: found.EndpointStatus ?? 'Unknown',
      instanceType: config?.ProductionVariants?.[0]?.InstanceType ?? null,
      instances: billedOf(found),
      createdAt: found.CreationTime ?? new Date(0),
      tags: await tagsOn(control, found.EndpointArn),
    };
  }

  async function list(): Promise<Listed[]> {
    const names = await every(async (NextToken) => {
      const page = await control.send(
        new ListEndpointsCommand({ NameContains: prefix, MaxResults: 100, NextToken }),
      );
      return { found: page.Endpoints?.map(({ EndpointName }) => EndpointName), next: page.NextToken };
    });
    const listed: Listed[] = [];
    // Sequential: nothing waits for this, and the control plane throttles early.
    for (const name of names.filter((found) => found.startsWith(prefix))) {
      const found = await look(name);
      if (found) listed.push(found);
    }
    return listed;
  }

  async function discard(name: string): Promise<StepResult> {
    const found = await findEndpoint(control, name);
    if (!found || found.EndpointStatus === 'Deleting') return 'done';
    if (IN_PROGRESS.has(found.EndpointStatus ?? '')) return 'busy';
    const components = await componentsOn(control, name);
    for (const InferenceComponentName of components)
      await unlessAbsent(control.send(new DeleteInferenceComponentCommand({ InferenceComponentName })));
    // An endpoint can be deleted only after its components.
    if (components.length > 0) return 'busy';
    await deleteEndpoint(control, name);
    await bestEffort(deleteVersions(control, name, { known: { configs: [found.EndpointConfigName] } }));
    return 'done';
  }

  return {
    list: () => list().catch((error: unknown) => Promise.reject(awsFault(error, `${prefix}*`))),
    async discard(name) {
      if (!name.startsWith(prefix))
        throw new InvocationError(
          'invalid',
          'not_ours',
          `${name} does not begin with ${prefix}, so it is not deleted.`,
        );
      return discard(name).catch((error: unknown) => {
        if (isRefusedForNow(error)) return 'busy';
        throw awsFault(error, name);
      });
    },
  };
}

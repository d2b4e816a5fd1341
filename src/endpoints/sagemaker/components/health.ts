/** The health of a component from its own state and that of its host. Pure. */
import type {
  CreateInferenceComponentInput,
  DescribeEndpointOutput,
  DescribeInferenceComponentOutput,
} from '@aws-sdk/client-sagemaker';
import type { ModelConfig } from '../../../core/models/model.js';
import { billedOf, BROKEN, IN_PROGRESS } from '../account.js';
import type { ComponentRequests } from '../deployment.js';
import type { Known } from '../../driver.js';
import { redacted } from '../refusal.js';

interface Found {
  host: DescribeEndpointOutput | null;
  component: DescribeInferenceComponentOutput | null;
  /** This model reports the host's billed instances, and turns the host off when it is empty. */
  mine: boolean;
  /** Null for a row that cannot be deployed. */
  asks: ComponentRequests | null;
}

export function componentHealth(
  model: ModelConfig,
  { host, component, mine, asks }: Found,
): { now: Known; hostOutdated: boolean } {
  const hostStatus = host?.EndpointStatus ?? '';
  const status = component?.InferenceComponentStatus ?? (mine ? hostStatus : null);
  const { CurrentCopyCount = 0, DesiredCopyCount = 0 } = component?.RuntimeConfig ?? {};
  const gone = status === 'Failed' || status === 'Deleting';
  const failure =
    component?.FailureReason ?? (mine && BROKEN.has(hostStatus) ? host?.FailureReason : undefined);
  // The model that created a shared host decides its configuration.
  const follows = asks !== null && host !== null && !model.deployment.hostEndpoint;
  const hostOutdated = follows && host.EndpointConfigName !== asks.createConfig.EndpointConfigName;
  const differs = component !== null && asks !== null && !serves(component, asks.createComponent);
  // A warm-up starts with the creation of the host, which counts as one requested copy.
  const begins = mine && hostStatus === 'Creating' ? 1 : 0;
  return {
    hostOutdated,
    now: {
      kind: 'known',
      exists: component !== null || mine,
      status,
      serving: gone || BROKEN.has(hostStatus) ? 0 : CurrentCopyCount,
      wanted: gone ? 0 : component ? DesiredCopyCount : begins,
      inProgress: IN_PROGRESS.has(status ?? ''),
      failure: failure ? redacted(failure, model) : null,
      outdated: hostOutdated || differs,
      billed: host && mine ? billedOf(host) : 0,
    },
  };
}

/** Compares only requested fields, since the provider adds defaults of its own. */
function serves(
  { Specification: has }: DescribeInferenceComponentOutput,
  { Specification: asks }: CreateInferenceComponentInput,
): boolean {
  const is = has?.ComputeResourceRequirements;
  const should = asks?.ComputeResourceRequirements;
  return (
    has?.ModelName === asks?.ModelName &&
    is?.MinMemoryRequiredInMb === should?.MinMemoryRequiredInMb &&
    (should?.NumberOfCpuCoresRequired ?? is?.NumberOfCpuCoresRequired) === is?.NumberOfCpuCoresRequired &&
    is?.NumberOfAcceleratorDevicesRequired === should?.NumberOfAcceleratorDevicesRequired
  );
}

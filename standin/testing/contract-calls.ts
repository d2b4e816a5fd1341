/** The calls of the contract tests, and the refusals of AWS that several of them expect. */
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { expect } from 'vitest';
import type { ContractTarget } from './contract-target.js';

export const VARIANT = 'AllTraffic';
export const body = Buffer.from('{"hello":"world"}');

export const refused = (message: RegExp) => ({
  name: 'ValidationException',
  message: expect.stringMatching(message) as string,
  $metadata: { httpStatusCode: 400 },
});
export const missing = (name: string) =>
  refused(new RegExp(`^Could not find endpoint "arn:aws:sagemaker:.*:endpoint/${name}"\\.$`));
export const busy = (name: string) =>
  refused(new RegExp(`^Cannot update in-progress endpoint "arn:aws:sagemaker:.*:endpoint/${name}"\\.$`));

export function callsOf({ control, prefix, until }: ContractTarget) {
  const describeEndpoint = (name: string) =>
    control.send(new DescribeEndpointCommand({ EndpointName: name }));
  const createEndpoint = (name: string) =>
    control.send(
      new CreateEndpointCommand({
        EndpointName: name,
        EndpointConfigName: name,
        Tags: [{ Key: 'radiant:contract', Value: prefix }],
      }),
    );
  const removeEndpoint = (name: string) => control.send(new DeleteEndpointCommand({ EndpointName: name }));
  const untilServing = (name: string, count: number) =>
    until(async () =>
      expect(await describeEndpoint(name)).toMatchObject({
        EndpointStatus: 'InService',
        ProductionVariants: [{ CurrentInstanceCount: count, DesiredInstanceCount: count }],
      }),
    );
  const untilGone = (name: string) =>
    until(() => expect(describeEndpoint(name)).rejects.toMatchObject(missing(name)));
  /** Deletes the endpoint, its configuration and its model, whatever is left of them. */
  async function removeAll(name: string): Promise<void> {
    await until(async () => {
      await removeEndpoint(name).catch(gone);
      await expect(describeEndpoint(name)).rejects.toMatchObject({ name: 'ValidationException' });
    });
    await control.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })).catch(gone);
    await control.send(new DeleteModelCommand({ ModelName: name })).catch(gone);
  }
  return { describeEndpoint, createEndpoint, removeEndpoint, untilServing, untilGone, removeAll };
}

/** What is gone already needs no removal. */
export const gone = (error: unknown): void => expect(error).toMatchObject({ name: 'ValidationException' });

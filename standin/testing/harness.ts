/** The test harness: a stand-in with the real SDK's clients, and endpoints made in one call. */
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  type DescribeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { expect } from 'vitest';
import type { Speed } from '../clock.js';
import type { SettingsGiven } from '../settings.js';
import { startStandIn, type StandIn, type StandInOptions } from '../standin.js';

export interface EndpointWish {
  environment?: Record<string, string>;
  instances?: number;
  /** For an asynchronous endpoint: maximum concurrent invocations of an instance. */
  places?: number;
  failurePath?: boolean;
}

export interface Harness {
  standIn: StandIn;
  control: SageMakerClient;
  runtime: SageMakerRuntimeClient;
  s3: S3Client;
  scaling: ApplicationAutoScalingClient;
  /** Requests a model, a configuration and an endpoint of that name, and does not wait. */
  create(name: string, wish?: EndpointWish): Promise<void>;
  /** Deletes the model and the configuration of that name. */
  forget(name: string): Promise<void>;
  describe(name: string): Promise<DescribeEndpointCommandOutput>;
  untilInService(name: string): Promise<DescribeEndpointCommandOutput>;
  /** Injects a fault. */
  break(fault: Record<string, unknown>): Promise<void>;
  /** Changes settings. */
  set(settings: SettingsGiven): Promise<void>;
  stop(): Promise<void>;
}

/** Long enough for a busy machine. */
export const SOON = { timeout: 10_000 };
export const VARIANT = 'AllTraffic';

export async function startHarness(
  speed: Speed,
  options: Omit<StandInOptions, 'speed'> = {},
): Promise<Harness> {
  const standIn = await startStandIn({ speed, ...options });
  const common = {
    endpoint: standIn.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  const control = new SageMakerClient(common);
  const describe = (name: string): Promise<DescribeEndpointCommandOutput> =>
    control.send(new DescribeEndpointCommand({ EndpointName: name }));
  return {
    standIn,
    control,
    runtime: new SageMakerRuntimeClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    scaling: new ApplicationAutoScalingClient(common),
    describe,
    async create(name, { environment = {}, instances = 1, places, failurePath = true } = {}) {
      await control.send(
        new CreateModelCommand({ ModelName: name, PrimaryContainer: { Environment: environment } }),
      );
      await control.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: [
            {
              VariantName: VARIANT,
              ModelName: name,
              InstanceType: 'ml.g5.12xlarge',
              InitialInstanceCount: instances,
            },
          ],
          ...(places !== undefined && {
            AsyncInferenceConfig: {
              ClientConfig: { MaxConcurrentInvocationsPerInstance: places },
              OutputConfig: {
                S3OutputPath: 's3://results/out',
                ...(failurePath && { S3FailurePath: 's3://results/failed' }),
              },
            },
          }),
        }),
      );
      await control.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    },
    async forget(name) {
      await control.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }));
      await control.send(new DeleteModelCommand({ ModelName: name }));
    },
    async untilInService(name) {
      await expect.poll(async () => (await describe(name)).EndpointStatus, SOON).toBe('InService');
      return describe(name);
    },
    async break(fault) {
      const response = await fetch(`${standIn.url}/__standin/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      expect(response.status).toBe(201);
    },
    async set(settings) {
      const response = await fetch(`${standIn.url}/__standin/settings`, {
        method: 'POST',
        body: JSON.stringify(settings),
      });
      expect(response.status).toBe(200);
    },
    stop: () => standIn.stop(),
  };
}

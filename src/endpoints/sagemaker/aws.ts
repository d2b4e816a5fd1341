/** The AWS clients of one process. With real AWS, credentials and addresses come from the SDK's own variables and files. */
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientSettings, type AwsPlace } from '../../core/aws-client.js';
import { watchedAgents } from '../connection.js';
import { FRESH_SIGNATURE_ONLY } from './signature.js';

export interface Aws {
  runtime: SageMakerRuntimeClient;
  control: SageMakerClient;
  s3: S3Client;
  autoScaling: ApplicationAutoScalingClient;
  secrets: SecretsManagerClient;
}

/** `maxSockets` limits the concurrent requests of each client. Further requests queue silently inside the SDK. */
export function connectAws({ maxSockets, ...place }: AwsPlace & { maxSockets: number }): Aws {
  const pool = { keepAlive: true, maxSockets };
  const common = (requestTimeout: number) => ({
    ...clientSettings(place),
    requestHandler: new NodeHttpHandler({
      requestTimeout,
      throwOnRequestTimeout: true,
      ...watchedAgents(pool),
    }),
  });
  return {
    // A retry by the SDK would run the model a second time. The ledger decides about retries.
    runtime: new SageMakerRuntimeClient({
      ...common(70_000),
      maxAttempts: 1,
      retryStrategy: FRESH_SIGNATURE_ONLY,
    }),
    control: new SageMakerClient({ ...common(30_000), maxAttempts: 3 }),
    autoScaling: new ApplicationAutoScalingClient({ ...common(30_000), maxAttempts: 3 }),
    secrets: new SecretsManagerClient({ ...common(10_000), maxAttempts: 3 }),
    // A bucket's name need not be a valid host name, and a local server has no wildcard DNS.
    s3: new S3Client({ ...common(30_000), maxAttempts: 3, forcePathStyle: true }),
  };
}

/** The target of the contract tests: a stand-in, or, if the environment requests it, a real account. */
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { vi } from 'vitest';
import { startStandIn } from '../standin.js';

export interface ContractTarget {
  control: SageMakerClient;
  runtime: SageMakerRuntimeClient;
  s3: S3Client;
  role: string;
  image: string;
  bucket: string;
  instanceType: 'ml.m5.large';
  /** Unique in the account. */
  prefix: string;
  /** How long a test may take, in milliseconds. */
  limitMs: number;
  /** Repeats, while time passes, until nothing is thrown. */
  until: <T>(ask: () => Promise<T>) => Promise<T>;
  leave(): Promise<void>;
}

const MINUTE_MS = 60_000;

export async function openContractTarget(): Promise<ContractTarget> {
  return process.env['RADIANT_CONTRACT_AWS'] === '1' ? realStage() : playedStage();
}

async function playedStage(): Promise<ContractTarget> {
  const standIn = await startStandIn({ speed: 'manual', settings: { consistencySeconds: 3 } });
  const common = {
    endpoint: standIn.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    control: new SageMakerClient(common),
    runtime: new SageMakerRuntimeClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    role: 'arn:aws:iam::000000000000:role/radiant',
    image: 'echo',
    bucket: 'results',
    instanceType: 'ml.m5.large',
    prefix: 'radiant-contract',
    limitMs: MINUTE_MS,
    until: (ask) =>
      vi.waitFor(
        async () => {
          await standIn.advance(2);
          return ask();
        },
        { timeout: MINUTE_MS, interval: 1 },
      ),
    leave: () => standIn.stop(),
  };
}

function realStage(): ContractTarget {
  const limitMs = 45 * MINUTE_MS;
  return {
    control: new SageMakerClient(),
    runtime: new SageMakerRuntimeClient(),
    s3: new S3Client(),
    role: required('RADIANT_CONTRACT_ROLE'),
    image: required('RADIANT_CONTRACT_IMAGE'),
    bucket: required('RADIANT_CONTRACT_BUCKET'),
    instanceType: required('RADIANT_CONTRACT_INSTANCE_TYPE') as ContractTarget['instanceType'],
    prefix: `radiant-contract-${Date.now().toString(36)}`,
    limitMs,
    until: (ask) => vi.waitFor(ask, { timeout: limitMs, interval: 10_000 }),
    leave: () => Promise.resolve(),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name} to play the contract in a real account.`);
  return value;
}

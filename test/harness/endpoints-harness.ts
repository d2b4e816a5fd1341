/** Shared by the tests of the SageMaker drivers: a stand-in, the endpoints that call it, and models. */
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { Speed } from '../../standin/clock.js';
import { startStandIn, type StandIn } from '../../standin/standin.js';
import { deploymentConfig, thermalConfig, type ModelConfig } from '../../src/core/models/model.js';
import { isVersionOf } from '../../src/endpoints/sagemaker/names.js';
import { makeEndpoints, type Endpoints } from '../../src/endpoints/index.js';

let count = 0;

export function newModel(deployment: object = {}, parts: Partial<ModelConfig> = {}): ModelConfig {
  const fields = {
    id: `echo-${++count}`,
    providerType: 'self_hosted',
    requiresGpu: true,
    gpuMemoryGb: 8,
    thermal: thermalConfig.parse({}),
    deployment: deploymentConfig.parse({
      image: 'echo:1',
      instanceType: 'ml.g5.xlarge',
      maxConcurrentInvocationsPerInstance: 4,
      environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '5' },
      ...deployment,
    }),
    ...parts,
  };
  return fields as ModelConfig;
}

/** The start of a clock that only a test advances. */
const STARTED = new Date('2026-01-01T00:00:00Z');
const ROLE = 'arn:aws:iam::000000000000:role/sagemaker';

export const realtime = { driver: 'sagemaker-realtime' };

/** Starts with the file's tests and stops after them; clears remaining faults before each. */
export function openEndpointsHarness(speed: Speed) {
  let standIn: StandIn;
  let endpoints: Endpoints;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${standIn.url}/__standin/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.ok, await response.text()).toBe(true);
  };

  beforeAll(async () => {
    standIn = await startStandIn({ speed, ...(speed === 'manual' && { startedAt: STARTED }) });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: standIn.url,
      AWS_ACCESS_KEY_ID: 'stand-in',
      AWS_SECRET_ACCESS_KEY: 'stand-in',
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    });
    endpoints = makeEndpoints({
      environment: 'test',
      s3Bucket: 'results',
      pollMs: 50,
      executionRoleArn: ROLE,
    });
  });
  afterAll(async () => {
    await endpoints.stop();
    await endpoints.stop();
    await standIn.stop();
  });
  beforeEach(() => fetch(`${standIn.url}/__standin/faults`, { method: 'DELETE' }));

  /** Checks repeatedly, and advances the clock in between where it does not run by itself. */
  const until = (look: () => Promise<void>) =>
    vi.waitFor(
      () =>
        look().catch(async (error: unknown) => {
          if (speed === 'manual') await standIn.advance(15);
          throw error;
        }),
      { timeout: 20_000, interval: speed === 'manual' ? 1 : 20 },
    );
  const settled = (model: ModelConfig, facts: object) =>
    until(async () => expect(await endpoints.describe(model)).toMatchObject(facts));
  const done = (ask: () => Promise<string>) => until(async () => expect(await ask()).toBe('done'));

  return {
    get standIn() {
      return standIn;
    },
    get endpoints() {
      return endpoints;
    },
    order: (fault: object) => post('faults', fault),
    settings: (settings: object) => post('settings', settings),
    until,
    settled,
    done,
    /** By the stand-in's clock, where it is advanced by hand. */
    inSeconds: async (seconds: number): Promise<Date> => {
      const { now } = (await (await fetch(`${standIn.url}/__standin/clock`)).json()) as { now: number };
      return new Date(STARTED.getTime() + (now + seconds) * 1_000);
    },
    warmed: async (deployment: object = {}, parts: Partial<ModelConfig> = {}): Promise<ModelConfig> => {
      const model = newModel(deployment, parts);
      expect(await endpoints.warm(model, 1)).toBe('done');
      await settled(model, { status: 'InService' });
      return model;
    },
    /** How many configurations and models were made for a model and not yet deleted, by the stand-in's record of calls. */
    versions: (model: ModelConfig) => {
      const left = (kind: string) => {
        const made = new Set<string>();
        for (const { operation, target, status } of standIn.ledger().calls) {
          if (status >= 400 || !isVersionOf(endpoints.endpointNameOf(model), target)) continue;
          if (operation === `Create${kind}`) made.add(target);
          if (operation === `Delete${kind}`) made.delete(target);
        }
        return made.size;
      };
      return { configs: left('EndpointConfig'), models: left('Model') };
    },
    /** The stand-in's record of calls for a model's endpoint. */
    calls: (model: ModelConfig) =>
      standIn.ledger().calls.filter(({ target }) => target === endpoints.endpointNameOf(model)),
  };
}

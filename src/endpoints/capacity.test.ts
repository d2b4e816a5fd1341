/** SageMaker endpoints turned on and off, with the real SDK over HTTP, against the stand-in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startStandIn, type StandIn } from '../../standin/standin.js';
import { deploymentConfig, thermalConfig, type ModelConfig } from '../core/model.js';
import { makeEndpoints, type Endpoints } from './index.js';

let standIn: StandIn;
let endpoints: Endpoints;
let count = 0;

beforeAll(async () => {
  standIn = await startStandIn({ speed: 10 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: standIn.url,
    AWS_ACCESS_KEY_ID: 'stand-in',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  endpoints = makeEndpoints({ environment: 'test', s3Bucket: 'results' });
});
afterAll(async () => {
  await endpoints.stop();
  await standIn.stop();
});
beforeEach(() => fetch(`${standIn.url}/__standin/faults`, { method: 'DELETE' }));

const order = async (fault: object) => {
  const response = await fetch(`${standIn.url}/__standin/faults`, {
    method: 'POST',
    body: JSON.stringify(fault),
  });
  expect(response.status).toBe(201);
};

function newModel(deployment: object = {}): ModelConfig {
  const fields = {
    id: `echo-${++count}`,
    providerType: 'self_hosted',
    thermal: thermalConfig.parse({}),
    deployment: deploymentConfig.parse({
      image: 'echo:1',
      instanceType: 'ml.g5.xlarge',
      maxConcurrentInvocationsPerInstance: 4,
      environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '5' },
      ...deployment,
    }),
  };
  return fields as unknown as ModelConfig;
}

const realtime = { driver: 'sagemaker-realtime' };

async function warmed(deployment: object = {}): Promise<ModelConfig> {
  const model = newModel(deployment);
  expect(await endpoints.warm(model, 1)).toBe('done');
  await settled(model, { status: 'InService' });
  return model;
}

const settled = (model: ModelConfig, facts: object) =>
  vi.waitFor(async () => expect(await endpoints.describe(model)).toMatchObject(facts), {
    timeout: 20_000,
    interval: 20,
  });

const calls = (model: ModelConfig) =>
  standIn.ledger().calls.filter(({ target }) => target === endpoints.endpointNameOf(model));

describe('capacity', () => {
  it('of an asynchronous endpoint goes 0, 1, 2, 0 and asks for nothing twice', async () => {
    // Slow enough that what is said while it is created is said in time, on a busy machine too.
    const model = newModel({ environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '20' } });
    expect(await endpoints.describe(model)).toMatchObject({ kind: 'known', exists: false, wanted: 0 });
    expect(await endpoints.cool(model)).toBe('done');
    expect(await endpoints.warm(model, 1)).toBe('done');
    expect(await endpoints.warm(model, 1)).toBe('done');
    expect(await endpoints.warm(model, 2)).toBe('busy');
    expect(await endpoints.cool(model)).toBe('busy');
    await settled(model, { status: 'InService', serving: 1, wanted: 1, inProgress: false });
    expect(await endpoints.warm(model, 2)).toBe('done');
    await settled(model, { serving: 2, wanted: 2, inProgress: false });
    expect(await endpoints.cool(model)).toBe('done');
    expect(await endpoints.cool(model)).toBe('done');
    await settled(model, { exists: true, serving: 0, wanted: 0, inProgress: false });
    expect(await endpoints.cool(model)).toBe('done');
    const changes = calls(model).filter(({ operation }) => operation !== 'DescribeEndpoint');
    expect(changes.map(({ operation }) => operation)).toEqual([
      'CreateEndpoint',
      'UpdateEndpointWeightsAndCapacities',
      'UpdateEndpointWeightsAndCapacities',
    ]);
  });

  it('of a real-time endpoint is deleted, and made anew from the same configuration', async () => {
    const model = await warmed(realtime);
    expect(await endpoints.cool(model)).toBe('done');
    expect(await endpoints.cool(model)).toBe('done');
    expect(await endpoints.warm(model, 1)).toBe('busy');
    await settled(model, { exists: false });
    expect(await endpoints.warm(model, 1)).toBe('done');
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('is finished by the next call where a crash or a lost answer broke it off', async () => {
    const model = newModel();
    for (const operation of ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])
      await order({ kind: 'reset', operation });
    expect(await endpoints.warm(model, 1)).toMatch(/done|busy/);
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('of a failed endpoint is removed first, then created', async () => {
    const model = newModel();
    await order({ kind: 'capacity', operation: 'CreateEndpoint' });
    await endpoints.warm(model, 1);
    await settled(model, { status: 'Failed', serving: 0, wanted: 0 });
    expect(await endpoints.describe(model)).toMatchObject({ failure: expect.stringContaining('Capacity') });
    expect(await endpoints.warm(model, 1)).toBe('busy');
    await settled(model, { exists: false });
    expect(await endpoints.warm(model, 1)).toBe('done');
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('is asked for again when a growth found none', async () => {
    const model = await warmed();
    await order({ kind: 'capacity', operation: 'UpdateEndpointWeightsAndCapacities' });
    await endpoints.warm(model, 2);
    await settled(model, { inProgress: false, serving: 1, wanted: 2 });
    expect(await endpoints.warm(model, 2)).toBe('done');
    await settled(model, { inProgress: false, serving: 2 });
  });

  it('is unknown, not zero, when the provider cannot be asked', async () => {
    await order({ kind: 'error', status: 500, operation: 'DescribeEndpoint', times: 3 });
    expect(await endpoints.describe(newModel())).toMatchObject({ kind: 'unknown' });
  });

  it('is not asked for when throttled, and refused for a deployment that names no image', async () => {
    await order({ kind: 'throttle', operation: 'DescribeEndpoint', times: 3 });
    expect(await endpoints.warm(newModel(), 1)).toBe('busy');
    await expect(endpoints.warm(newModel({ image: undefined }), 1)).rejects.toMatchObject({
      code: 'deployment_incomplete',
    });
  });

  it("refusals quote the provider's words but not the container's environment", async () => {
    const model = newModel({ instanceType: 'p5', environment: { TOKEN: 'InstanceType' } });
    await expect(endpoints.warm(model, 1)).rejects.toMatchObject({
      errorClass: 'invalid',
      message: expect.stringContaining("Value at 'ProductionVariants.0.***' failed"),
    });
  });

  it('follows an edited deployment with a new configuration', async () => {
    const model = await warmed(realtime);
    await endpoints.cool(model);
    await settled(model, { exists: false });
    model.deployment.environment['EDITED'] = 'yes';
    expect(await endpoints.warm(model, 1)).toBe('done');
    const made = standIn
      .ledger()
      .calls.filter(
        ({ operation, target, status }) =>
          operation === 'CreateEndpointConfig' &&
          target.startsWith(endpoints.endpointNameOf(model)) &&
          status === 200,
      );
    expect(new Set(made.map(({ target }) => target)).size).toBe(2);
  });
});

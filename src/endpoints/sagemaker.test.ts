/** Invocations through the SageMaker drivers, with the real SDK over HTTP, against the stand-in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startStandIn, type StandIn } from '../../standin/standin.js';
import { deploymentConfig, thermalConfig, type ModelConfig } from '../core/model.js';
import type { Call } from './driver.js';
import { makeEndpoints, type Endpoints } from './index.js';

let standIn: StandIn;
let endpoints: Endpoints;
let count = 0;

beforeAll(async () => {
  standIn = await startStandIn({ speed: 200 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: standIn.url,
    AWS_ACCESS_KEY_ID: 'stand-in',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_REGION: 'us-east-1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  endpoints = makeEndpoints({ environment: 'test', s3Bucket: 'results', pollMs: 50 });
});
afterAll(async () => {
  await endpoints.stop();
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
/** So slow, in virtual seconds, that it never ends within a test. */
const slow = { environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '1', ECHO_SECONDS: '3000' } };

async function warmed(deployment: object = {}): Promise<ModelConfig> {
  const model = newModel(deployment);
  expect(await endpoints.warm(model, 1)).toBe('done');
  await settled(model, { status: 'InService' });
  return model;
}

const settled = (model: ModelConfig, facts: object) =>
  vi.waitFor(async () => expect(await endpoints.describe(model)).toMatchObject(facts), {
    timeout: 5_000,
    interval: 20,
  });

const body = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function newCall(model: ModelConfig, parts: Partial<Call> = {}): Call {
  return {
    model,
    invocationId: crypto.randomUUID(),
    body: body({ hello: 'world' }),
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    adopt: false,
    onAccepted: () => Promise.resolve(),
    ...parts,
  };
}

const calls = (model: ModelConfig) =>
  standIn.ledger().calls.filter(({ target }) => target === endpoints.endpointNameOf(model));
const received = (model: ModelConfig) =>
  standIn.ledger().invocations.filter(({ endpointName }) => endpointName === endpoints.endpointNameOf(model));

describe('an asynchronous endpoint', () => {
  let model: ModelConfig;
  beforeAll(async () => {
    model = await warmed();
  });

  it('answers through S3 where the plan said it would', async () => {
    const onAccepted = vi.fn(() => Promise.resolve());
    const call = newCall(model, { onAccepted });
    const { answer, usage, bytes } = await endpoints.invoke(call);
    expect(answer).toEqual({ echo: { hello: 'world' } });
    expect(usage).toEqual({ computeSeconds: 0.1 });
    expect(bytes).toBeGreaterThan(20);
    expect(onAccepted).toHaveBeenCalledOnce();
    const plan = endpoints.plan(model, call.invocationId);
    expect(plan).toMatchObject({
      driver: 'sagemaker-async',
      endpoint: `radiant-test-${model.id}`,
      cancellable: false,
    });
    expect(received(model).at(-1)?.outputLocation).toBe(plan.outputLocation);
  });

  it('is adopted after a crash without being sent again', async () => {
    const crash = newCall(model, { onAccepted: () => Promise.reject(new Error('the worker died')) });
    await expect(endpoints.invoke(crash)).rejects.toThrow('the worker died');
    const before = received(model).length;
    const onAccepted = vi.fn(() => Promise.resolve());
    const { answer } = await endpoints.invoke({ ...crash, adopt: true, onAccepted });
    expect(answer).toEqual({ echo: { hello: 'world' } });
    expect(onAccepted).not.toHaveBeenCalled();
    expect(received(model)).toHaveLength(before);
  });

  it('takes a body over 128,000 bytes through S3', async () => {
    const big = 'x'.repeat(300_000);
    const { answer, bytes } = await endpoints.invoke(newCall(model, { body: body({ big }) }));
    expect(answer).toEqual({ echo: { big } });
    expect(bytes).toBeGreaterThan(300_000);
  });

  it.each([
    [400, 'invalid', 'model_rejected'],
    [500, 'transient', 'model_failed'],
  ])('reads a failure of the model with %i as %s, live and adopted', async (fail, errorClass, code) => {
    const call = newCall(model, { body: body({ fail, patient: 'secret' }) });
    const error: Error = (await endpoints.invoke(call).catch((e: unknown) => e as Error)) as Error;
    expect(error).toMatchObject({ errorClass, code });
    expect(error.message).not.toMatch(/asked to fail|secret/);
    await expect(endpoints.invoke({ ...call, adopt: true })).rejects.toMatchObject({ errorClass, code });
  });

  it('keeps waiting while S3 stumbles', async () => {
    await order({ kind: 'error', status: 503, operation: 'GetObject', times: 4 });
    await order({ kind: 'reset', operation: 'GetObject', times: 4 });
    await order({ kind: 'truncate', operation: 'GetObject', times: 4 });
    expect((await endpoints.invoke(newCall(model))).answer).toEqual({ echo: { hello: 'world' } });
    expect(received(model).filter(({ status }) => status !== 'succeeded' && status !== 'failed')).toEqual([]);
  });

  it('ends at its timeout and at an abort', async () => {
    const sluggish = await warmed(slow);
    const late = newCall(sluggish, { timeoutMs: 300 });
    await expect(endpoints.invoke(late)).rejects.toMatchObject({ errorClass: 'timeout' });
    const abort = new AbortController();
    const onAccepted = () => Promise.resolve(abort.abort());
    const cancelled = newCall(sluggish, { signal: abort.signal, onAccepted });
    await expect(endpoints.invoke(cancelled)).rejects.toMatchObject({ errorClass: 'cancelled' });
    await expect(endpoints.invoke(cancelled)).rejects.toMatchObject({ errorClass: 'cancelled' });
    expect(received(sluggish)).toHaveLength(2);
  });
});

describe('a real-time endpoint', () => {
  let model: ModelConfig;
  beforeAll(async () => {
    model = await warmed(realtime);
  });

  it('answers on the connection, and cannot be adopted', async () => {
    const { answer, usage } = await endpoints.invoke(newCall(model));
    expect({ answer, usage }).toEqual({
      answer: { echo: { hello: 'world' } },
      usage: { computeSeconds: 0.1 },
    });
    await expect(endpoints.invoke(newCall(model, { adopt: true }))).rejects.toMatchObject({
      errorClass: 'lost',
    });
  });

  it.each([
    [{ kind: 'throttle' }, 'throttled', 'throttled'],
    [{ kind: 'error', status: 500 }, 'transient', 'service_failed'],
    [{ kind: 'error', status: 503 }, 'transient', 'service_failed'],
    [{ kind: 'error', status: 530 }, 'transient', 'service_failed'],
    [{ kind: 'reset' }, 'transient', 'connection_lost'],
    [{ kind: 'truncate' }, 'transient', 'connection_lost'],
    [{ kind: 'modelError', status: 422 }, 'invalid', 'model_rejected'],
    [{ kind: 'modelError', status: 500 }, 'transient', 'model_failed'],
    [{ kind: 'hang' }, 'timeout', 'timeout'],
  ])('takes %o for %s', async (fault, errorClass, code) => {
    await order({ ...fault, operation: 'InvokeEndpoint' });
    const before = calls(model).length;
    const call = newCall(model, { timeoutMs: 1_000, body: body({ patient: 'secret' }) });
    const error: Error = (await endpoints.invoke(call).catch((e: unknown) => e as Error)) as Error;
    expect(error).toMatchObject({ errorClass, code });
    expect(error.message).not.toMatch(/on order|secret/);
    expect(calls(model)).toHaveLength(before + 1);
  });

  it('names the 60 seconds, which are not worth a second try', async () => {
    const sluggish = await warmed({ ...realtime, ...slow });
    const call = newCall(sluggish);
    await expect(endpoints.invoke(call)).rejects.toMatchObject({
      errorClass: 'invalid',
      code: 'model_timeout',
    });
  });

  it('is not ready while it is absent or being created', async () => {
    const cold = newModel({
      ...realtime,
      environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '900' },
    });
    await expect(endpoints.invoke(newCall(cold))).rejects.toMatchObject({ errorClass: 'not_ready' });
    await endpoints.warm(cold, 1);
    await expect(endpoints.invoke(newCall(cold))).rejects.toMatchObject({ errorClass: 'not_ready' });
  });
});

/** Invocations through the SageMaker drivers, with the real SDK over HTTP, against the stand-in. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelConfig } from '../../core/models/model.js';
import type { Call } from '../driver.js';
import { newModel, openEndpointsHarness, realtime } from '../../../test/harness/endpoints-harness.js';

const harness = openEndpointsHarness(200);
const { order, warmed, calls } = harness;

/** In virtual seconds: 20 ms of real time. */
const brief = { environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '5', ECHO_SECONDS: '4' } };

/** Virtual seconds, longer than any test. */
const slow = { environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '1', ECHO_SECONDS: '3000' } };

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

const received = (model: ModelConfig) =>
  harness.standIn
    .ledger()
    .invocations.filter(({ endpointName }) => endpointName === harness.endpoints.endpointNameOf(model));

describe('an asynchronous endpoint', () => {
  let model: ModelConfig;
  beforeAll(async () => {
    model = await warmed(brief);
  });

  it('answers through S3 at the planned location', async () => {
    const onAccepted = vi.fn(() => Promise.resolve());
    const call = newCall(model, { onAccepted });
    const { answer, usage, bytes } = await harness.endpoints.invoke(call);
    expect(answer).toEqual({ echo: { hello: 'world' } });
    expect(usage).toEqual({ computeSeconds: 0.02, synthetic: true });
    expect(bytes).toBeGreaterThan(20);
    expect(onAccepted).toHaveBeenCalledOnce();
    const plan = harness.endpoints.plan(model, call.invocationId, 300_000);
    expect(plan).toMatchObject({
      driver: 'sagemaker-async',
      endpoint: `radiant-test-${model.id}`,
      cancellable: false,
    });
    expect(received(model).at(-1)?.outputLocation).toBe(plan.outputLocation);
  });

  it('is adopted after a crash without being sent again', async () => {
    const crash = newCall(model, { onAccepted: () => Promise.reject(new Error('the worker died')) });
    await expect(harness.endpoints.invoke(crash)).rejects.toThrow('the worker died');
    const before = received(model).length;
    const onAccepted = vi.fn(() => Promise.resolve());
    const { answer } = await harness.endpoints.invoke({ ...crash, adopt: true, onAccepted });
    expect(answer).toEqual({ echo: { hello: 'world' } });
    expect(onAccepted).not.toHaveBeenCalled();
    expect(received(model)).toHaveLength(before);
  });

  it('takes a body over 128,000 bytes through S3', async () => {
    const big = 'x'.repeat(300_000);
    const { answer, bytes } = await harness.endpoints.invoke(newCall(model, { body: body({ big }) }));
    expect(answer).toEqual({ echo: { big } });
    expect(bytes).toBeGreaterThan(300_000);
  });

  it.each([
    [400, 'invalid', 'model_rejected'],
    [500, 'transient', 'model_failed'],
  ])('reads a failure of the model with %i as %s, live and adopted', async (fail, errorClass, code) => {
    const call = newCall(model, { body: body({ fail, patient: 'secret' }) });
    const error: Error = (await harness.endpoints.invoke(call).catch((e: unknown) => e as Error)) as Error;
    expect(error).toMatchObject({ errorClass, code });
    expect(error.message).not.toMatch(/asked to fail|secret/);
    await expect(harness.endpoints.invoke({ ...call, adopt: true })).rejects.toMatchObject({
      errorClass,
      code,
    });
  });

  it('keeps waiting while S3 fails for now', async () => {
    await order({ kind: 'error', status: 503, operation: 'GetObject', times: 4 });
    await order({ kind: 'reset', operation: 'GetObject', times: 4 });
    await order({ kind: 'truncate', operation: 'GetObject', times: 4 });
    expect((await harness.endpoints.invoke(newCall(model))).answer).toEqual({ echo: { hello: 'world' } });
    expect(received(model).filter(({ status }) => status !== 'succeeded' && status !== 'failed')).toEqual([]);
  });

  it.each([{ kind: 'error', status: 503 }, { kind: 'reset', when: 'before' }, { kind: 'throttle' }])(
    'sends nothing when S3 does not take a large input: $kind',
    async (fault) => {
      await order({ ...fault, operation: 'PutObject', times: 10 });
      const before = received(model).length;
      const large = newCall(model, { body: body({ hello: 'x'.repeat(200_000) }) });
      await expect(harness.endpoints.invoke(large)).rejects.toMatchObject({
        errorClass: 'not_ready',
        code: 'input_not_stored',
      });
      expect(received(model)).toHaveLength(before);
    },
  );

  it('ends at its timeout and at an abort', async () => {
    const sluggish = await warmed(slow);
    const late = newCall(sluggish, { timeoutMs: 300 });
    await expect(harness.endpoints.invoke(late)).rejects.toMatchObject({ errorClass: 'timeout' });
    const abort = new AbortController();
    const onAccepted = () => Promise.resolve(abort.abort());
    const cancelled = newCall(sluggish, { signal: abort.signal, onAccepted });
    await expect(harness.endpoints.invoke(cancelled)).rejects.toMatchObject({ errorClass: 'cancelled' });
    await expect(harness.endpoints.invoke(cancelled)).rejects.toMatchObject({ errorClass: 'cancelled' });
    expect(received(sluggish)).toHaveLength(2);
  });
});

describe('a real-time endpoint', () => {
  let model: ModelConfig;
  beforeAll(async () => {
    model = await warmed({ ...brief, ...realtime });
  });

  it('answers on the connection, and cannot be adopted', async () => {
    const { answer, usage } = await harness.endpoints.invoke(newCall(model));
    expect({ answer, usage }).toEqual({
      answer: { echo: { hello: 'world' } },
      usage: { computeSeconds: 0.02, synthetic: true },
    });
    await expect(harness.endpoints.invoke(newCall(model, { adopt: true }))).rejects.toMatchObject({
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
    const error: Error = (await harness.endpoints.invoke(call).catch((e: unknown) => e as Error)) as Error;
    expect(error).toMatchObject({ errorClass, code });
    expect(error.message).not.toMatch(/on order|secret/);
    expect(calls(model)).toHaveLength(before + 1);
  });

  it('reports the 60 second limit, which no retry would pass', async () => {
    const sluggish = await warmed({ ...realtime, ...slow });
    const call = newCall(sluggish);
    await expect(harness.endpoints.invoke(call)).rejects.toMatchObject({
      errorClass: 'invalid',
      code: 'model_timeout',
    });
  });

  it.each([
    ['is read', null, 'model_timeout'],
    ['is cut short', { kind: 'truncate' }, 'invalid_response'],
  ])('says how long the model may work on after the limit, if the answer %s', async (_, fault, code) => {
    const lasting = await warmed({ ...realtime, ...slow, maxInvocationSeconds: 150 });
    if (fault) await order({ ...fault, operation: 'InvokeEndpoint' });
    await expect(harness.endpoints.invoke(newCall(lasting))).rejects.toMatchObject({
      code,
      details: { lingerMs: 90_000 },
    });
  });

  it('holds nothing for a refusal that says that the model is done', async () => {
    await order({ kind: 'modelError', status: 500, operation: 'InvokeEndpoint' });
    const error = await harness.endpoints.invoke(newCall(model)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'model_failed' });
    expect(error).not.toHaveProperty('details.lingerMs');
  });

  it('is not ready while it is absent or being created', async () => {
    const cold = newModel({
      ...realtime,
      environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '900' },
    });
    await expect(harness.endpoints.invoke(newCall(cold))).rejects.toMatchObject({ errorClass: 'not_ready' });
    await harness.endpoints.warm(cold, 1);
    await expect(harness.endpoints.invoke(newCall(cold))).rejects.toMatchObject({ errorClass: 'not_ready' });
  });
});

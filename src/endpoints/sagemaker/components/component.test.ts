/** Copies of models on hosts that scale by themselves, in virtual time. */
import { describe, expect, it } from 'vitest';
import { newModel, openEndpointsHarness } from '../../../../test/harness/endpoints-harness.js';
import { thermalConfig, type ModelConfig } from '../../../core/models/model.js';

const harness = openEndpointsHarness('manual');
const TAIL = 600;

const component = (deployment: object = {}, parts: Partial<ModelConfig> = {}) =>
  newModel(
    { driver: 'sagemaker-component', ...deployment },
    { gpuMemoryGb: 2, requiresGpu: false, ...parts },
  );
const look = (model: ModelConfig) => harness.endpoints.describe(model);
const operations = (name: string) =>
  harness.standIn
    .ledger()
    .calls.filter(
      ({ target, operation, status }) =>
        target === name && status === 200 && !/^(Describe|List)/.test(operation),
    )
    .map(({ operation }) => operation);
const edited = (model: ModelConfig, change: object): ModelConfig => ({
  ...model,
  deployment: { ...model.deployment, ...change },
});

async function up(model: ModelConfig): Promise<ModelConfig> {
  await harness.until(async () => {
    await harness.endpoints.warm(model, 1);
    expect(await look(model)).toMatchObject({ serving: 1, inProgress: false, outdated: false });
  });
  return model;
}

describe('a component on a host of its own', () => {
  it('goes 0, 1, 2, 0: the host comes first, then the copies; the instances go last', async () => {
    const model = component({ compute: { memoryMb: 9_000, cpuCores: 1 } });
    expect(await look(model)).toMatchObject({ exists: false, serving: 0, billed: 0, outdated: false });
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    expect(await harness.endpoints.warm(model, 2)).toBe('busy');
    expect(await look(model)).toMatchObject({
      exists: true,
      status: 'Creating',
      wanted: 1,
      billed: 1,
      inProgress: true,
    });
    await harness.standIn.advance(190);
    expect(await look(model)).toMatchObject({ exists: true, wanted: 0, billed: 1, inProgress: false });
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    expect(await look(model)).toMatchObject({ status: 'Creating', wanted: 1, serving: 0, inProgress: true });
    await harness.standIn.advance(30);
    expect(await look(model)).toMatchObject({ status: 'InService', wanted: 1, serving: 1, billed: 1 });
    expect(await harness.endpoints.warm(model, 2)).toBe('done');
    expect(await look(model)).toMatchObject({ wanted: 2, serving: 1, billed: 2, inProgress: true });
    await harness.standIn.advance(300);
    expect(await look(model)).toMatchObject({ wanted: 2, serving: 2, billed: 2, inProgress: false });
    expect(await harness.endpoints.cool(model)).toBe('done');
    await harness.standIn.advance(30);
    expect(await look(model)).toMatchObject({
      exists: true,
      wanted: 0,
      serving: 0,
      billed: 2,
      inProgress: false,
    });
    expect(await harness.endpoints.cool(model)).toBe('done');
    await harness.standIn.advance(TAIL);
    expect(await look(model)).toMatchObject({ exists: true, wanted: 0, serving: 0, billed: 0 });
    expect(operations(`radiant-test-${model.id}`)).toEqual([
      'CreateInferenceComponent',
      'UpdateInferenceComponentRuntimeConfig',
      'UpdateInferenceComponentRuntimeConfig',
    ]);
    expect(operations(`radiant-test-${model.id}-host`)).toEqual(['CreateEndpoint']);
    await up(model);
  });

  it('answers on the connection, and is not ready without copies', async () => {
    const model = component();
    const call = {
      model,
      invocationId: crypto.randomUUID(),
      body: new TextEncoder().encode('{"hello":"world"}'),
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      adopt: false,
      onAccepted: () => Promise.resolve(),
    };
    await expect(harness.endpoints.invoke(call)).rejects.toMatchObject({ errorClass: 'not_ready' });
    await up(model);
    const answered = harness.endpoints.invoke(call);
    await expect.poll(() => harness.standIn.ledger().invocations.length).toBeGreaterThan(0);
    await harness.standIn.advance(1);
    expect(await answered).toMatchObject({ answer: { echo: { hello: 'world' } } });
    await harness.endpoints.cool(model);
    await harness.standIn.advance(30);
    await expect(harness.endpoints.invoke(call)).rejects.toMatchObject({
      errorClass: 'not_ready',
      code: 'no_capacity',
    });
  });

  it('is not billed for an empty host', async () => {
    const model = component();
    await harness.endpoints.warm(model, 1);
    expect(await harness.endpoints.cool(model)).toBe('busy');
    await harness.standIn.advance(190);
    expect(await harness.endpoints.cool(model)).toBe('done');
    await harness.standIn.advance(30);
    expect(await look(model)).toMatchObject({ exists: false, billed: 0 });
  });

  it('that failed is deleted first, then created again', async () => {
    const model = component();
    await harness.endpoints.warm(model, 1);
    await harness.standIn.advance(190);
    const environment = { ...model.deployment.environment, STANDIN_UNHEALTHY_SECONDS: '60' };
    const sick = edited(model, { environment });
    await harness.endpoints.warm(sick, 1);
    await harness.standIn.advance(100);
    expect(await look(sick)).toMatchObject({
      status: 'Failed',
      serving: 0,
      wanted: 0,
      failure: expect.stringContaining('ping') as string,
    });
    expect(await harness.endpoints.warm(model, 1)).toBe('busy');
    await up(model);
  });

  it('whose host failed starts again', async () => {
    const model = component();
    await harness.order({ kind: 'capacity', operation: 'CreateEndpoint' });
    await harness.endpoints.warm(model, 1);
    await harness.standIn.advance(190);
    expect(await look(model)).toMatchObject({
      status: 'Failed',
      wanted: 0,
      billed: 0,
      failure: expect.stringContaining('Capacity') as string,
    });
    await up(model);
  });

  it.each([
    ['weights', { modelDataUrl: 's3://weights/two.tar.gz' }, 1],
    ['room', { compute: { memoryMb: 4_000 } }, 1],
    ['instances', { instanceType: 'ml.g5.2xlarge' }, 2],
  ])('follows other %s', async (_, change, hosts) => {
    const model = await up(component());
    const next = edited(model, change);
    expect(await look(next)).toMatchObject({ outdated: true });
    await harness.done(() => harness.endpoints.roll(next));
    await up(next);
    expect(await look(next)).toMatchObject({ outdated: false, serving: 1 });
    expect(await harness.endpoints.roll(next)).toBe('done');
    expect(
      operations(harness.endpoints.endpointNameOf(model)).filter((name) => name === 'CreateEndpoint'),
    ).toHaveLength(hosts);
  });

  it('is removed with its host and all its resources', async () => {
    const model = await up(component());
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(86_400));
    expect(await harness.endpoints.remove(model)).toBe('busy');
    await harness.done(() => harness.endpoints.remove(model));
    expect(await look(model)).toMatchObject({ exists: false, billed: 0 });
    expect(harness.versions(model)).toEqual({ configs: 0, models: 0 });
    expect(harness.versions(edited(model, { driver: 'sagemaker-realtime' }))).toEqual({
      configs: 0,
      models: 0,
    });
    expect(await harness.endpoints.remove(model)).toBe('done');
  });

  it('is turned off by the provider when the dead man is not renewed', async () => {
    const model = await up(component({}, { thermal: thermalConfig.parse({ maxInstances: 4 }) }));
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(60));
    await harness.standIn.advance(120);
    expect(await look(model)).toMatchObject({ serving: 0, wanted: 0 });
    await up(model);
  });

  it('in a region without scale to zero is refused, with an alternative', async () => {
    await harness.settings({ scaleToZero: false });
    await expect(harness.endpoints.warm(component(), 1)).rejects.toMatchObject({
      code: 'scale_to_zero_unavailable',
      message: expect.stringMatching(/sagemaker-async.*not available in this region/) as string,
    });
    await harness.settings({ scaleToZero: true });
  });

  it("shows the provider's message about a quota", async () => {
    await harness.settings({ quotas: { 'ml.g5.xlarge': 0 } });
    await expect(harness.endpoints.warm(component(), 1)).rejects.toMatchObject({
      code: 'quota_exceeded',
      message: expect.stringContaining('ml.g5.xlarge for endpoint usage') as string,
    });
    await harness.settings({ quotas: {} });
  });
});

describe('components on one host', () => {
  it('share it, are billed once, and the last one removes it', async () => {
    const shared = { hostEndpoint: 'radiant-test-shared', compute: { memoryMb: 1_024 } };
    const [first, second] = [component(shared), component(shared)];
    const billed = async () => {
      const both = await Promise.all([look(first), look(second)]);
      return both.map((health) => (health.kind === 'known' ? health.billed : null));
    };
    expect(harness.endpoints.ownedBy(first)).toEqual(['radiant-test-shared']);
    await harness.endpoints.warm(first, 1);
    expect(await billed()).toEqual([1, 0]);
    expect(await look(second)).toMatchObject({ exists: false, wanted: 0 });
    expect(await harness.endpoints.cool(second)).toBe('done');
    expect(await harness.endpoints.warm(second, 1)).toBe('busy');
    await harness.standIn.advance(190);
    expect(await billed()).toEqual([1, 0]);
    await up(second);
    expect(await billed()).toEqual([0, 1]);
    await up(first);
    expect(await billed()).toEqual([0, 1]);
    expect(await look(edited(first, { instanceType: 'ml.g5.2xlarge' }))).toMatchObject({ outdated: false });
    await harness.done(() => harness.endpoints.remove(second));
    expect(await billed()).toEqual([1, 0]);
    expect(await look(first)).toMatchObject({ serving: 1 });
    await harness.done(() => harness.endpoints.remove(first));
    expect(await billed()).toEqual([0, 0]);
    expect((await harness.endpoints.list()).map(({ name }) => name)).not.toContain('radiant-test-shared');
    expect(operations('radiant-test-shared')).toEqual(['CreateEndpoint', 'DeleteEndpoint']);
  });

  it('are deleted with a host that belongs to no model', async () => {
    const model = await up(component());
    const name = harness.endpoints.endpointNameOf(model);
    expect(await harness.endpoints.discard(name)).toBe('busy');
    await harness.done(() => harness.endpoints.discard(name));
    await harness.standIn.advance(30);
    expect(await look(model)).toMatchObject({ exists: false });
  });
});

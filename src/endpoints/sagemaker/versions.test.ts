/** Endpoints follow an edited deployment, and are removed with all their resources. */
import { describe, expect, it } from 'vitest';
import { newModel, openEndpointsHarness, realtime } from '../../../test/harness/endpoints-harness.js';
import type { ModelConfig } from '../../core/models/model.js';

const harness = openEndpointsHarness('manual');
const { order, settled, warmed, calls, done } = harness;

describe('an updated endpoint', () => {
  const edited = (model: ModelConfig): ModelConfig => {
    const deployment = {
      ...model.deployment,
      environment: { ...model.deployment.environment, EDITED: 'yes' },
    };
    return { ...model, deployment };
  };

  it.each(['sagemaker-async', 'sagemaker-realtime'])('of %s keeps its instances', async (driver) => {
    const model = await warmed({ driver });
    await harness.endpoints.warm(model, 2);
    await settled(model, { serving: 2, inProgress: false, outdated: false });
    const next = edited(model);
    expect(await harness.endpoints.describe(next)).toMatchObject({ outdated: true });
    expect(await harness.endpoints.roll(next)).toBe('done');
    expect(await harness.endpoints.roll(next)).toMatch(/done|busy/);
    await settled(next, { outdated: false, serving: 2, wanted: 2, inProgress: false });
    expect(await harness.endpoints.roll(next)).toBe('done');
    expect(calls(model).filter(({ operation }) => operation === 'UpdateEndpoint')).toHaveLength(1);
    await done(() => harness.endpoints.cool(next));
    expect(harness.versions(next)).toEqual({ configs: 1, models: 1 });
  });

  it('without instances is deleted, and created again by the next warm-up', async () => {
    const model = await warmed();
    await harness.endpoints.cool(model);
    await settled(model, { serving: 0, inProgress: false });
    const next = edited(model);
    expect(await harness.endpoints.roll(next)).toBe('done');
    await settled(next, { exists: false, outdated: false });
    expect(await harness.endpoints.roll(next)).toBe('done');
    expect(await harness.endpoints.warm(next, 1)).toBe('done');
    await settled(next, { serving: 1, outdated: false });
  });

  it('that changes between asynchronous and real-time is replaced', async () => {
    const model = await warmed();
    const next = { ...model, deployment: { ...model.deployment, driver: 'sagemaker-realtime' as const } };
    expect(await harness.endpoints.roll(next)).toBe('done');
    await settled(next, { exists: false });
    await harness.endpoints.warm(next, 1);
    await settled(next, { serving: 1, outdated: false });
  });

  it('that is off needs no update, and follows the edit when it is warmed', async () => {
    const model = await warmed(realtime);
    await harness.endpoints.cool(model);
    await settled(model, { exists: false });
    const next = edited(model);
    expect(await harness.endpoints.roll(next)).toBe('done');
    expect(await harness.endpoints.warm(next, 1)).toBe('done');
    await settled(next, { status: 'InService', outdated: false });
    expect(await harness.endpoints.describe(model)).toMatchObject({ outdated: true });
  });

  it('ignores a row without an image', async () => {
    const model = await warmed();
    const broken = { ...model, deployment: { ...model.deployment, image: undefined } };
    expect(await harness.endpoints.describe(broken)).toMatchObject({ kind: 'known', outdated: false });
  });
});

describe('a removed endpoint', () => {
  it.each(['sagemaker-async', 'sagemaker-realtime'])('of %s leaves nothing', async (driver) => {
    const model = await warmed({ driver });
    const next = { ...model, deployment: { ...model.deployment, image: 'echo:2' } };
    await harness.endpoints.roll(next);
    expect(await harness.endpoints.remove(next)).toBe('busy');
    await settled(next, { inProgress: false });
    await done(() => harness.endpoints.remove(next));
    expect(await harness.endpoints.describe(next)).toMatchObject({ exists: false });
    expect(harness.versions(next)).toEqual({ configs: 0, models: 0 });
    expect(await harness.endpoints.remove(next)).toBe('done');
  });

  it('is completed by the next call after a crash or a lost answer', async () => {
    const model = await warmed();
    for (const operation of ['DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel'])
      await order({ kind: 'reset', operation, times: 4 });
    await done(() => harness.endpoints.remove(model).catch(String));
    expect(harness.versions(model)).toEqual({ configs: 0, models: 0 });
  });

  it('deletes nothing of another endpoint whose name begins alike', async () => {
    const model = await warmed(realtime);
    const other = await warmed(realtime, { id: `${model.id}-2` });
    await done(() => harness.endpoints.remove(model));
    expect(harness.versions(other)).toEqual({ configs: 1, models: 1 });
  });

  it('is done if it never existed, or if its row has no image', async () => {
    expect(await harness.endpoints.remove(newModel({ image: undefined }))).toBe('done');
  });
});

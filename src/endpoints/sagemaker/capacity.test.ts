/** SageMaker endpoints turned on and off, with the real SDK over HTTP, against the stand-in. */
import { describe, expect, it } from 'vitest';
import { newModel, openEndpointsHarness, realtime } from '../../../test/harness/endpoints-harness.js';

const harness = openEndpointsHarness('manual');
const { order, settled, warmed, calls, done } = harness;

describe('capacity', () => {
  it('of an asynchronous endpoint goes 0, 1, 2, 0 without repeated requests', async () => {
    const model = newModel();
    expect(await harness.endpoints.describe(model)).toMatchObject({
      kind: 'known',
      exists: false,
      wanted: 0,
    });
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    expect(await harness.endpoints.warm(model, 2)).toBe('busy');
    expect(await harness.endpoints.cool(model)).toBe('busy');
    await settled(model, { status: 'InService', serving: 1, wanted: 1, billed: 1, inProgress: false });
    expect(await harness.endpoints.warm(model, 2)).toBe('done');
    await settled(model, { serving: 2, wanted: 2, billed: 2, inProgress: false });
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await harness.endpoints.cool(model)).toBe('done');
    await settled(model, { exists: true, serving: 0, wanted: 0, billed: 0, inProgress: false });
    expect(await harness.endpoints.cool(model)).toBe('done');
    const changes = calls(model).filter(({ operation }) => operation !== 'DescribeEndpoint');
    expect(changes.map(({ operation }) => operation)).toEqual([
      'CreateEndpoint',
      'UpdateEndpointWeightsAndCapacities',
      'UpdateEndpointWeightsAndCapacities',
    ]);
  });

  it('of a real-time endpoint is deleted, and created again from the same configuration', async () => {
    const model = await warmed(realtime);
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await harness.endpoints.warm(model, 1)).toBe('busy');
    await settled(model, { exists: false });
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('is completed by the next call after a crash or a lost answer', async () => {
    const model = newModel();
    for (const operation of ['CreateModel', 'CreateEndpointConfig', 'CreateEndpoint'])
      await order({ kind: 'reset', operation });
    expect(await harness.endpoints.warm(model, 1)).toMatch(/done|busy/);
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('waits for eventual consistency at the provider, and for its maintenance', async () => {
    await harness.settings({ consistencySeconds: 20 });
    const model = newModel();
    expect(await harness.endpoints.warm(model, 1)).toBe('busy');
    await done(() => harness.endpoints.warm(model, 1));
    expect(await harness.endpoints.warm(model, 1)).toMatch(/done|busy/);
    await settled(model, { status: 'InService', serving: 1 });
    expect(
      calls(model).filter(({ operation, status }) => operation === 'CreateEndpoint' && status === 200),
    ).toHaveLength(1);
    await harness.settings({
      consistencySeconds: 0,
      systemUpdating: [harness.endpoints.endpointNameOf(model)],
    });
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: 1, inProgress: true });
    expect(await harness.endpoints.warm(model, 2)).toBe('busy');
    expect(await harness.endpoints.cool(model)).toBe('busy');
    expect(await harness.endpoints.remove(model)).toBe('busy');
    await harness.settings({ systemUpdating: [] });
    expect(await harness.endpoints.cool(model)).toBe('done');
  });

  it("shows a quota with the provider's message", async () => {
    await harness.settings({ quotas: { 'ml.g5.xlarge': 0 } });
    await expect(harness.endpoints.warm(newModel(), 1)).rejects.toMatchObject({
      code: 'quota_exceeded',
      message: expect.stringContaining("'ml.g5.xlarge for endpoint usage' is 0 Instances") as string,
    });
    await harness.settings({ quotas: {} });
  });

  it('of a failed endpoint is removed first, then created', async () => {
    const model = newModel();
    await order({ kind: 'capacity', operation: 'CreateEndpoint' });
    await harness.endpoints.warm(model, 1);
    await settled(model, { status: 'Failed', serving: 0, wanted: 0 });
    expect(await harness.endpoints.describe(model)).toMatchObject({
      failure: expect.stringContaining('Capacity'),
    });
    expect(await harness.endpoints.warm(model, 1)).toBe('busy');
    await settled(model, { exists: false });
    expect(await harness.endpoints.warm(model, 1)).toBe('done');
    await settled(model, { status: 'InService', serving: 1 });
  });

  it('is requested again after a scale-out without provider capacity', async () => {
    const model = await warmed();
    await order({ kind: 'capacity', operation: 'UpdateEndpointWeightsAndCapacities' });
    await harness.endpoints.warm(model, 2);
    await settled(model, { inProgress: false, serving: 1, wanted: 2 });
    expect(await harness.endpoints.warm(model, 2)).toBe('done');
    await settled(model, { inProgress: false, serving: 2 });
  });

  it('is unknown, not zero, when the provider cannot be reached', async () => {
    await order({ kind: 'error', status: 500, operation: 'DescribeEndpoint', times: 3 });
    expect(await harness.endpoints.describe(newModel())).toMatchObject({ kind: 'unknown' });
  });

  it('is not requested when throttled, and is refused for a deployment without an image', async () => {
    await order({ kind: 'throttle', operation: 'DescribeEndpoint', times: 3 });
    expect(await harness.endpoints.warm(newModel(), 1)).toBe('busy');
    await expect(harness.endpoints.warm(newModel({ image: undefined }), 1)).rejects.toMatchObject({
      code: 'deployment_incomplete',
    });
  });

  it("refusals quote the provider's message but not the container's environment", async () => {
    const model = newModel({ instanceType: 'p5', environment: { TOKEN: 'InstanceType' } });
    await expect(harness.endpoints.warm(model, 1)).rejects.toMatchObject({
      errorClass: 'invalid',
      message: expect.stringContaining("Value at 'ProductionVariants.0.***' failed"),
    });
  });

  it('counts billed instances, and none of a broken endpoint', async () => {
    const model = newModel();
    expect(await harness.endpoints.describe(model)).toMatchObject({ billed: 0, outdated: false });
    await order({ kind: 'capacity', operation: 'CreateEndpoint' });
    await harness.endpoints.warm(model, 1);
    await settled(model, { status: 'Failed', billed: 0 });
  });

  it('refusals hide a long secret that contains a short one', async () => {
    const environment = { LONG: "at 'ProductionVariants.0.InstanceType' failed", SHORT: 'InstanceType' };
    await expect(
      harness.endpoints.warm(newModel({ instanceType: 'p5', environment }), 1),
    ).rejects.toMatchObject({
      message: expect.stringContaining('Value *** to satisfy'),
    });
  });
});

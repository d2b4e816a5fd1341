/** The dead man: the provider's own scheduled scale-in turns a model off, in virtual time. */
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newModel, openEndpointsHarness, realtime } from '../../../test/harness/endpoints-harness.js';
import { thermalConfig, type ModelConfig } from '../../core/models/model.js';

describe('the dead man', () => {
  const harness = openEndpointsHarness('manual');
  let client: ApplicationAutoScalingClient;
  beforeAll(() => {
    client = new ApplicationAutoScalingClient({});
  });
  afterAll(() => client.destroy());

  const most = (maxInstances: number) => ({ thermal: thermalConfig.parse({ maxInstances }) });
  const registered = async (model: ModelConfig) => {
    const ResourceId = `endpoint/${harness.endpoints.endpointNameOf(model)}/variant/AllTraffic`;
    const at = { ServiceNamespace: 'sagemaker' as const };
    const { ScalableTargets } = await client.send(
      new DescribeScalableTargetsCommand({ ...at, ResourceIds: [ResourceId] }),
    );
    const { ScheduledActions } = await client.send(
      new DescribeScheduledActionsCommand({ ...at, ResourceId }),
    );
    return {
      bounds: ScalableTargets?.map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]),
      actions: ScheduledActions?.map(({ Schedule }) => Schedule),
    };
  };
  async function up(model: ModelConfig, instances = 1): Promise<ModelConfig> {
    await harness.done(() => harness.endpoints.warm(model, 1));
    await harness.settled(model, { serving: 1, inProgress: false });
    if (instances > 1) await harness.endpoints.warm(model, instances);
    await harness.standIn.advance(30);
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: instances, inProgress: false });
    return model;
  }

  it('turns a model off when it is not renewed, and the model can be warmed again', async () => {
    const model = await up(newModel({}, most(3)), 2);
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(100));
    await harness.standIn.advance(90);
    const until = await harness.inSeconds(100);
    await harness.endpoints.renewDeadMan(model, until);
    expect(await registered(model)).toEqual({
      bounds: [[0, 3]],
      actions: [`at(${until.toISOString().slice(0, 19)})`],
    });
    await harness.standIn.advance(90);
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: 2, wanted: 2 });
    await harness.standIn.advance(60);
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: 0, wanted: 0, billed: 0 });
    expect(await registered(model)).toEqual({ bounds: [[0, 0]], actions: [] });
    await up(model, 2);
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(600));
    expect(await registered(model)).toMatchObject({ bounds: [[0, 3]] });
    await harness.standIn.advance(300);
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: 2 });
  });

  it('is deleted once the model is cooled or removed', async () => {
    const model = await up(newModel());
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(1_000));
    expect(await harness.endpoints.cool(model)).toBe('done');
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
    await harness.standIn.advance(30);
    await up(model);
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(1_000));
    expect(await harness.endpoints.remove(model)).toBe('busy');
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
  });

  it('does not prevent an update to other instances', async () => {
    const model = await up(newModel());
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(1_000));
    const next = { ...model, deployment: { ...model.deployment, instanceType: 'ml.g5.2xlarge' } };
    expect(await harness.endpoints.roll(next)).toBe('done');
    await harness.standIn.advance(60);
    expect(await harness.endpoints.describe(next)).toMatchObject({ serving: 1, outdated: false });
  });

  it('does not exist for real-time endpoints, which cannot scale to zero', async () => {
    const model = await up(newModel(realtime));
    await harness.endpoints.renewDeadMan(model, await harness.inSeconds(100));
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
  });

  it('may be denied: it reports so, and warming and cooling still work', async () => {
    await harness.settings({ denied: ['application-autoscaling:*'] });
    const model = await up(newModel(), 2);
    await expect(harness.endpoints.renewDeadMan(model, await harness.inSeconds(100))).rejects.toMatchObject({
      code: 'access_denied',
      message: expect.stringContaining('not authorized') as string,
    });
    expect(await harness.endpoints.cool(model)).toBe('done');
    await harness.standIn.advance(30);
    expect(await harness.endpoints.describe(model)).toMatchObject({ serving: 0 });
    await up(model, 2);
    await harness.settings({ denied: [] });
  });
});

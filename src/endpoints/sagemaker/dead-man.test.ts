/** The provider's own scheduler turns a model off, in virtual time. */
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newModel, openRig, realtime } from '../../../test/harness/endpoints-harness.js';
import { thermalConfig, type ModelConfig } from '../../core/models/model.js';

describe('the dead-man', () => {
  const rig = openRig('manual');
  let client: ApplicationAutoScalingClient;
  beforeAll(() => {
    client = new ApplicationAutoScalingClient({});
  });
  afterAll(() => client.destroy());

  const most = (maxInstances: number) => ({ thermal: thermalConfig.parse({ maxInstances }) });
  const registered = async (model: ModelConfig) => {
    const ResourceId = `endpoint/${rig.endpoints.endpointNameOf(model)}/variant/AllTraffic`;
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
    await rig.done(() => rig.endpoints.warm(model, 1));
    await rig.settled(model, { serving: 1, inProgress: false });
    if (instances > 1) await rig.endpoints.warm(model, instances);
    await rig.standIn.advance(30);
    expect(await rig.endpoints.describe(model)).toMatchObject({ serving: instances, inProgress: false });
    return model;
  }

  it('turns it off when nobody moves it on, and lets it be warmed again', async () => {
    const model = await up(newModel({}, most(3)), 2);
    await rig.endpoints.holdOff(model, await rig.inSeconds(100));
    await rig.standIn.advance(90);
    const until = await rig.inSeconds(100);
    await rig.endpoints.holdOff(model, until);
    expect(await registered(model)).toEqual({
      bounds: [[0, 3]],
      actions: [`at(${until.toISOString().slice(0, 19)})`],
    });
    await rig.standIn.advance(90);
    expect(await rig.endpoints.describe(model)).toMatchObject({ serving: 2, wanted: 2 });
    await rig.standIn.advance(60);
    expect(await rig.endpoints.describe(model)).toMatchObject({ serving: 0, wanted: 0, billed: 0 });
    expect(await registered(model)).toEqual({ bounds: [[0, 0]], actions: [] });
    await up(model, 2);
    await rig.endpoints.holdOff(model, await rig.inSeconds(600));
    expect(await registered(model)).toMatchObject({ bounds: [[0, 3]] });
    await rig.standIn.advance(300);
    expect(await rig.endpoints.describe(model)).toMatchObject({ serving: 2 });
  });

  it('is gone once the model is cooled or removed', async () => {
    const model = await up(newModel());
    await rig.endpoints.holdOff(model, await rig.inSeconds(1_000));
    expect(await rig.endpoints.cool(model)).toBe('done');
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
    await rig.standIn.advance(30);
    await up(model);
    await rig.endpoints.holdOff(model, await rig.inSeconds(1_000));
    expect(await rig.endpoints.remove(model)).toBe('busy');
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
  });

  it('does not stand in the way of a roll to other instances', async () => {
    const model = await up(newModel());
    await rig.endpoints.holdOff(model, await rig.inSeconds(1_000));
    const next = { ...model, deployment: { ...model.deployment, instanceType: 'ml.g5.2xlarge' } };
    expect(await rig.endpoints.roll(next)).toBe('done');
    await rig.standIn.advance(60);
    expect(await rig.endpoints.describe(next)).toMatchObject({ serving: 1, outdated: false });
  });

  it('is not there for real-time endpoints, which cannot go to zero', async () => {
    const model = await up(newModel(realtime));
    await rig.endpoints.holdOff(model, await rig.inSeconds(100));
    expect(await registered(model)).toEqual({ bounds: [], actions: [] });
  });

  it('may be denied: it says so, and warming and cooling go on', async () => {
    await rig.settings({ denied: ['application-autoscaling:*'] });
    const model = await up(newModel(), 2);
    await expect(rig.endpoints.holdOff(model, await rig.inSeconds(100))).rejects.toMatchObject({
      code: 'access_denied',
      message: expect.stringContaining('not authorized') as string,
    });
    expect(await rig.endpoints.cool(model)).toBe('done');
    await rig.standIn.advance(30);
    expect(await rig.endpoints.describe(model)).toMatchObject({ serving: 0 });
    await up(model, 2);
    await rig.settings({ denied: [] });
  });
});

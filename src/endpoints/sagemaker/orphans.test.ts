/** Endpoints without a model's row are listed and turned off, against the stand-in. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  ListEndpointsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newModel, openEndpointsHarness, realtime } from '../../../test/harness/endpoints-harness.js';

describe('orphans', () => {
  const harness = openEndpointsHarness('manual');
  const { warmed, done, order } = harness;
  let control: SageMakerClient;
  beforeAll(() => {
    control = new SageMakerClient({});
  });
  afterAll(() => control.destroy());

  const create = async (EndpointName: string) => {
    await control.send(
      new CreateModelCommand({
        ModelName: EndpointName,
        PrimaryContainer: {
          Image: 'echo:1',
          Environment: { MODEL_NAME: 'echo', STANDIN_WARMUP_SECONDS: '5' },
        },
      }),
    );
    const ProductionVariants = [
      {
        VariantName: 'AllTraffic',
        ModelName: EndpointName,
        InstanceType: 'ml.m5.large' as const,
        InitialInstanceCount: 2,
      },
    ];
    await control.send(
      new CreateEndpointConfigCommand({ EndpointConfigName: EndpointName, ProductionVariants }),
    );
    await control.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: EndpointName }));
  };

  it('that are deleted but still listed are left out; a failed listing is no empty list', async () => {
    const model = await warmed(realtime);
    const names = async () => (await harness.endpoints.list()).map(({ name }) => name);
    const name = harness.endpoints.endpointNameOf(model);
    await harness.settings({ consistencySeconds: 60 });
    await harness.endpoints.cool(model);
    expect(await names()).toContain(name);
    await harness.settled(model, { exists: false });
    const { Endpoints } = await control.send(new ListEndpointsCommand({ NameContains: name }));
    expect(Endpoints).toHaveLength(1);
    expect(await names()).not.toContain(name);
    await harness.settings({ consistencySeconds: 0 });
    await order({ kind: 'error', status: 500, operation: 'DescribeEndpoint', times: 3 });
    await expect(harness.endpoints.list()).rejects.toMatchObject({ code: 'service_failed' });
  });

  it('are turned off as soon as possible, and only ours', async () => {
    const model = newModel(realtime);
    const name = harness.endpoints.endpointNameOf(model);
    await harness.endpoints.warm(model, 1);
    expect(await harness.endpoints.discard(name)).toBe('busy');
    await done(() => harness.endpoints.discard(name));
    expect(await harness.endpoints.discard(name)).toBe('done');
    await harness.settled(model, { exists: false });
    expect(await harness.endpoints.discard(name)).toBe('done');
    expect(harness.versions(model)).toEqual({ configs: 0, models: 0 });
    await expect(harness.endpoints.discard('radiant-other-x')).rejects.toMatchObject({ code: 'not_ours' });
  });

  it('are listed over all pages with their cost and owner, and no foreign endpoint is', async () => {
    const model = await warmed(realtime);
    await create('radiant-other-x');
    await create('mine-radiant-test-x');
    for (let n = 0; n < 101; n++) await create(`radiant-test-many-${n}`);
    await harness.standIn.advance(60);
    const listed = await harness.endpoints.list();
    const few = listed.map(({ name }) => name).filter((name) => !name.includes('-many-'));
    expect(few).toEqual(harness.endpoints.ownedBy(model));
    expect(listed).toHaveLength(102);
    expect(listed.find(({ name }) => name === harness.endpoints.endpointNameOf(model))).toEqual({
      name: harness.endpoints.endpointNameOf(model),
      status: 'InService',
      instanceType: 'ml.g5.xlarge',
      instances: 1,
      createdAt: expect.any(Date) as Date,
      tags: { 'radiant:environment': 'test', 'radiant:model': model.id },
    });
    expect(listed.find(({ name }) => name === 'radiant-test-many-7')).toMatchObject({
      instanceType: 'ml.m5.large',
      instances: 2,
      tags: {},
    });
  });
});

/** The life cycle of an endpoint, as the real SDK sees it. */
import {
  AddTagsCommand,
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointsCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SOON, startHarness, VARIANT, type Harness } from './harness.js';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000';
const SPEED = 20;
const quick = { environment: { STANDIN_WARMUP_SECONDS: '10' } };
let harness: Harness;
beforeEach(async () => {
  harness = await startHarness(SPEED);
});
afterEach(() => harness.stop());

const scale = (name: string, count: number) =>
  harness.control.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: name,
      DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount: count }],
    }),
  );
const remove = (name: string) => harness.control.send(new DeleteEndpointCommand({ EndpointName: name }));
const refusal = (message: string) => expect.objectContaining({ name: 'ValidationException', message });

test('an endpoint is created, scaled to zero and back, and deleted, and refuses changes meanwhile', async () => {
  await harness.create('fold', { places: 2, ...quick });
  const creating = await harness.describe('fold');
  expect(creating).toMatchObject({
    EndpointStatus: 'Creating',
    EndpointArn: `${ARN}:endpoint/fold`,
    ProductionVariants: [{ CurrentInstanceCount: 0, DesiredInstanceCount: 1 }],
  });
  expect(Math.abs((creating.CreationTime?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  const busy = refusal(`Cannot update in-progress endpoint "${ARN}:endpoint/fold".`);
  await expect(scale('fold', 2)).rejects.toEqual(busy);
  await expect(remove('fold')).rejects.toEqual(busy);

  expect((await harness.untilInService('fold')).ProductionVariants?.[0]?.CurrentInstanceCount).toBe(1);
  await scale('fold', 0);
  expect((await harness.describe('fold')).EndpointStatus).toBe('Updating');
  expect((await harness.untilInService('fold')).ProductionVariants).toMatchObject([
    { CurrentInstanceCount: 0, DesiredInstanceCount: 0 },
  ]);
  await scale('fold', 2);
  expect((await harness.describe('fold')).ProductionVariants).toMatchObject([
    { CurrentInstanceCount: 0, DesiredInstanceCount: 2 },
  ]);
  expect((await harness.untilInService('fold')).ProductionVariants?.[0]?.CurrentInstanceCount).toBe(2);

  await remove('fold');
  expect((await harness.describe('fold')).EndpointStatus).toBe('Deleting');
  await expect(remove('fold')).rejects.toEqual(busy);
  await expect
    .poll(() => harness.describe('fold').catch((error: unknown) => error), SOON)
    .toEqual(refusal(`Could not find endpoint "${ARN}:endpoint/fold".`));

  // Twice a warm-up of 10 s and a release of 5 s, once with one instance and once with two.
  const [bill] = harness.standIn.ledger().endpoints;
  expect(bill).toMatchObject({ endpointName: 'fold', instanceType: 'ml.g5.12xlarge', hourlyUsd: 14.28 });
  expect(bill?.spans.map(({ instances }) => instances)).toEqual([1, 2]);
  expect(bill?.spans.every(({ to }) => to !== null)).toBe(true);
  const seconds =
    bill?.spans.reduce((sum, span) => sum + ((span.to ?? 0) - span.from) * span.instances, 0) ?? 0;
  expect(seconds).toBeGreaterThan(15 + 2 * 15);
  // Billed by the date: a fast clock is a fast machine.
  const billed = (bill?.spans ?? []).reduce(
    (sum, { fromMs, toMs, instances }) => sum + (((toMs ?? 0) - fromMs) / 1000) * instances,
    0,
  );
  expect(bill?.instanceSeconds).toBeCloseTo(billed, 3);
  expect(billed).toBeCloseTo(seconds / SPEED, 1);
  expect(Number(bill?.costUsd)).toBeCloseTo((billed / 3600) * 14.28, 6);
});

test('names that exist are refused, names that do not are not found', async () => {
  await harness.create('fold');
  await expect(harness.create('fold')).rejects.toEqual(
    refusal(`Cannot create already existing model "${ARN}:model/fold".`),
  );
  const again = (config: string, name = 'fold') =>
    harness.control.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: config }));
  await expect(again('fold')).rejects.toEqual(
    refusal(`Cannot create already existing endpoint "${ARN}:endpoint/fold".`),
  );
  await expect(again('none', 'other')).rejects.toEqual(
    refusal(`Could not find endpoint configuration "${ARN}:endpoint-config/none".`),
  );
  await expect(harness.control.send(new DescribeModelCommand({ ModelName: 'none' }))).rejects.toEqual(
    refusal(`Could not find model "${ARN}:model/none".`),
  );
  await expect(again('fold', 'bad_name')).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(harness.control.send(new ListTrainingJobsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

test('a real-time endpoint keeps at least one instance', async () => {
  await harness.create('live', quick);
  await harness.untilInService('live');
  await expect(scale('live', 0)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('an update starts a second fleet, and both are billed until it serves', async () => {
  await harness.create('blue', quick);
  await harness.create('green', { instances: 2, ...quick });
  await harness.untilInService('blue');
  await harness.control.send(
    new UpdateEndpointCommand({ EndpointName: 'blue', EndpointConfigName: 'green' }),
  );
  const after = await harness.untilInService('blue');
  expect(after).toMatchObject({
    EndpointConfigName: 'green',
    ProductionVariants: [{ CurrentInstanceCount: 2 }],
  });
  const bill = harness.standIn.ledger().endpoints.find(({ endpointName }) => endpointName === 'blue');
  expect(bill?.spans.map(({ instances }) => instances)).toEqual([1, 3, 2]);
});

test('without capacity a new endpoint fails, and a scale-out gets fewer instances; neither is billed', async () => {
  await harness.break({ kind: 'capacity' });
  await harness.create('fold', { places: 1, ...quick });
  await expect.poll(async () => (await harness.describe('fold')).EndpointStatus, SOON).toBe('Failed');
  expect((await harness.describe('fold')).FailureReason).toMatch(/^CapacityError: /);
  expect(harness.standIn.ledger().endpoints).toEqual([]);
  await remove('fold');
  await expect
    .poll(() => harness.describe('fold').catch((error: Error) => error.name), SOON)
    .toBe('ValidationException');

  await harness.control.send(new CreateEndpointCommand({ EndpointName: 'fold', EndpointConfigName: 'fold' }));
  await harness.untilInService('fold');
  await harness.break({ kind: 'capacity', endpointName: 'fold' });
  await scale('fold', 3);
  expect(await harness.untilInService('fold')).toMatchObject({
    FailureReason: expect.stringContaining('CapacityError') as string,
    ProductionVariants: [{ CurrentInstanceCount: 1, DesiredInstanceCount: 3 }],
  });
});

test('endpoints are listed by name and status, page by page, and carry tags', async () => {
  for (const name of ['radiant-a', 'radiant-b', 'radiant-c', 'other']) await harness.create(name);
  const first = await harness.control.send(
    new ListEndpointsCommand({
      NameContains: 'radiant-',
      SortBy: 'Name',
      SortOrder: 'Ascending',
      MaxResults: 2,
    }),
  );
  expect(first.Endpoints?.map(({ EndpointName }) => EndpointName)).toEqual(['radiant-a', 'radiant-b']);
  const second = await harness.control.send(
    new ListEndpointsCommand({
      NameContains: 'radiant-',
      SortBy: 'Name',
      SortOrder: 'Ascending',
      NextToken: first.NextToken,
    }),
  );
  expect(second.Endpoints?.map(({ EndpointName }) => EndpointName)).toEqual(['radiant-c']);
  expect(second.NextToken).toBeUndefined();
  const failed = await harness.control.send(new ListEndpointsCommand({ StatusEquals: 'Failed' }));
  expect(failed.Endpoints).toEqual([]);

  const arn = `${ARN}:endpoint/radiant-a`;
  await harness.control.send(new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: 'env', Value: 'test' }] }));
  expect((await harness.control.send(new ListTagsCommand({ ResourceArn: arn }))).Tags).toEqual([
    { Key: 'env', Value: 'test' },
  ]);
});

test('models and configurations are described as created, and can be deleted', async () => {
  await harness.create('fold', { environment: { MODEL_NAME: 'echo' }, places: 3 });
  const model = await harness.control.send(new DescribeModelCommand({ ModelName: 'fold' }));
  expect(model.PrimaryContainer?.Environment).toEqual({ MODEL_NAME: 'echo' });
  const config = await harness.control.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName: 'fold' }),
  );
  expect(config.AsyncInferenceConfig?.ClientConfig?.MaxConcurrentInvocationsPerInstance).toBe(3);
  await harness.control.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'fold' }));
  await harness.control.send(new DeleteModelCommand({ ModelName: 'fold' }));
  await expect(harness.control.send(new DeleteModelCommand({ ModelName: 'fold' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

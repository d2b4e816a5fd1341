/** Application Auto Scaling: bounds, and scheduled actions that change them. */
import {
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DeleteEndpointCommand, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHarness, VARIANT, type Harness } from '../testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('manual', { startedAt: new Date('2030-01-01T00:00:00Z') });
  await harness.create('fold', { places: 1, instances: 2 });
  await harness.standIn.advance(30);
});
afterEach(() => harness.stop());

const resource = (name: string) => ({
  ServiceNamespace: 'sagemaker' as const,
  ResourceId: `endpoint/${name}/variant/${VARIANT}`,
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' as const,
});
const register = (name: string, bounds: { MinCapacity?: number; MaxCapacity?: number }) =>
  harness.scaling.send(new RegisterScalableTargetCommand({ ...resource(name), ...bounds }));
const put = (at: string, MinCapacity = 0, MaxCapacity = 0) =>
  harness.scaling.send(
    new PutScheduledActionCommand({
      ...resource('fold'),
      ScheduledActionName: 'dead-man',
      Schedule: `at(${at})`,
      ScalableTargetAction: { MinCapacity, MaxCapacity },
    }),
  );
const targets = async () =>
  (await harness.scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })))
    .ScalableTargets;
const actions = async () =>
  (await harness.scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'sagemaker' })))
    .ScheduledActions;
const variant = async () => (await harness.describe('fold')).ProductionVariants?.[0];

test('a scheduled action changes the bounds and the capacity, unless it was rescheduled', async () => {
  await expect(put('2030-01-01T00:10:00')).rejects.toMatchObject({ name: 'ObjectNotFoundException' });
  await register('fold', { MinCapacity: 0, MaxCapacity: 4 });
  await put('2030-01-01T00:10:00');
  await put('2030-01-01T00:20:00');
  expect(await actions()).toMatchObject([
    {
      ScheduledActionName: 'dead-man',
      Schedule: 'at(2030-01-01T00:20:00)',
      ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
      CreationTime: new Date('2030-01-01T00:00:30Z'),
    },
  ]);
  await harness.standIn.advance(20 * 60 - 31);
  expect(await variant()).toMatchObject({ CurrentInstanceCount: 2 });
  await harness.standIn.advance(6);
  expect(await variant()).toMatchObject({ CurrentInstanceCount: 0, DesiredInstanceCount: 0 });
  expect(await targets()).toMatchObject([{ MinCapacity: 0, MaxCapacity: 0 }]);
  expect(await actions()).toEqual([]);
  expect(harness.standIn.ledger().endpoints[0]?.spans).toMatchObject([{ from: 0, to: 1205, instances: 2 }]);
});

test('an endpoint that is busy at that time is scaled when it accepts changes', async () => {
  await register('fold', { MinCapacity: 0, MaxCapacity: 4 });
  await put('2030-01-01T00:01:00', 3, 4);
  await harness.set({ systemUpdating: ['fold'] });
  await harness.standIn.advance(100);
  expect(await variant()).toMatchObject({ DesiredInstanceCount: 2 });
  await harness.set({ systemUpdating: [] });
  await harness.standIn.advance(40);
  expect(await variant()).toMatchObject({ CurrentInstanceCount: 3 });
});

test('a second registration changes only the given fields', async () => {
  await expect(register('fold', { MaxCapacity: 4 })).rejects.toMatchObject({ name: 'ValidationException' });
  await register('fold', { MinCapacity: 1, MaxCapacity: 4 });
  await register('fold', { MaxCapacity: 8 });
  expect(await targets()).toMatchObject([{ ...resource('fold'), MinCapacity: 1, MaxCapacity: 8 }]);
  await expect(register('fold', { MaxCapacity: 0 })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(
    harness.control.send(new UpdateEndpointCommand({ EndpointName: 'fold', EndpointConfigName: 'fold' })),
  ).resolves.toBeDefined();
});

test('refused: zero for a real-time endpoint, the past, other schedules, missing resources', async () => {
  await harness.create('live');
  await expect(register('live', { MinCapacity: 0, MaxCapacity: 1 })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(register('none', { MinCapacity: 0, MaxCapacity: 1 })).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await register('fold', { MinCapacity: 0, MaxCapacity: 1 });
  for (const at of ['2029-12-31T23:59:59', 'tomorrow']) {
    await expect(put(at)).rejects.toMatchObject({ name: 'ValidationException' });
  }
});

test('targets and actions are deleted on request, and with their endpoint', async () => {
  const remove = { ...resource('fold'), ScheduledActionName: 'dead-man' };
  await expect(harness.scaling.send(new DeleteScheduledActionCommand(remove))).rejects.toMatchObject({
    name: 'ObjectNotFoundException',
  });
  await register('fold', { MinCapacity: 0, MaxCapacity: 1 });
  await put('2030-01-01T01:00:00');
  await harness.scaling.send(new DeleteScheduledActionCommand(remove));
  expect(await actions()).toEqual([]);
  await put('2030-01-01T01:00:00');
  await harness.scaling.send(new DeregisterScalableTargetCommand(resource('fold')));
  expect([await targets(), await actions()]).toEqual([[], []]);
  await register('fold', { MinCapacity: 0, MaxCapacity: 1 });
  await harness.control.send(new DeleteEndpointCommand({ EndpointName: 'fold' }));
  await harness.standIn.advance(5);
  expect(await targets()).toEqual([]);
});

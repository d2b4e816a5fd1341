import { expect, test } from 'vitest';
import {
  deploymentConfig,
  perInstance,
  pricingConfig,
  slotCount,
  thermalConfig,
  driverOf,
  isManaged,
  type DeploymentConfig,
} from './model.js';

test('slots are instances times invocations per instance', () => {
  const model = {
    thermal: thermalConfig.parse({ maxInstances: 3 }),
    deployment: deploymentConfig.parse({ maxConcurrentInvocationsPerInstance: 4 }),
  };
  expect([perInstance(model), slotCount(model)]).toEqual([4, 12]);
});

test('prices are decimal strings, and unit prices are kept', () => {
  expect(pricingConfig.parse({ hourlyRate: 14.28, perResidueOver500: 0.002 })).toEqual({
    hourlyRate: '14.28',
    perRequest: '0',
    markup: '0.75',
    units: {},
    perResidueOver500: 0.002,
  });
});

test('a wake URL needs a stop URL', () => {
  const pair = { wakeUrl: 'https://gpu.example/state', stopUrl: 'https://gpu.example/stop' };
  expect(deploymentConfig.parse(pair)).toMatchObject(pair);
  expect(deploymentConfig.parse({})).toEqual({
    environment: {},
    headers: {},
    compute: {},
    maxConcurrentInvocationsPerInstance: 1,
  });
  for (const half of [{ wakeUrl: pair.wakeUrl }, { stopUrl: pair.stopUrl }])
    expect(deploymentConfig.safeParse(half).error?.issues).toMatchObject([
      { path: ['stopUrl'], message: 'wakeUrl and stopUrl go together: give both or neither' },
    ]);
});

test.each([
  ['self_hosted', {}, 'sagemaker-async', true],
  ['external', {}, 'http', false],
  ['external', { wakeUrl: 'https://a/wake', stopUrl: 'https://a/stop' }, 'http', true],
  ['self_hosted', { driver: 'http' }, 'http', false],
  ['external', { driver: 'sagemaker-realtime' }, 'sagemaker-realtime', true],
] as const)(
  '%s with %j is served by %s; ours to start and stop: %s',
  (providerType, deployment, driver, managed) => {
    const model = { providerType, deployment: deployment as DeploymentConfig };
    expect([driverOf(model), isManaged(model)]).toEqual([driver, managed]);
  },
);

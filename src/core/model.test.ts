import { expect, test } from 'vitest';
import { deploymentConfig, perInstance, pricingConfig, slotCount, thermalConfig } from './model.js';

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

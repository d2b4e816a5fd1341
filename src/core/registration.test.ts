import { expect, test } from 'vitest';
import { newModel } from './registration.js';

const least = { modelId: 'm', name: 'm', displayName: 'M', category: 'c' };

test('the least that makes a model is completed with defaults that can be run', () => {
  expect(newModel.parse(least)).toMatchObject({
    providerType: 'self_hosted',
    thermal: { scaleToZeroAfterMinutes: 15, maxInstances: 2 },
    pricing: { hourlyRate: '0', markup: '0.75' },
    licenses: [],
  });
});

test('unknown terms are a review, never a permission', () => {
  const { licenses } = newModel.parse({
    ...least,
    licenses: [{ type: 'model_weights', spdx: 'LicenseRef-own' }],
  });
  expect(licenses[0]).toMatchObject({ complianceStatus: 'review_needed' });
  expect(licenses[0]?.commercialUse).toBeUndefined();
});

test.each([
  [{ ...least, enabled: true }],
  [{ ...least, minTier: 6 }],
  [{ ...least, modelId: 'a b' }],
  [{ ...least, parameters: -1 }],
  [{ ...least, thermal: { maxInstances: 0 } }],
])('%j is refused', (model) => {
  expect(newModel.safeParse(model).success).toBe(false);
});

test('counts beyond what a number holds survive as text', () => {
  expect(newModel.parse({ ...least, parameters: '93000000000000000' }).parameters).toBe('93000000000000000');
});

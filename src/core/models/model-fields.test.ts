import { expect, test } from 'vitest';
import { checked, faultsOf } from '../validation/zod-errors.js';
import { newModel } from './model-fields.js';

const least = { modelId: 'm', name: 'm', displayName: 'M', category: 'c' };

test('a minimal model gets working defaults', () => {
  expect(newModel.parse(least)).toMatchObject({
    providerType: 'self_hosted',
    thermal: { scaleToZeroAfterMinutes: 15, maxInstances: 2 },
    pricing: { hourlyRate: '0', markup: '0.75' },
    licenses: [],
  });
});

test('unknown terms need a review and are no permission', () => {
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

test('counts too large for a number are kept as text', () => {
  expect(newModel.parse({ ...least, parameters: '93000000000000000' }).parameters).toBe('93000000000000000');
});

test.each([
  ['thermal.stray', { thermal: { stray: 1 } }],
  ['thermal.minInstances', { thermal: { minInstances: 3, maxInstances: 2 } }],
  ['pricing.stray', { pricing: { stray: '1' } }],
  ['pricing.perPageOver5', { pricing: { perPageOver5: 'much' } }],
  ['pricing.units.page', { pricing: { units: { page: 'size(' } } }],
  ['deployment.stray', { deployment: { stray: 1 } }],
  ['deployment.stopUrl', { deployment: { wakeUrl: 'https://a.example' } }],
  ['deployment.environment.DB_PASSWORD', { deployment: { environment: { DB_PASSWORD: 'x' } } }],
  ['deployment.headers.authorization', { deployment: { headers: { authorization: 'Bearer x' } } }],
  ['licenses.0.spdx', { licenses: [{ type: 'code', spdx: 'Apache 2' }] }],
  ['dependencies.0.license', { dependencies: [{ type: 'database', name: 'D', license: 'free' }] }],
])('a fault of %s has its path', (path, parts) => {
  const refused = () => checked(newModel, { ...least, ...parts }, 'model');
  expect(refused).toThrow(expect.objectContaining({ faults: [expect.objectContaining({ path })] }));
});

test('prices by unit, licence expressions and LicenseRef ids are accepted', () => {
  const model = {
    ...least,
    pricing: { perResidueOver500: '0.002', units: { residue: 'size(params.sequence)' } },
    deployment: { resourceRequirements: { minGpuMemoryGB: 16 } },
    licenses: [
      { type: 'code', spdx: 'MIT OR Apache-2.0' },
      { type: 'weights', spdx: 'LicenseRef-own' },
    ],
  };
  expect(checked(newModel, model, 'model').pricing).toHaveProperty('perResidueOver500', '0.002');
});

test('faults are reported below the given root', () => {
  const { error } = newModel.safeParse({ ...least, stray: 1 });
  expect(error && faultsOf('body', error)).toEqual([{ path: 'body.stray', message: 'is not a known key' }]);
});

test.each([
  ['https://example.org/licence', true],
  ['http://example.org', true],
  ['HTTPS://example.org', true],
  ['javascript:alert(1)', false],
  ['JaVaScRiPt:alert(1)', false],
  [' javascript:alert(1)', false],
  ['java\nscript:alert(1)', false],
  ['data:text/html,<script>', false],
  ['vbscript:x', false],
  ['file:///etc/passwd', false],
  ['ftp://example.org', false],
  ['//example.org', false],
  ['example.org', false],
  ['', false],
])('%j as the URL of a page: %s', (address, isPage) => {
  const licence = { type: 'code', spdx: 'MIT', url: address };
  expect(newModel.safeParse({ ...least, licenses: [licence] }).success).toBe(isPage);
  expect(newModel.safeParse({ ...least, repository: address }).success).toBe(isPage);
});

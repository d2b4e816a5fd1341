import { expect, test } from 'vitest';
import type { ModelLicense } from './model.js';
import { complianceOf, complianceStateOf } from './compliance.js';

const at = new Date('2026-01-01T00:00:00Z');
const license = (parts: Partial<ModelLicense> = {}): ModelLicense => ({
  id: 'l',
  type: 'source_code',
  spdx: 'MIT',
  url: null,
  commercialUse: true,
  attributionRequired: false,
  attributionText: null,
  shareAlike: false,
  complianceStatus: 'compliant',
  lastComplianceReview: '2026-01-01T00:00:00Z',
  expiresAt: null,
  ...parts,
});

test.each<[string, Partial<ModelLicense>]>([
  ['compliant', {}],
  ['unreviewed', { lastComplianceReview: null }],
  ['unreviewed', { lastComplianceReview: null, expiresAt: '2026-01-02T00:00:00Z' }],
  ['review_needed', { lastComplianceReview: null, commercialUse: null }],
  ['compliant', { expiresAt: '2026-01-31T00:00:01Z' }],
  ['expiring', { expiresAt: '2026-01-31T00:00:00Z' }],
  ['expired', { expiresAt: '2026-01-01T00:00:00Z' }],
  ['expired', { expiresAt: '2025-01-01T00:00:00Z', complianceStatus: 'non_compliant' }],
  ['review_needed', { complianceStatus: 'review_needed' }],
  ['review_needed', { commercialUse: null }],
  ['non_compliant', { complianceStatus: 'non_compliant', commercialUse: null }],
])('%s: %j', (standing, parts) => {
  expect(complianceStateOf(license(parts), at)).toBe(standing);
});

test('a model has the state of its worst licence', () => {
  const stateOf = (...licenses: ModelLicense[]) => complianceOf({ id: 'm', licenses, dependencies: [] }, at);
  expect(stateOf(license())).toBe('compliant');
  expect(stateOf(license(), license({ expiresAt: '2026-01-02T00:00:00Z' }))).toBe('expiring');
  expect(
    stateOf(license({ complianceStatus: 'review_needed' }), license({ complianceStatus: 'non_compliant' })),
  ).toBe('non_compliant');
  expect(stateOf()).toBe('review_needed');
});

import { describe, expect, test } from 'vitest';
import { planExecution, type AdmissionRequest } from '../executions/admission.js';
import type { Refused } from '../errors.js';
import { parseGraph } from '../workflows/graph.js';
import { CONSEQUENCES, licenseRefusal, licenseWarnings, usableFor, whyNotLicensed } from './licensing.js';
import type { Licensed } from './licensing.js';
import type { ModelConfig, ModelDependency, ModelLicense } from './model.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';

const NOW = new Date('2026-06-01T00:00:00Z');
const SELLS = { commercial: true };
const STUDIES = { commercial: false };

const license = (changes: Partial<ModelLicense> = {}): ModelLicense => ({
  id: 'l',
  type: 'code',
  spdx: 'MIT',
  url: null,
  commercialUse: true,
  attributionRequired: false,
  attributionText: null,
  shareAlike: false,
  complianceStatus: 'compliant',
  lastComplianceReview: '2026-01-01T00:00:00Z',
  expiresAt: null,
  ...changes,
});
const dependency = (changes: Partial<ModelDependency> = {}): ModelDependency => ({
  name: 'BFD',
  type: 'database',
  sizeGb: null,
  license: 'CC-BY-SA-4.0',
  required: true,
  notes: null,
  ...changes,
});
const model = (changes: Partial<Licensed> = {}): Licensed => ({
  id: 'fold',
  licenses: [license()],
  dependencies: [],
  ...changes,
});

describe('admission', () => {
  test.each<[string, Partial<Licensed>, commercial: string[], others: string[]]>([
    ['all is well', { dependencies: [dependency()] }, [], []],
    ['no licence', { licenses: [] }, ['license_missing'], ['license_missing']],
    [
      'a licence of data only',
      { licenses: [license({ type: 'database' })] },
      ['license_missing'],
      ['license_missing'],
    ],
    ['weights suffice', { licenses: [license({ type: 'model_weights' })] }, [], []],
    [
      'expired at this very moment',
      { licenses: [license({ expiresAt: NOW.toISOString() })] },
      ['license_expired'],
      ['license_expired'],
    ],
    ['expires in a moment', { licenses: [license({ expiresAt: '2026-06-01T00:00:00.001+00:00' })] }, [], []],
    [
      'not complied with',
      { licenses: [license(), license({ type: 'weights', complianceStatus: 'non_compliant' })] },
      ['license_non_compliant'],
      ['license_non_compliant'],
    ],
    ['no commerce', { licenses: [license({ commercialUse: false })] }, ['license_not_commercial'], []],
    ['commerce unknown', { licenses: [license({ commercialUse: null })] }, ['license_review_needed'], []],
    [
      'not reviewed',
      { licenses: [license({ complianceStatus: 'review_needed' })] },
      ['license_review_needed'],
      [],
    ],
    [
      'a dependency without a licence',
      { dependencies: [dependency({ license: null })] },
      ['license_missing'],
      ['license_missing'],
    ],
    ['one that is not required', { dependencies: [dependency({ license: null, required: false })] }, [], []],
    [
      'a dependency that may not be sold with',
      { dependencies: [dependency({ license: 'CC-BY-NC-4.0' })] },
      ['license_not_commercial'],
      [],
    ],
    ['a name that only looks like it', { dependencies: [dependency({ license: 'X-NCSA' })] }, [], []],
  ])('%s', (_, changes, commercial, others) => {
    const codes = (tenant: { commercial: boolean }) =>
      whyNotLicensed(model(changes), tenant, NOW).map(({ code }) => code);
    expect([codes(SELLS), codes(STUDIES)]).toEqual([commercial, others]);
  });

  test('names the component and says what to do, of every fault at once', () => {
    const bad = model({
      licenses: [license({ spdx: 'X', commercialUse: false, expiresAt: '2020-01-01T00:00:00Z' })],
      dependencies: [dependency({ license: null })],
    });
    expect(whyNotLicensed(bad, SELLS, NOW)).toEqual([
      {
        code: 'license_expired',
        component: 'code X',
        message: 'The licence X (code) of fold has expired: renew it, or leave the model out.',
      },
      {
        code: 'license_not_commercial',
        component: 'code X',
        message: expect.stringContaining('ask its owner'),
      },
      {
        code: 'license_missing',
        component: 'database BFD',
        message: 'The database BFD of fold has no licence: an administrator must add it.',
      },
    ]);
  });

  test.each<[Partial<ModelLicense>, string]>([
    [
      { type: 'model_weights', complianceStatus: 'review_needed' },
      'The licence MIT (model weights) of fold is not reviewed: an administrator must review it.',
    ],
    [
      { commercialUse: null },
      'The licence MIT (code) of fold does not state whether commercial use is allowed: an administrator must clarify and record it.',
    ],
    [
      { commercialUse: null, complianceStatus: 'review_needed' },
      'The licence MIT (code) of fold is not reviewed: an administrator must review it.',
    ],
  ])('says what must be clarified: %j', (changes, message) => {
    const open = model({ licenses: [license(), license(changes)] });
    expect(whyNotLicensed(open, SELLS, NOW).map((fault) => fault.message)).toEqual([message]);
  });

  test('a missing review is a warning for tenants that it does not stop', () => {
    const unsure = model({ licenses: [license({ complianceStatus: 'review_needed' })] });
    expect(licenseWarnings(unsure, STUDIES, NOW)).toMatchObject([{ code: 'license_review_needed' }]);
    expect(licenseWarnings(unsure, SELLS, NOW)).toEqual([]);
    expect(licenseWarnings(model(), STUDIES, NOW)).toEqual([]);
  });

  test('a model that is refused for other use is refused for commercial use, too', () => {
    for (const { commercial, nonCommercial } of Object.values(CONSEQUENCES))
      expect(nonCommercial === 'refused' && commercial !== 'refused').toBe(false);
  });

  test.each<[string, Partial<Licensed>, boolean, boolean, number]>([
    ['everybody', {}, true, true, 0],
    ['study', { licenses: [license({ commercialUse: false })] }, false, true, 1],
    ['nobody', { licenses: [] }, false, false, 1],
  ])('usable for %s', (_, changes, commercial, nonCommercial, faults) => {
    const usable = usableFor(model(changes), NOW);
    expect(usable).toMatchObject({ commercial, nonCommercial });
    expect(usable.faults).toHaveLength(faults);
  });
});

test('a refusal names the faults of every model', () => {
  expect(licenseRefusal([model()], SELLS, NOW)).toBeNull();
  const refusal = licenseRefusal(
    [model({ licenses: [] }), model({ id: 'other', licenses: [license({ commercialUse: false })] })],
    SELLS,
    NOW,
  );
  // Each fault is said once: under its path.
  expect(refusal).toMatchObject({
    code: 'license_refused',
    message: 'The licences of fold, other do not allow this run.',
  });
  expect(refusal?.faults.map(({ path }) => path)).toEqual(['models.fold.model', 'models.other.code MIT']);
});

describe('at accept', () => {
  const config = (id: string, licenses: ModelLicense[]) =>
    ({
      ...model({ id, licenses }),
      enabled: true,
      minTier: 1,
      performanceMetrics: {},
      pricing: { hourlyRate: '1', perRequest: '0', markup: '0', units: {} },
    }) as unknown as ModelConfig;
  const ask = (own: ModelLicense[], fallback: ModelLicense[], commercial = true): AdmissionRequest => ({
    graph: parseGraph(
      drawWorkflow('a -> b', {
        a: { modelId: 'own', config: { fallbackModelId: 'other' } },
        b: { modelId: 'own' },
      }),
    ),
    given: {},
    caller: { tier: 1, isAdmin: false, commercial },
    now: NOW,
    models: { own: config('own', own), other: config('other', fallback) },
    history: new Map(),
  });
  const unsure = [license({ complianceStatus: 'review_needed' })];

  test('a model without licences refuses the whole execution', () => {
    const refused = () => {
      try {
        planExecution(ask([], []));
        return null;
      } catch (error) {
        return error as Refused;
      }
    };
    expect(refused()).toMatchObject({ code: 'license_refused', faults: [{ path: 'models.own.model' }] });
  });

  test('a fallback without licences is left out', () => {
    const { snapshots, warnings } = planExecution(ask([license()], []));
    expect([Object.keys(snapshots), warnings]).toEqual([['own'], []]);
    expect(Object.keys(planExecution(ask([license()], [license()])).snapshots)).toEqual(['own', 'other']);
  });

  test('unreviewed terms are a warning, but refuse commercial tenants', () => {
    expect(planExecution(ask(unsure, unsure, false)).warnings).toEqual([
      expect.stringContaining('MIT (code) of own is not reviewed'),
      expect.stringContaining('of other'),
    ]);
    expect(() => planExecution(ask(unsure, unsure))).toThrow(/licences of own do not allow this run/);
  });
});

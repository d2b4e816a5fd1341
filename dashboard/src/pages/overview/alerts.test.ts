import { expect, test } from 'vitest';
import { alertsOf, type Facts } from './alerts';

const CALM: Facts = {
  failed24h: 0,
  licences: { expired: 0, expiringIn30Days: 0, nonCompliant: 0, reviewNeeded: 0 },
  budget: { limitUsd: '100.00', spentUsd: '50.00', reservedUsd: '29.00' },
  thermal: { models: [{ modelId: 'm', state: 'HOT', failure: null }], orphans: [], permissionsMissing: [] },
};
const words = (facts: Partial<Facts>) =>
  alertsOf({ ...CALM, ...facts }).map(({ word, text }) => `${word}: ${text}`);

test('there is no alert', () => {
  expect(words({})).toEqual([]);
  expect(words({ licences: undefined, budget: undefined, thermal: undefined })).toEqual([]);
  expect(words({ budget: { limitUsd: null, spentUsd: '9.00', reservedUsd: '0.00' } })).toEqual([]);
});

test('a budget counts reservations too', () => {
  expect(words({ budget: { limitUsd: '100.00', spentUsd: '50.00', reservedUsd: '30.00' } })).toEqual([
    'Budget: 80 % of $100.00 is spent or kept back this month',
  ]);
});

test('all alerts, worst first', () => {
  expect(
    words({
      failed24h: 1,
      licences: { expired: 1, expiringIn30Days: 2, nonCompliant: 3, reviewNeeded: 4 },
      thermal: {
        models: [{ modelId: 'fold', state: 'FAILED', failure: 'No capacity.' }],
        orphans: [{ usdPerHour: '1.50' }, { usdPerHour: null }],
        permissionsMissing: [{ action: 'sagemaker:DeleteEndpoint' }],
      },
    }),
  ).toEqual([
    'Model failed: fold: No capacity.',
    'Failed: 1 execution in the last 24 h',
    'Orphans: 2 endpoints of no model, $1.50 per hour',
    'Permissions: 1 permission missing: sagemaker:DeleteEndpoint',
    'Non-compliant: a licence of 3 models',
    'Expired: a licence of 1 model',
    'Expiring: a licence of 2 models within 30 days',
    'Review needed: a licence of 4 models',
  ]);
});

test('the cost of orphans is left out if it is unknown', () => {
  expect(words({ thermal: { models: [], orphans: [{ usdPerHour: null }], permissionsMissing: [] } })).toEqual(
    ['Orphans: 1 endpoint of no model'],
  );
});

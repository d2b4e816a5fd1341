import { expect, test } from 'vitest';
import { changesSince, whyChanged, type Offer, type Quoted } from './consent.js';

const NOON = new Date('2026-01-01T12:00:00Z');
const offer: Offer = {
  workflowId: 'fold',
  workflowVersion: '1.0.0',
  versionId: 'v1',
  childrenHash: 'k',
  parametersHash: 'p',
  pricesHash: 'c',
  price: { likelyUsd: '2', highUsd: '3.000000000' },
};
const quoted: Quoted = {
  ...offer,
  id: 'q',
  expiresAt: new Date('2026-01-01T12:15:00Z'),
  executionId: null,
};
const priced = (likelyUsd: string, highUsd: string, pricesHash = 'c'): Partial<Offer> => ({
  price: { likelyUsd, highUsd },
  pricesHash,
});
const risen = (now: string | null, before: string | null = '3.000000000') => [
  { field: 'highUsd', quoted: before, now },
];

test.each<[string, Partial<Quoted>, Partial<Offer>, object[]]>([
  ['nothing has changed', {}, {}, []],
  [
    'another version',
    {},
    { versionId: 'v2', workflowVersion: '1.1.0' },
    [{ field: 'workflowVersion', quoted: '1.0.0', now: '1.1.0' }],
  ],
  [
    'another workflow with the same version',
    {},
    { workflowId: 'dock', versionId: 'v9' },
    [{ field: 'workflowId', quoted: 'fold', now: 'dock' }],
  ],
  [
    'another version of a sub-workflow',
    {},
    { childrenHash: 'l' },
    [{ field: 'childVersions', quoted: 'k', now: 'l' }],
  ],
  ['other parameters', {}, { parametersHash: 'r' }, [{ field: 'parameters', quoted: 'p', now: 'r' }]],
  ['it was used', { executionId: 'e' }, {}, [{ field: 'executionId', quoted: null, now: 'e' }]],
  [
    'it expires at this moment',
    { expiresAt: NOON },
    {},
    [{ field: 'expiresAt', quoted: NOON.toISOString(), now: NOON.toISOString() }],
  ],
  ['longer runs, at the same prices', {}, priced('3', '9'), []],
  ['much longer runs, at the same prices', {}, priced('3.000000001', '9'), risen('9')],
  ['other prices, not above', {}, priced('1', '3', 'd'), []],
  ['other prices, above', {}, priced('2', '3.000000001', 'd'), risen('3.000000001')],
  ['a price that is no longer known', {}, { price: null }, risen(null)],
  ['a price that has become known', { price: null }, {}, risen('3.000000000', null)],
  ['a price that nobody knows', { price: null }, { price: null }, []],
])('%s', (_, before, now, changes) => {
  expect(changesSince({ ...quoted, ...before }, { ...offer, ...now }, NOON)).toEqual(changes);
});

test('all changes are named at once, and what to do', () => {
  const changes = changesSince(
    { ...quoted, expiresAt: NOON },
    { ...offer, ...priced('4', '4', 'd'), parametersHash: 'r' },
    NOON,
  );
  expect(whyChanged('q', changes)).toBe(
    'Quote q does not allow this: the parameters differ, the price has risen, it has expired. Ask for a new quote, and send its id.',
  );
});

import { expect, it } from 'vitest';
import { Problem } from '../../../api/client';
import {
  changesIn,
  changeText,
  costRange,
  dutiesOf,
  linesOf,
  quoteLine,
  readyBy,
  runLabel,
  startsIn,
  type Quote,
} from './quote';

const part = (change: Partial<Quote['parts'][number]> = {}): Quote['parts'][number] => ({
  taskId: 'a',
  modelId: 'm',
  conditional: false,
  seconds: { low: 1, likely: 60, high: 90 },
  gpuUsd: '0.10',
  requestUsd: '0.20',
  unitsUsd: '0.00',
  markupUsd: '0.225',
  totalUsd: '0.525',
  basis: 'history',
  runs: 3,
  ...change,
});
const NOON = Date.parse('2026-01-01T12:00:00Z');

it('adds up exactly, and leaves out zero amounts', () => {
  const parts = [part(), part({ gpuUsd: '0.20', seconds: { low: 0, likely: 0, high: 0 } })];
  expect(linesOf({ parts })).toEqual([
    { label: 'Requests', amount: '0.4' },
    { label: 'GPU, 1 m 0 s', amount: '0.3' },
    { label: 'Markup', amount: '0.45' },
  ]);
});

it('makes no sum with unknown amounts', () => {
  expect(linesOf({ parts: [part(), part({ gpuUsd: null })] })).toContainEqual({
    label: 'GPU, 2 m 0 s',
    amount: null,
  });
});

it('states once that only the time is not known', () => {
  const untimed = part({ seconds: null, gpuUsd: null, markupUsd: null, totalUsd: null });
  expect(linesOf({ parts: [untimed] })).toEqual([
    { label: 'Requests', amount: '0.2' },
    { label: 'GPU, time not known', amount: null },
  ]);
});

it('reads well in a sentence', () => {
  const costs = (likelyUsd: string) => ({ cost: { likelyUsd } }) as Quote;
  expect(runLabel(costs('1.2'))).toBe('Run for about $1.20');
  expect(runLabel(costs('0.001'))).toBe('Run for less than $0.01');
  expect(runLabel(undefined)).toBe('Run');
});

it.each([
  ['highUsd', '3.000000000', '4.182500000', 'The maximum cost was $3.00, and is now $4.18.'],
  ['highUsd', null, '4.18', 'The maximum cost was not known, and is now $4.18.'],
  ['workflowVersion', '1.0.0', '1.1.0', 'The workflow had the version 1.0.0, and now has 1.1.0.'],
  ['parameters', 'a', 'b', 'The parameters are not those that were quoted.'],
  ['childVersions', 'a', 'b', 'A sub-workflow has another version.'],
  ['expiresAt', 'a', 'b', 'The quote has expired.'],
  ['executionId', null, '0123456789', 'Execution 01234567 was started with the quote.'],
  ['workflowId', 'a', 'b', 'workflowId was a, and is now b.'],
])('%s from %s to %s is a sentence', (field, quoted, now, words) =>
  expect(changeText({ field, quoted, now })).toBe(words),
);

it('knows what is no refusal, but a change', () => {
  const problem = (code: string, body = {}) => new Problem(409, code, 'No.', [], null, body);
  expect(changesIn(null)).toBeNull();
  expect(changesIn(problem('model_disabled'))).toBeNull();
  expect(changesIn(problem('quote_unknown'))).toEqual(['The quote no longer exists.']);
  const changes = [{ field: 'expiresAt', quoted: 'a', now: 'b' }];
  expect(changesIn(problem('quote_changed', { changes }))).toEqual(['The quote has expired.']);
  expect(quoteLine({ id: '0123456789', expiresAt: '2026-01-01T12:15:00Z' })).toBe(
    'Quote 01234567, valid until 12:15 UTC',
  );
});

it('says when, today or another day', () => {
  expect(startsIn({ startsAt: { likely: '2026-01-01T12:00:05Z' } }, NOON)).toBe('Now');
  expect(startsIn({ startsAt: { likely: '2026-01-01T12:03:08Z' } }, NOON)).toBe('3 m 8 s');
  expect(startsIn({ startsAt: null }, NOON)).toBe('Not known');
  const endsAt = {
    low: '2026-01-01T12:10:00Z',
    likely: '2026-01-01T12:20:00Z',
    high: '2026-01-01T12:30:00Z',
  };
  expect(readyBy({ endsAt }, NOON)).toEqual({ likely: '12:20 UTC', range: '12:10 to 12:30' });
  expect(readyBy({ endsAt }, NOON - 86_400_000).likely).toBe('1 Jan 12:20 UTC');
  expect(readyBy({ endsAt: null }, NOON)).toEqual({ likely: 'Not known', range: null });
});

it('names a range only where there is one', () => {
  expect(costRange({ cost: { lowUsd: '1.00', likelyUsd: '2.00', highUsd: '3.005' } })).toBe('$1.00 to $3.01');
  expect(costRange({ cost: { lowUsd: '1.00', likelyUsd: '1.00', highUsd: '1.001' } })).toBeNull();
  expect(costRange({ cost: null })).toBeNull();
});

it('puts the strictest obligation first, each licence once', () => {
  const license = {
    modelId: 'm',
    component: 'source_code',
    spdx: 'Apache-2.0',
    url: null,
    attributionRequired: true,
    attributionText: null,
    shareAlike: false,
  };
  expect(
    dutiesOf([
      { ...license, spdx: 'CC0-1.0', attributionRequired: false, component: 'templates' },
      license,
      { ...license, component: 'weights' },
      { ...license, spdx: 'CC-BY-SA-4.0', shareAlike: true, component: 'database' },
    ]).map(({ spdx, duty, of }) => [spdx, duty, of]),
  ).toEqual([
    ['CC-BY-SA-4.0', 'Share alike', 'database'],
    ['Apache-2.0', 'Attribution', 'source code, weights'],
    ['CC0-1.0', 'None', 'templates'],
  ]);
});

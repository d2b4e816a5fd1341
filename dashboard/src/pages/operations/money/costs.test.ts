import { expect, test } from 'vitest';
import { headline } from './headline';
import { daysOf, instants, periodOf } from './period';

const NOW = new Date('2026-03-02T10:00:00Z');

test('without anything the last thirty days', () => {
  expect(periodOf({}, NOW)).toEqual({ from: '2026-02-01', to: '2026-03-02' });
});

test('what is no date, or ends before it begins, is left out', () => {
  expect(periodOf({ from: '2026-02-30x', to: 'today' }, NOW)).toEqual({
    from: '2026-02-01',
    to: '2026-03-02',
  });
  expect(periodOf({ from: '2026-03-01', to: '2026-02-10' }, NOW)).toEqual({
    from: '2026-01-12',
    to: '2026-02-10',
  });
  expect(periodOf({ from: '2026-99-01' }, NOW).from).toBe('2026-02-01');
});

test('the last day counts in full', () => {
  expect(instants({ from: '2026-03-01', to: '2026-03-02' })).toEqual({
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-03T00:00:00.000Z',
  });
  expect(daysOf({ from: '2026-02-27', to: '2026-03-02' })).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ]);
});

test('neither cost nor margin is final while something is open', () => {
  const totals = {
    executions: 1_200,
    gpuSeconds: 1,
    priceUsd: '5',
    loadedUsd: '0',
    marginUsd: '5',
    idleUsd: '0',
  };
  expect(headline(totals, '2.02')).toEqual([
    ['Price', '$5.00'],
    ['Cost', '$0.00, $2.02 not settled yet'],
    ['Margin', 'Not settled yet'],
    ['Idle', '$0.00'],
    ['Executions', '1,200'],
  ]);
  expect(headline(totals, '0')).toContainEqual(['Margin', '$5.00']);
  expect(headline({ executions: 1, gpuSeconds: 1, priceUsd: '5' }, '0').map(([label]) => label)).toEqual([
    'Price',
    'Executions',
  ]);
});

import { expect, test } from 'vitest';
import type { Summary } from './list';
import { csvRows, lengthOf, scoresOf } from './results';

const row = (change: object) =>
  ({
    id: 'x',
    name: 'one',
    status: 'succeeded',
    error: null,
    resolvedParameters: { sequence: 'ACDE' },
    cost: { actualUsd: '1.50' },
    durationMs: 7,
    scores: null,
    synthetic: false,
    ...change,
  }) as unknown as Summary;

test('the columns are the numbers that any of them has, the known ones first', () => {
  const rows = [
    row({ scores: { zeta: 1, 'confidence.ptm': 0.7 } }),
    row({ scores: { alpha: 2, 'confidence.meanPlddt': 80 } }),
  ];
  expect(scoresOf(rows).map(({ name }) => name)).toEqual(['pLDDT', 'pTM', 'alpha', 'zeta']);
  expect(scoresOf([row({})])).toEqual([]);
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`n${at}`, at]));
  expect(scoresOf([row({ scores: many })])).toHaveLength(8);
});

test('as a file each has its numbers, and nothing where it has none', () => {
  const rows = [
    row({ scores: { 'confidence.ptm': 0.7 } }),
    row({ id: 'y', status: 'failed', error: { code: 'bad', message: '' }, synthetic: true }),
  ];
  expect(csvRows(rows)).toEqual([
    ['id', 'name', 'status', 'error', 'length', 'pTM', 'cost_usd', 'duration_ms', 'synthetic'],
    ['x', 'one', 'succeeded', null, 4, 0.7, '1.50', 7, 'false'],
    ['y', 'one', 'failed', 'bad', 4, null, '1.50', 7, 'true'],
  ]);
  expect(lengthOf(row({ resolvedParameters: {} }))).toBeNull();
});

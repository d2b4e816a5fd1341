import { expect, test } from 'vitest';
import { queryOf, reasonOf, renewed, split, type Summary } from './list';

test('days become whole days in UTC, and nonsense is left out', () => {
  expect(queryOf({ status: 'running', from: '2026-03-01', to: '2026-03-01', q: 'x' })).toEqual({
    status: 'running',
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-02T00:00:00.000Z',
    q: 'x',
  });
  expect(queryOf({ status: 'strange', from: 'yesterday', to: '2026-99-99' })).toEqual({});
});

test('later executions are counted, not shown', () => {
  const rows = ['2026-01-03', '2026-01-02', '2026-01-01'].map((createdAt) => ({ createdAt }) as Summary);
  expect(split(rows, '2026-01-02')).toEqual({ shown: rows.slice(1), fresh: 1 });
  expect(split(rows, null)).toEqual({ shown: rows, fresh: 0 });
});

test('rows missing from the newest page are removed, older rows stay', () => {
  const row = (id: string, createdAt: string) => ({ id, createdAt }) as Summary;
  const [a, b, c, d] = [row('a', '4'), row('b', '3'), row('c', '2'), row('d', '1')] as const;
  expect(renewed({ items: [a, c], nextCursor: 'c' }, [b, c, d])).toEqual([a, c, d]);
  expect(renewed({ items: [a, c], nextCursor: null }, [b, c, d])).toEqual([a, c]);
  expect(renewed({ items: [], nextCursor: null }, [b])).toEqual([]);
});

test('only unfinished executions wait', () => {
  const waiting = {
    reason: 'Warming.',
    since: '2026-01-01T00:00:00Z',
    expectedStart: null,
    failsAt: null,
    nothingRuns: true,
  };
  expect(reasonOf({ status: 'running', waiting })).toBe('Warming.');
  expect(reasonOf({ status: 'failed', waiting })).toBeNull();
  expect(reasonOf({ status: 'running', waiting: null })).toBeNull();
});

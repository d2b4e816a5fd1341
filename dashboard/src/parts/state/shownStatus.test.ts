import { expect, test } from 'vitest';
import { shownStatus, tookOf } from './shownStatus';

test('an execution without a running task is waiting, and a running one has a duration so far', () => {
  expect(shownStatus({ status: 'running', waiting: { nothingRuns: true } })).toBe('waiting');
  expect(shownStatus({ status: 'running', waiting: { nothingRuns: false } })).toBe('running');
  expect(shownStatus({ status: 'running', waiting: null })).toBe('running');
  expect(shownStatus({ status: 'paused', waiting: { nothingRuns: true } })).toBe('paused');
  const now = Date.parse('2026-01-01T00:01:00Z');
  expect(tookOf({ startedAt: '2026-01-01T00:00:00Z', durationMs: null }, now)).toBe(60_000);
  expect(tookOf({ startedAt: '2026-01-01T00:00:00Z', durationMs: 5 }, now)).toBe(5);
  expect(tookOf({ startedAt: null, durationMs: null }, now)).toBeNull();
});

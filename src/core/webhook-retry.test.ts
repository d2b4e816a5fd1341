import { describe, expect, test } from 'vitest';
import { afterTry } from './webhook-retry.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const tried = (status: number | null, attempts = 1, random = 0.5, giveUpAt = later(86_400_000)) =>
  afterTry({ status, attempts, now: NOW, giveUpAt, random: () => random });

describe('after an attempt', () => {
  test.each([200, 202, 204, 299])('%i is delivered', (status) => {
    expect(tried(status)).toEqual({ kind: 'delivered' });
  });

  test.each([null, 100, 301, 307, 400, 401, 404, 429, 500, 503])('%s is retried', (status) => {
    expect(tried(status)).toEqual({ kind: 'retry', delayMs: 10_000 });
  });

  test('410 gives up', () => {
    expect(tried(410)).toEqual({ kind: 'given_up' });
  });

  test.each([
    [1, 0, 9_000],
    [1, 1, 11_000],
    [2, 0.5, 20_000],
    [9, 0.5, 2_560_000],
    [10, 0.5, 3_600_000],
    [2_000, 0.5, 3_600_000],
  ])('attempt %i with random %d waits %i ms', (attempts, random, delayMs) => {
    expect(tried(500, attempts, random)).toEqual({ kind: 'retry', delayMs });
  });

  test('no retry if it would come too late', () => {
    expect(tried(500, 1, 0.5, later(10_000))).toMatchObject({ kind: 'retry' });
    expect(tried(500, 1, 0.5, later(9_999))).toEqual({ kind: 'given_up' });
  });
});

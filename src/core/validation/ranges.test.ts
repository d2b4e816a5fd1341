/** Ranges: what was stored before there were any, what the API's document says, and amounts and counts as text. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { later } from '../time/saturated.js';
import { amount, counted, ranged } from './ranged-schemas.js';
import { INSTANTS, isWithin, RANGES } from './ranges.js';
import { afterFailure } from '../executions/retry.js';
import { priceOf } from '../money/price.js';
import { pricingConfig } from '../models/model.js';
import { numbers } from '../testing/strange-numbers.js';

describe('values saved before there were ranges', () => {
  const any = fc.oneof(numbers, fc.constant(Number.NaN), fc.constant(Infinity));
  const now = new Date('2026-01-01T12:00:00Z');

  test('no timestamp is outside of the range of a date', () => {
    fc.assert(
      fc.property(any, (ms) => {
        const at = later(now, ms);
        expect(at.toISOString()).toMatch(/^\d{4}-/);
        expect(at >= new Date(INSTANTS.min) && at <= new Date(INSTANTS.max)).toBe(true);
      }),
    );
  });

  test('a retry waits as configured, up to the largest allowed delay', () => {
    const positive = numbers.map(Math.abs);
    fc.assert(
      fc.property(
        positive,
        positive,
        positive.map((number) => Math.max(1, number)),
        fc.integer({ min: 1, max: 99 }),
        (initial, longest, backoff, attempt) => {
          const policy = { initialDelayMs: initial, maxDelayMs: longest, backoff, jitter: false };
          const verdict = afterFailure({
            errorClass: 'transient',
            attempt,
            maxAttempts: 100,
            policy,
            crashes: 0,
            refused: { times: 0, forMs: 0 },
            fallback: null,
            random: () => 1,
          });
          const waits = (verdict as { delayMs: number }).delayMs;
          expect(waits).toBeLessThanOrEqual(RANGES.retryDelay.max);
          if (isWithin(RANGES.retryDelay, initial) && attempt === 1 && initial <= longest)
            expect(waits).toBe(Math.round(initial) + 0);
        },
      ),
    );
  });

  test('no price exceeds what a row can hold, and its parts add up', () => {
    const rate = fc.constantFrom('0', '0.000000001', '14.28', '999999999999', '1e+30');
    fc.assert(
      fc.property(rate, rate, rate, rate, numbers, (hourlyRate, perRequest, perUnit, markup, amount) => {
        const pricing = pricingConfig.parse({ hourlyRate, perRequest, markup, perThingOver0: perUnit });
        const price = priceOf({ pricing, seconds: 3600, requests: 3, units: { thing: Math.abs(amount) } });
        expect(price.totalUsd).toMatch(/^\d{1,11}\.\d{9}$/);
        expect(price.markupUsd).toMatch(/^\d/);
      }),
    );
  });
});

test('the document of the API shows limits and units', () => {
  expect(ranged(RANGES.wait).toJSONSchema()).toMatchObject({
    minimum: 0,
    maximum: 31_536_000,
    description: 'In seconds.',
  });
});

test.each([
  ['12.50', true],
  ['0.000000001', true],
  ['99999999999', true],
  ['0', false],
  ['0.0000000001', false],
  ['1e3', false],
  ['-1', false],
  ['', false],
  [12, false],
])('a budget of %j', (given, isGood) => {
  expect(amount(RANGES.budget).safeParse(given).success).toBe(isGood);
});

test.each([
  ['7', 7],
  ['200', 200],
  ['0', null],
  ['201', null],
  ['1e2', null],
  ['', null],
  [' 7', null],
  ['0x10', null],
  ['NaN', null],
  [7, 7],
])('a page size of %j in a URL', (given, count) => {
  expect(counted(RANGES.page).safeParse(given).data ?? null).toBe(count);
});

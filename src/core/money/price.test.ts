import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeOf, measureUnits, priceOf, publishedSeconds } from './price.js';
import { pricingConfig } from '../models/model.js';
import { addUsd, allocate, compareUsd } from './money.js';

const alphafold2 = pricingConfig.parse({
  hourlyRate: 14.28,
  perRequest: 2,
  perResidueOver500: 0.002,
  markup: 0.75,
  units: { residue: 'size(params.sequence)' },
});

describe('priceOf', () => {
  test.each([
    [0, 1, {}, ['0.000000000', '2.000000000', '0.000000000', '1.500000000', '3.500000000']],
    [
      3600,
      1,
      { residue: 500 },
      ['14.280000000', '2.000000000', '0.000000000', '12.210000000', '28.490000000'],
    ],
    ['29', 1, { Residues: 600 }, ['0.115033333', '2.000000000', '0.200000000', '1.736275000', '4.051308333']],
    [0, 3, { residue: 600 }, ['0.000000000', '6.000000000', '0.600000000', '4.950000000', '11.550000000']],
    [1, 0, { atoms: 9 }, ['0.003966667', '0.000000000', '0.000000000', '0.002975000', '0.006941667']],
  ])('%s s, %i requests, %o', (seconds, requests, units, expected) => {
    const price = priceOf({ pricing: alphafold2, seconds, requests, units });
    expect(Object.values(price)).toEqual(expected);
  });

  test('ten thousand small calls add up exactly', () => {
    const pricing = pricingConfig.parse({ perRequest: '0.00004', markup: 0 });
    const { totalUsd } = priceOf({ pricing, seconds: 0, requests: 1, units: {} });
    expect(addUsd(...Array.from({ length: 10_000 }, () => totalUsd))).toBe('0.400000000');
  });

  test('the parts add up to the total', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100), fc.nat(100_000), (seconds, requests, residue) => {
        const { totalUsd, ...parts } = priceOf({
          pricing: alphafold2,
          seconds,
          requests,
          units: { residue },
        });
        expect(addUsd(...Object.values(parts))).toBe(totalUsd);
      }),
    );
  });
});

describe('chargeOf', () => {
  const row = { hourlyRate: '0', perRequest: '0', markup: '0', units: {} };
  const LARGEST = '99999999999.999999999';

  test.each([
    [{ perRequest: '0.5' }, {}, { costUsd: '0.500000000' }],
    [{ perRequest: '99999999999.9999999994' }, {}, { costUsd: LARGEST, costFlaw: 'largest' }],
    [{ perRequest: '999999999999' }, {}, { costUsd: LARGEST, costFlaw: 'largest' }],
    [{ hourlyRate: '1e300', markup: '1e300' }, {}, { costUsd: LARGEST, costFlaw: 'largest' }],
    [{ perResidueOver0: '1' }, { residue: 1e308 }, { costUsd: LARGEST, costFlaw: 'largest' }],
    [{ perResidueOver0: '1' }, {}, { costUsd: '0.000000000' }],
    [{ perRequest: 'a lot' }, {}, { costUsd: '0', costFlaw: 'unknown' }],
    [{ markup: '-2', perRequest: '1' }, {}, { costUsd: '0', costFlaw: 'unknown' }],
    [{ perResidueOver0: 'much' }, { residue: 1 }, { costUsd: '0', costFlaw: 'unknown' }],
  ])('%o of %o', (price, units, expected) => {
    expect(chargeOf({ ...row, ...price }, units, 1)).toEqual(expected);
  });

  test('for any row it returns an amount that the database can store', () => {
    const anything = fc.oneof(fc.double(), fc.bigInt().map(String), fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.record({ hourlyRate: anything, perRequest: anything, markup: anything, perAOver0: anything }),
        anything,
        fc.double({ min: 0, noNaN: true, max: 1e308 }),
        (price, a, seconds) => {
          const pricing = { ...price, units: { a: 'params.a' } } as unknown as Parameters<typeof chargeOf>[0];
          const units = { a } as Parameters<typeof chargeOf>[1];
          expect(chargeOf(pricing, units, seconds).costUsd).toMatch(/^\d{1,11}(\.\d{9})?$/);
        },
      ),
    );
  });
});

test('units are measured by CEL over the parameters', () => {
  expect(measureUnits(alphafold2, { sequence: 'MKVL' })).toEqual({ residue: 4 });
  const measure = (source: string) => (): unknown =>
    measureUnits(pricingConfig.parse({ units: { x: source } }), { text: 'secret' });
  expect(measure('-1')).toThrow('a unit must be a number of at least 0');
  expect(measure('params.text')).toThrow('a unit must be a number of at least 0');
  expect(measure('params.nope')).toThrow('no such key: nope');
});

test('amounts are compared as numbers', () => {
  expect([compareUsd('9', '10.0'), compareUsd('1.0', '1'), compareUsd('2', '1.9')]).toEqual([-1, 0, 1]);
});

describe('published times', () => {
  const metrics = { inferenceTime100Residues: 4.9, inferenceTime500Residues: 29, maxResidues: 2500 };
  test.each([
    [100, 4.9],
    [300, 16.95],
    [500, 29],
    [900, 53.1],
    [50, 1.8875],
    [1, 0],
  ])('%i residues', (residue, seconds) => {
    expect(publishedSeconds(metrics, { residue })).toBeCloseTo(seconds, 9);
  });

  test('one point gives a line through zero; without points there is no result', () => {
    expect(publishedSeconds({ inferenceTime100Residues: 5 }, { residue: 300 })).toBe(15);
    expect(publishedSeconds({ inferenceTime100Atoms: 5 }, { residue: 300 })).toBeNull();
  });
});

describe('allocate', () => {
  test.each([
    ['1', [1, 1, 1], ['0.333333334', '0.333333333', '0.333333333']],
    ['10', [1, 3], ['2.500000000', '7.500000000']],
    ['0.000000002', [1, 5, 5], ['0.000000000', '0.000000001', '0.000000001']],
    ['1', [0, 0], ['0.500000000', '0.500000000']],
    ['1', [0, 2], ['0.000000000', '1.000000000']],
    ['1', [], []],
  ])('%s among %o', (total, weights, expected) => {
    expect(allocate(total, weights)).toEqual(expected);
  });

  test('shares add up exactly', () => {
    const weights = fc.array(fc.oneof(fc.nat(1000), fc.double({ min: 0, max: 1e6, noNaN: true })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (nano, weights) => {
        const digits = nano.toString().padStart(10, '0');
        const total = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
        expect(compareUsd(addUsd(...allocate(total, weights)), total)).toBe(0);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { influences, traitsOf, type Measured, type Traits } from './parameter-influence.js';

test('a parameter counts as its number, its choice, or the length of its content', () => {
  const sequence = 'M'.repeat(41);
  expect(
    traitsOf({ n: 3, fast: true, mode: 'x', sequence, list: [1, 2], deep: { a: 1 }, none: null }),
  ).toEqual({ n: 3, fast: true, mode: 'x', sequence: 41, list: 2 });
});

/** A little noise that is the same each time. */
const noisy = (seconds: number, index: number): number => seconds * (1 + 0.02 * Math.sin(index * 7));
const runs = (traits: readonly Traits[], seconds: (traits: Traits) => number): Measured[] =>
  traits.map((each, index) => ({ traits: each, seconds: noisy(seconds(each), index) }));
const some = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5];
/** What history expects of the parameters that are asked about, in seconds. */
const expected = (measured: readonly Measured[], asked: Traits): number => {
  const { factors } = influences(measured, asked);
  return (
    measured.reduce((sum, { seconds }, index) => sum + seconds * (factors[index] as number), 0) /
    measured.length
  );
};

describe('influential', () => {
  const choices: Traits[] = some.map((n) => ({
    numModels: n,
    mode: n % 2 ? 'fast' : 'slow',
    seed: (n * 37) % 11,
  }));
  test.each<[string, Measured[], Traits, string[], number]>([
    [
      'a number that the time is proportional to',
      runs(choices, ({ numModels }) => 60 * (numModels as number)),
      { numModels: 5, mode: 'fast', seed: 1 },
      ['numModels'],
      300,
    ],
    [
      'a number beyond all that was seen',
      runs(choices, ({ numModels }) => 10 + 60 * (numModels as number)),
      { numModels: 10, seed: 1 },
      ['numModels'],
      610,
    ],
    [
      'a choice',
      runs(choices, ({ mode }) => (mode === 'fast' ? 10 : 100)),
      { numModels: 1, mode: 'slow', seed: 1 },
      ['mode'],
      100,
    ],
    [
      'a switch',
      runs(
        some.map((n) => ({ relax: n > 2 })),
        ({ relax }) => (relax ? 90 : 30),
      ),
      { relax: true },
      ['relax'],
      90,
    ],
    [
      'two of them, one after the other',
      runs(
        some.flatMap((n) => [
          { n, relax: true },
          { n, relax: false },
        ]),
        ({ n, relax }) => 60 * (n as number) * (relax ? 1.5 : 1),
      ),
      { n: 2, relax: false },
      ['n', 'relax'],
      120,
    ],
  ])('%s', (_, measured, asked, names, seconds) => {
    expect(influences(measured, asked).names).toEqual(names);
    expect(expected(measured, asked) / seconds).toBeGreaterThan(0.8);
    expect(expected(measured, asked) / seconds).toBeLessThan(1.2);
  });
});

describe('not influential', () => {
  test.each<[string, Measured[], Traits]>([
    [
      'four runs show nothing',
      runs([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }], ({ n }) => n as number),
      { n: 1 },
    ],
    [
      'times that are all the same',
      runs(
        some.map((n) => ({ n })),
        () => 60,
      ),
      { n: 5 },
    ],
    [
      'a number that has nothing to do with it',
      some.map((n, index) => ({ traits: { seed: (n * 7) % 5 }, seconds: [10, 50][index % 2] as number })),
      { seed: 3 },
    ],
    [
      'a number that never changed',
      runs(
        some.map(() => ({ n: 3 })),
        () => 3,
      ).map((run, index) => ({ ...run, seconds: index + 1 })),
      { n: 9 },
    ],
    [
      'a choice that nobody made',
      runs(
        some.map((n) => ({ mode: n % 2 ? 'a' : 'b' })),
        ({ mode }) => (mode === 'a' ? 1 : 9),
      ),
      { mode: 'c' },
    ],
    [
      'texts that are all different',
      some.map((n, index) => ({ traits: { name: `x${index}` }, seconds: n })),
      { name: 'x1' },
    ],
    [
      'a parameter that some did not have',
      some.map((n, index) => ({ traits: index > 4 ? { n } : {}, seconds: n })),
      { n: 3 },
    ],
    [
      'one that is not asked about',
      runs(
        some.map((n) => ({ n })),
        ({ n }) => n as number,
      ),
      {},
    ],
  ])('%s', (_, measured, asked) => {
    expect(influences(measured, asked)).toEqual({ names: [], factors: measured.map(() => 1) });
  });

  test('a number that is too large to compute with', () => {
    const measured = runs(
      some.map((n) => ({ n: n * 1e307 })),
      ({ n }) => (n as number) / 1e306,
    );
    expect(influences(measured, { n: 1e308 }).factors.every(Number.isFinite)).toBe(true);
  });
});

test('for any measurement no factor is NaN or negative', () => {
  const trait = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constantFrom('a', 'b'),
  );
  const measured = fc.array(
    fc.record({
      traits: fc.dictionary(fc.constantFrom('n', 'm', 'toString'), trait),
      seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(measured, fc.dictionary(fc.constantFrom('n', 'm', 'toString'), trait), (runs, asked) => {
      for (const factor of influences(runs, asked).factors) {
        expect(Number.isNaN(factor)).toBe(false);
        expect(factor).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

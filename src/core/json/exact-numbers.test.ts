import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../expressions/cel.js';
import { readJson } from './exact-numbers.js';
import { Decimal } from './decimal.js';

const reported = (text: string) => readJson(text).faults.map(({ path, message }) => `${path}: ${message}`);
const INTEGER = 'is an integer that a JSON number cannot hold exactly: write it as a text, in quotes';

test.each([
  ['9007199254740993', `: ${INTEGER}`],
  ['{"seed": 12345678901234567891}', `seed: ${INTEGER}`],
  ['{"a":[1,{"b c":[0,-9007199254740993]}],"d":1}', `a.1.b c.1: ${INTEGER}`],
  ['{"a":{"x":1},"b":[[],{}],"\\"q\\\\":9007199254740993}', `"q\\: ${INTEGER}`],
  ['[1e999]', '0: is too large for a number'],
  ['[-1E+400]', '0: is too large for a number'],
  [`[${'9'.repeat(310)}]`, '0: is too large for a number'],
  [`[${'9'.repeat(310)}.5]`, '0: is too large for a number'],
  ['[1e-400]', '0: is too close to 0 for a number'],
  [`[0.${'0'.repeat(330)}1]`, '0: is too close to 0 for a number'],
])('%s is refused', (text, message) => {
  expect(reported(text)).toEqual([message]);
});

test.each([
  '9007199254740991',
  '-9007199254740992',
  '1152921504606847000',
  '0.1',
  '0.12345678901234567890123',
  '6.02214076e23',
  '1.7976931348623157e308',
  '5e-324',
  '0e999',
  '0.0e-999',
  '"9007199254740993 \\" 1e999"',
  '{"1e999":"\\\\","9007199254740993":[]}',
  ' [ 1 , 2.50 ] ',
])('%s is exact', (text) => {
  expect(reported(text)).toEqual([]);
});

test('a number inside a text or a key is ignored; the value is that of JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { value, faults } = readJson(text);
      expect(value).toEqual(JSON.parse(text));
      expect(faults).toEqual([]);
    }),
  );
});

describe('any number, in any place', () => {
  const digits = (least: number, most: number) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
      .map((all) => all.join('').replace(/^0+(?=\d)/, ''));
  const sign = fc.constantFrom('', '-');
  const integer = fc.tuple(sign, digits(1, 24)).map((parts) => parts.join(''));
  const decimal = fc
    .tuple(sign, digits(1, 20), fc.constant('.'), digits(1, 20).map(String))
    .map((parts) => parts.join(''));
  const exponent = fc
    .tuple(
      fc.oneof(integer, decimal),
      fc.constantFrom('e', 'E', 'e+', 'e-'),
      fc.integer({ min: 0, max: 400 }),
    )
    .map((parts) => parts.join(''));
  const key = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '{', '1e999', '__proto__'));
  const place = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 4 });

  /** The number below so many lists and objects, with neighbours that are kept. */
  const textAt = (path: readonly (string | number)[], number: string): string =>
    path.reduceRight<string>(
      (inner, step) =>
        typeof step === 'number'
          ? `[${['"]"', '{"a":[1]}', '7 '].slice(0, step).concat(inner, '[0.5]').join(',')}]`
          : `{"before\\\\":{"x":[]},${JSON.stringify(step)} :${inner},"after":"\\""}`,
      number,
    );

  test('is refused exactly if it would be rounded', () => {
    fc.assert(
      fc.property(fc.oneof(integer, decimal, exponent), place, (number, path) => {
        const value = Number(number);
        const isWhole = /^-?\d+$/.test(number);
        const isLost =
          !Number.isFinite(value) ||
          (isWhole ? !new Decimal(value).eq(number) : value === 0 && !new Decimal(number).eq(0));
        const faults = readJson(textAt(path, number)).faults;
        expect(faults.map((fault) => fault.path)).toEqual(isLost ? [path.join('.')] : []);
      }),
      { numRuns: 500 },
    );
  });
});

test('at most a hundred faults are reported', () => {
  expect(readJson(`[${'1e999,'.repeat(1_000)}0]`).faults).toHaveLength(100);
});

describe('results of expressions', () => {
  const make = (source: string, params: object) => () => compile(source).evaluate({ params });

  test.each([
    ['params.a + 1', { a: 9007199254740991 }, 9007199254740992],
    ['params.a * 2', { a: 1e300 }, 2e300],
    ['params.a / 2', { a: 7 }, 3.5],
    ['params.a - 0.5', { a: 1 }, 0.5],
    ['2 - params.a', { a: 3 }, -1],
  ])('%s of %o', (source, params, result) => {
    expect(make(source, params)()).toBe(result);
  });

  test.each([
    ['params.a + 2', { a: 9007199254740991 }],
    ['params.a * 3', { a: 9007199254740991 }],
    ['params.a - 9007199254740993', { a: 1 }],
    ['9007199254740993', {}],
    ['int(params.a) + 2', { a: 9007199254740991 }],
  ])('%s of %o fails with a reason', (source, params) => {
    expect(make(source, params)).toThrow('integer beyond 2^53');
  });
});

/** Patterns and schemas that would cost too much are refused, whatever the data. */
import { describe, expect, test } from 'vitest';
import { matchesPattern, patternFault } from './regex.js';
import { checkSchema } from './json-schema.js';
import type { Json, JsonObject } from '../json/json.js';
import { ends, tooCostly, zeros } from '../testing/runaway.js';

const LONG = 'a'.repeat(100_000);

describe('patterns', () => {
  test.each([
    ['^[A-Z]+$', 'ACD', true],
    ['^[A-Z]+$', 'ACd', false],
    ['^[A-Z]+$', 'ACD\n', false],
    ['^[ACGT]{2,3}$', 'ACGT', false],
    ['^[ACGT]{2,2700}$', 'ACGT', true],
    ['^[a-c.,:;* _-]*$', '', true],
    ['(?i)acd', 'xACD', true],
  ])('%s finds in %j: %s', (pattern, text, expected) => {
    expect(matchesPattern(text, pattern)).toBe(expected);
  });

  test.each([
    ['(?=a)', 'this is not a valid RE2 pattern'],
    ['^[z-a]+$', 'this is not a valid RE2 pattern'],
    ['a'.repeat(1_001), 'a pattern has at most 1000 characters'],
    ['a{1000}'.repeat(100), 'a pattern has at most 10000 instructions: use fewer repetitions'],
    ['a+', null],
  ])('%.20s', (pattern, fault) => {
    expect(ends(() => patternFault(pattern))).toBe(fault);
  });

  test('a text that is too long for its pattern is refused', () => {
    for (const pattern of ['(a|b)*c|d', '^(a+)+$', '(?i)(\\w+\\s?)+$'])
      expect(() => ends(() => matchesPattern('a'.repeat(1_000_000), pattern))).toThrow(tooCostly);
  });
});

describe('schemas', () => {
  const twice = (depth: number): JsonObject =>
    Object.fromEntries(
      zeros(depth).map((_, at) => [
        `d${at}`,
        { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
      ]),
    );
  const nested = (depth: number): Json => (depth === 0 ? 1 : { a: nested(depth - 1) });

  test.each<[string, JsonObject, Json]>([
    ['references that double', { $ref: '#/$defs/d0', $defs: { ...twice(40), d40: false } }, 1],
    [
      'recursion that doubles',
      {
        $ref: '#/$defs/n',
        $defs: {
          n: {
            allOf: [
              { properties: { a: { $ref: '#/$defs/n' } } },
              { properties: { a: { $ref: '#/$defs/n' } } },
            ],
          },
        },
      },
      nested(31),
    ],
    ['patterns', { items: { pattern: '(a|b)*c|a' } }, Array.from({ length: 500 }, () => 'a'.repeat(1_000))],
    ['formats', { items: { format: 'regex' } }, Array.from({ length: 500 }, () => 'a'.repeat(2_000))],
    ['lengths', { items: { minLength: 1 } }, Array.from({ length: 20_000 }, () => LONG)],
    [
      'items of many alternatives',
      { items: { anyOf: zeros(500).map((_, at) => ({ const: 499 - at })) } },
      zeros(10_000),
    ],
    ['distinct texts', { uniqueItems: true }, zeros(300).map((_, at) => `${LONG}${at}`)],
  ])('%s', (_, schema, value) => {
    expect(ends(() => checkSchema(schema, value, 'input'))).toEqual([
      {
        path: 'input',
        message: expect.stringMatching(/^cannot be checked by its schema: it takes more than/),
      },
    ]);
  });

  test('distinct items are found in one pass', () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ a: at, b: [at] }));
    expect(ends(() => checkSchema({ uniqueItems: true }, rows))).toEqual([]);
    expect(
      checkSchema(
        { uniqueItems: true },
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        'rows',
      ),
    ).toEqual([{ path: 'rows', message: 'must not hold the same item twice' }]);
    expect(checkSchema({ uniqueItems: false }, [1, 1])).toEqual([]);
  });

  test('if finding all faults would cost too much, the first is reported', () => {
    expect(ends(() => checkSchema({ items: { type: 'string' } }, zeros(300_000), 'input'))).toEqual([
      { path: 'input.0', message: 'must be text' },
    ]);
  });

  test('a URL has at most 2000 characters', () => {
    const schema = { type: 'string', format: 'url' };
    expect(checkSchema(schema, 'https://example.org/a')).toEqual([]);
    expect(ends(() => checkSchema(schema, `http://[${'1:'.repeat(10_000)}]`))).toHaveLength(1);
  });
});

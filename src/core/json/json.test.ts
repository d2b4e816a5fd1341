import { Optional } from '@marcbachmann/cel-js';
import { expect, test } from 'vitest';
import { canonical, hashOf, isObject, toJson } from './json.js';

test.each([
  [5n, 5],
  [new Map<unknown, unknown>([[1n, [2n]]]), { 1: [2] }],
  [Object.assign(Object.create(null), { a: 1n }), { a: 1 }],
  [Optional.none(), null],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
])('%o', (value, expected) => {
  expect(toJson(value)).toEqual(expected);
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each([
  [Number.NaN],
  [2n ** 60n],
  [undefined],
  [new Set()],
  [new Date(Number.NaN)],
  ['a\0'],
  [['\ud83d']],
  [new Map([['\ude00', 1]])],
  [{ constructor: 1 }],
  [new Map([['__proto__', 1]])],
  [deep(65)],
])('%o is refused', (value) => {
  expect(() => toJson(value)).toThrow(RangeError);
});

test('a result may nest twice as deep as an input', () => {
  expect(() => toJson(deep(64))).not.toThrow();
});

test('objects are plain', () => {
  expect([{}, Object.create(null), [], null, new Date(), 'a'].map(isObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('canonical text ignores the order of keys and keeps the order of lists', () => {
  const text = canonical({ b: [2, 1, null], a: { d: 'x', c: true } });
  expect(text).toBe('{"a":{"c":true,"d":"x"},"b":[2,1,null]}');
  expect(text).toBe(canonical({ a: { c: true, d: 'x' }, b: [2, 1, null] }));
  expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
});

import { Optional } from '@marcbachmann/cel-js';
import { expect, test } from 'vitest';
import { isObject, toJson } from './json.js';

test.each([
  [5n, 5],
  [new Map<unknown, unknown>([[1n, [2n]]]), { 1: [2] }],
  [Object.assign(Object.create(null), { a: 1n }), { a: 1 }],
  [Optional.none(), null],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
])('%o', (value, expected) => {
  expect(toJson(value)).toEqual(expected);
});

test.each([[Number.NaN], [2n ** 60n], [undefined], [new Set()], [new Date(Number.NaN)]])(
  '%o is refused',
  (value) => {
    expect(() => toJson(value)).toThrow(RangeError);
  },
);

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

import { expect, test } from 'vitest';
import { checkShape } from './limits.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test.each([[null], ['𝒳 text'], [7], [{ a: [1, { b: 'c' }] }], [nested(32)]])('%j is well shaped', (value) => {
  expect(checkShape(value)).toEqual([]);
});

test('names every place', () => {
  const value = JSON.parse(
    '{"a":[0,"x\\u0000"],"__proto__":{"constructor":1},"b":{"\\ud800":1},"c":"\\udc00"}',
  );
  expect(checkShape(value, 'parameters').sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'parameters.__proto__', message: 'this key is not allowed' },
    { path: 'parameters.__proto__.constructor', message: 'this key is not allowed' },
    { path: 'parameters.a.1', message: 'holds a NUL character' },
    { path: 'parameters.b', message: 'holds half of a surrogate pair, which is not Unicode text' },
    { path: 'parameters.c', message: 'holds half of a surrogate pair, which is not Unicode text' },
  ]);
  expect(checkShape('\0')).toEqual([{ path: '', message: 'holds a NUL character' }]);
  expect(checkShape({ a: '\0' })).toEqual([{ path: 'a', message: 'holds a NUL character' }]);
});

test('depth is measured without using the stack', () => {
  expect(checkShape(nested(33))).toHaveLength(1);
  expect(checkShape(nested(200_000))).toEqual([
    { path: expect.stringMatching(/^0(\.0){31}$/), message: 'nests deeper than 32 levels' },
  ]);
});

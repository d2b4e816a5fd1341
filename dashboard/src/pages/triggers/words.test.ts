import { expect, test } from 'vitest';
import { orNull, replacing, schemeLabel } from './words';

test('a patch removes what is gone, at each depth', () => {
  const before = { a: '1', gone: '2', deep: { x: '1', y: { z: '2' } }, list: ['1'] };
  expect(replacing(before, { a: '3', deep: { y: {} }, list: [], fresh: '4' })).toEqual({
    a: '3',
    gone: null,
    deep: { x: null, y: { z: null } },
    list: [],
    fresh: '4',
  });
  expect(replacing({ a: { b: '1' } }, { a: '2' })).toEqual({ a: '2' });
});

test('an empty field is null, and a scheme has a name', () => {
  expect([orNull('  '), orNull(' a ')]).toEqual([null, 'a']);
  expect(schemeLabel('github')).toBe('GitHub');
});

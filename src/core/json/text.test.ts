import { expect, test } from 'vitest';
import { cut, storable, whyUnstorable } from './text.js';

test.each([
  ['abc', 3, 'abc'],
  ['abc', 2, 'ab'],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
  ['😀', 1, ''],
])('%s cut to %i', (text, most, expected) => {
  expect(cut(text, most)).toBe(expected);
});

test.each([
  ['a\0b', 'a\uFFFDb', /NUL/],
  ['a\ud83d', 'a\uFFFD', /surrogate/],
  ['😀', '😀', null],
])('%j can be stored as %j', (text, kept, why) => {
  expect(storable(text)).toBe(kept);
  if (why) expect(whyUnstorable(text)).toMatch(why);
  else expect(whyUnstorable(text)).toBeNull();
});

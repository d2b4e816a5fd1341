import { expect, it } from 'vitest';
import { mayBeUsed, usedWords } from './use';

it.each([
  [true, 1, true, true, 'by everybody'],
  [true, 3, true, true, 'from tier 3 on'],
  [true, 5, true, true, 'on tier 5'],
  [true, 1, false, true, 'not commercially'],
  [true, 3, false, true, 'from tier 3 on, not commercially'],
  [true, 1, false, false, 'by nobody'],
  [false, 1, true, true, 'by nobody'],
])(
  'enabled %s, tier %s, commercial %s, other %s: %s',
  (enabled, minTier, commercial, nonCommercial, words) => {
    expect(mayBeUsed({ enabled, minTier, usable: { commercial, nonCommercial } })).toBe(words);
  },
);

it('says how many workflows lose it', () => {
  expect(usedWords(0, false)).toBe('No workflow uses it.');
  expect(usedWords(1, false)).toMatch(/^1 workflow uses it; a run of it/);
  expect(usedWords(2, false)).toMatch(/^2 workflows use it; a run of them/);
  expect(usedWords(100, true)).toMatch(/^100 workflows use it at least/);
});

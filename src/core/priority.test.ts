import { expect, test } from 'vitest';
import { PRIORITY } from './priority.js';

test('the text on priorities matches their order: nothing comes before an expedited execution', () => {
  const { expedited, first, usual, last, words } = PRIORITY;
  expect([expedited, first, usual, last]).toEqual([last, usual, first, expedited].toSorted((a, b) => a - b));
  expect(words).toContain(`${first} goes first, ${last} last`);
});

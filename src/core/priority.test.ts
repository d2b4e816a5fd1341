import { expect, test } from 'vitest';
import { PRIORITY } from './priority.js';

test('what is said of priorities is how they order: nothing comes before what was expedited', () => {
  const { expedited, first, usual, last, words } = PRIORITY;
  expect([expedited, first, usual, last]).toEqual([last, usual, first, expedited].toSorted((a, b) => a - b));
  expect(words).toContain(`${first} goes first, ${last} last`);
});

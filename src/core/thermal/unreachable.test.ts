import { expect, test } from 'vitest';
import { later, NOON } from '../testing/workflow-drawing.js';
import { retryAfterSeconds, mayRetireUnseen } from './unreachable.js';

test('an unreachable provider is retried less and less often, and at most once per reconciliation', () => {
  expect([0, 1, 2, 5, 6, 7, 5000].map((tries) => retryAfterSeconds(tries, 5))).toEqual([
    5, 10, 20, 160, 300, 300, 300,
  ]);
  expect(retryAfterSeconds(3, 600)).toBe(600);
});

const deleted = { retiring: true, billed: 0, slotsTaken: 0, unseenSince: later(-600) };

test.each([
  [{}, true],
  [{ unseenSince: later(-599) }, false],
  [{ unseenSince: null }, false],
  [{ retiring: false }, false],
  // What runs may still need what is there.
  [{ slotsTaken: 1 }, false],
  [{ billed: 1 }, false],
  [{ billed: 1, unseenSince: later(-86_400) }, true],
])('a deleted model is retired without its provider: %o %s', (change, isRetired) => {
  expect(mayRetireUnseen({ ...deleted, ...change }, NOON)).toBe(isRetired);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostAtOnce } from './overlap.js';

const second = fc.integer({ min: 0, max: 30 });

test('equals a count second by second', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ from: second, length: fc.oneof(second, fc.constant(Infinity)) }), {
        maxLength: 8,
      }),
      fc.nat(3),
      fc.array(second, { maxLength: 5 }),
      (drawn, lasting, ends) => {
        const coming = drawn.map(({ from, length }) => ({ from, until: from + length }));
        let most = lasting + ends.length;
        for (let at = 0; at <= 60; at += 1) {
          const there = ends.filter((end) => end > at).length;
          const begun = coming.filter(({ from, until }) => from <= at && at < until).length;
          // At the beginning all are there that are there now.
          most = Math.max(most, lasting + there + begun);
        }
        expect(mostAtOnce(coming, { lasting, ends })).toBe(most);
      },
    ),
    { numRuns: 1000 },
  );
});

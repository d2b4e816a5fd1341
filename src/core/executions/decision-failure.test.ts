import { expect, test } from 'vitest';
import { afterDecisionFailure, whyUndecided, type DecisionFailure } from './decision-failure.js';

/** Delays of one failure after the other, in seconds, until the end if there is one. */
function delaysOf(trouble: DecisionFailure, most = 20): (number | 'end')[] {
  const delays: (number | 'end')[] = [];
  let failures = 0;
  while (delays.length < most) {
    const after = afterDecisionFailure(trouble, failures);
    if (after.kind === 'end') return [...delays, 'end'];
    delays.push(after.delayMs / 1_000);
    ({ failures } = after);
  }
  return delays;
}

test.each<[DecisionFailure, (number | 'end')[]]>([
  ['refused', [1, 2, 4, 'end']],
  ['slow', [1, 2, 4, 8, 16, 32, 60, 'end']],
  ['shortage', Array.from({ length: 20 }, () => 2)],
])('%s waits longer each time', (trouble, delays) => {
  expect(delaysOf(trouble)).toEqual(delays);
});

test('a shortage does not count as a failed decision', () => {
  expect(afterDecisionFailure('shortage', 3)).toMatchObject({ kind: 'later', failures: 3 });
});

test.each<[DecisionFailure, string | null, RegExp]>([
  ['refused', '22P05', /refuses the next step \(22P05\)/],
  ['slow', '57014', /longer .* \(57014\)/],
  ['refused', null, /see its log/],
])('%s with %s says why', (trouble, code, why) => {
  expect(whyUndecided(trouble, code)).toMatchObject({
    code: 'undecidable',
    message: expect.stringMatching(why),
  });
});

import { describe, expect, test } from 'vitest';
import { NOON } from '../testing/workflow-drawing.js';
import { answerFaults, endingByDefault, endingOf, type Answer } from './decision.js';
import type { ApprovalRule } from './rule.js';

const form = { type: 'object', properties: { seats: { type: 'integer' } }, required: ['seats'] };
const answer = (change: Partial<Answer> = {}): Answer => ({
  outcome: 'approved',
  comment: null,
  form: null,
  ...change,
});

test.each<[ApprovalRule, Partial<Answer>, string[]]>([
  [{}, {}, []],
  [{}, { form: {} }, ['body.form must be left out: the approval has no form']],
  [{ form }, {}, ['body.form must be an object']],
  [{ form }, { outcome: 'rejected' }, []],
  [{ form }, { outcome: 'rejected', form: {} }, ['body.form.seats is required']],
  [{ form }, { form: { seats: 'two' } }, ['body.form.seats must be a whole number']],
  [{ form }, { form: { seats: 2 } }, []],
  [
    { form },
    { form: { seats: 2, $file: { key: 'other' } } },
    ['body.form must not have the keys $file and $blob'],
  ],
  [{ form }, { form: 'x'.repeat(64_000) }, ['body.form must have at most 64000 characters as JSON']],
])('%o with %o', (rule, change, expected) => {
  const faults = answerFaults(rule, answer(change)).map(({ path, message }) => `${path} ${message}`);
  expect(faults).toEqual(expected);
});

describe('the task', () => {
  const decided = { decidedBy: 'ada@lab.test', decidedAt: NOON };
  const output = { comment: null, form: null, decidedBy: null, decidedAt: NOON.toISOString() };

  test('succeeds with the decision', () => {
    const yes = answer({ comment: 'Go.', form: { seats: 2 } });
    expect(endingOf({}, { ...yes, ...decided })).toEqual({
      output: { ...yes, decidedBy: 'ada@lab.test', decidedAt: NOON.toISOString() },
    });
    const no = answer({ outcome: 'rejected' });
    expect(endingOf({ onRejection: 'succeed' }, { ...no, ...decided })).toMatchObject({
      output: { outcome: 'rejected', decidedBy: 'ada@lab.test' },
    });
  });

  test('fails by a rejection', () => {
    expect(endingOf({}, { ...answer({ outcome: 'rejected' }), ...decided })).toEqual({
      error: { code: 'rejected', message: 'It was rejected by ada@lab.test.' },
    });
  });

  test.each<[ApprovalRule, object]>([
    [{}, { error: { code: 'approval_timeout', message: 'Nobody decided in time.' } }],
    [{ defaultOutcome: 'approved' }, { output: { outcome: 'approved', ...output } }],
    [{ defaultOutcome: 'rejected', onRejection: 'succeed' }, { output: { outcome: 'rejected', ...output } }],
    [
      { defaultOutcome: 'rejected' },
      { error: { code: 'rejected', message: 'Nobody decided in time, and so it is rejected.' } },
    ],
  ])('ends by default with %o', (rule, ending) => {
    expect(endingByDefault(rule, NOON)).toEqual(ending);
  });
});

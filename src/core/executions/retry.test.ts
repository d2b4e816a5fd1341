import { describe, expect, test } from 'vitest';
import { ERROR_CLASSES } from '../errors.js';
import { afterFailure, fallbackOf, maxAttemptsOf } from './retry.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { RetryPolicy } from '../workflows/workflow.js';

const after = (change: Partial<Parameters<typeof afterFailure>[0]>) =>
  afterFailure({
    errorClass: 'transient',
    attempt: 1,
    maxAttempts: 3,
    policy: { jitter: false },
    crashes: 0,
    refused: { times: 0, forMs: 0 },
    fallback: null,
    random: () => 0.5,
    ...change,
  });
const delayOf = (change: Partial<Parameters<typeof afterFailure>[0]>): number => {
  const next = after(change);
  return next.kind === 'retry' ? next.delayMs : Number.NaN;
};

test.each([
  ['not_ready', { kind: 'retry', usesAttempt: false }, { kind: 'retry', usesAttempt: false }],
  ['throttled', { kind: 'retry', usesAttempt: false }, { kind: 'retry', usesAttempt: false }],
  ['transient', { kind: 'retry', usesAttempt: true }, { kind: 'fail', code: 'attempts_exhausted' }],
  ['timeout', { kind: 'retry', usesAttempt: true }, { kind: 'fail', code: 'attempts_exhausted' }],
  ['lost', { kind: 'retry', usesAttempt: true }, { kind: 'fail', code: 'attempts_exhausted' }],
  ['invalid', { kind: 'fail', code: 'invalid' }, { kind: 'fail', code: 'invalid' }],
  ['cancelled', { kind: 'fail', code: 'cancelled' }, { kind: 'fail', code: 'cancelled' }],
] as const)('%s', (errorClass, first, last) => {
  expect(ERROR_CLASSES).toContain(errorClass);
  expect(after({ errorClass, attempt: 1 })).toMatchObject(first);
  expect(after({ errorClass, attempt: 3 })).toMatchObject(last);
});

test('a task is poison after three dead workers, even if it has attempts left', () => {
  expect(after({ errorClass: 'lost', crashes: 2, maxAttempts: 9 })).toMatchObject({ kind: 'retry' });
  expect(after({ errorClass: 'lost', crashes: 3, maxAttempts: 9 })).toEqual({ kind: 'fail', code: 'poison' });
});

describe('a fallback model', () => {
  const fallback = 'other';

  test.each(ERROR_CLASSES)('is tried once %s is final for the first model', (errorClass) => {
    const last = { errorClass, attempt: 3, refused: { times: 9, forMs: 1_800_000 } };
    expect(after({ ...last, fallback })).toEqual(
      errorClass === 'cancelled'
        ? { kind: 'fail', code: 'cancelled' }
        : { kind: 'fallback', modelId: fallback },
    );
    expect(after({ ...last, fallback: null })).toMatchObject({ kind: 'fail' });
  });

  test('is tried after too many dead workers', () => {
    expect(after({ errorClass: 'lost', crashes: 3, fallback })).toEqual({
      kind: 'fallback',
      modelId: fallback,
    });
  });

  test.each(['transient', 'timeout', 'lost', 'not_ready', 'throttled'] as const)(
    'is not tried while a task that was %s has attempts left',
    (errorClass) => {
      expect(after({ errorClass, fallback })).toMatchObject({ kind: 'retry' });
    },
  );

  test.each([
    [{}, { modelId: 'a', modelIds: ['a'] }, null],
    [{ fallbackModelId: 'b' }, { modelId: 'a', modelIds: ['a', 'b'] }, 'b'],
    // It has failed itself.
    [{ fallbackModelId: 'b' }, { modelId: 'b', modelIds: ['a', 'b'] }, null],
    // The execution may not use it, for example because of its licence.
    [{ fallbackModelId: 'b' }, { modelId: 'a', modelIds: ['a'] }, null],
  ])('of %o for an execution with %o is %s', (config, models, expected) => {
    expect(fallbackOf({ config }, models)).toBe(expected);
  });
});

describe('delays', () => {
  test.each<[number, RetryPolicy | undefined, number]>([
    [1, undefined, 500],
    [2, {}, 1000],
    [1, { jitter: false }, 1000],
    [3, { jitter: false }, 4000],
    [9, { jitter: false }, 60_000],
    [3, { jitter: false, initialDelayMs: 10, backoff: 3, maxDelayMs: 50 }, 50],
    [5000, { jitter: false, initialDelayMs: 0 }, 0],
    [5000, { jitter: false }, 60_000],
  ])('attempt %i with %o waits %i ms', (attempt, policy, expected) => {
    expect(delayOf({ attempt, policy, maxAttempts: 9999 })).toBe(expected);
  });

  describe.each(['not_ready', 'throttled'] as const)('an endpoint that returns %s', (errorClass) => {
    test.each([
      [0, 0, 1_000],
      [0, 1, 2_000],
      [1, 1, 4_000],
      [4, 0, 16_000],
      [5, 1, 60_000],
      [9_999, 0, 30_000],
    ])('after %i such responses, with random %d, is retried after %i ms', (times, luck, expected) => {
      expect(delayOf({ errorClass, refused: { times, forMs: 0 }, random: () => luck })).toBe(expected);
    });

    test('uses an attempt each time once that has lasted for half an hour', () => {
      const refused = { times: 40, forMs: 1_800_000 };
      expect(after({ errorClass, refused })).toMatchObject({ kind: 'retry', usesAttempt: true });
      expect(after({ errorClass, refused, attempt: 3 })).toEqual({
        kind: 'fail',
        code: 'attempts_exhausted',
      });
    });
  });
});

test('a task has its own maximum of attempts, else one more than the retries of the workflow', () => {
  const definition = drawWorkflow('a, b', { b: { config: { retry: { maxAttempts: 7 } } } });
  expect(definition.tasks.map((task) => maxAttemptsOf(definition, task))).toEqual([3, 7]);
});

/** Each number of a definition is inside its range, or refused with its field and its limits. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultsIn } from './definition-checks.js';
import { definitionOf, workflowInput } from './definition-input.js';
import { isWithin, RANGES, rangeText, type Range } from '../validation/ranges.js';
import { ruleFaults } from './parameter-rule-errors.js';
import { anything, faultsAt } from '../testing/strange-numbers.js';

type Put = (value: unknown) => object;
const TASK: [string, Range, Put][] = [
  ['config.retry.maxAttempts', RANGES.maxAttempts, (maxAttempts) => ({ config: { retry: { maxAttempts } } })],
  [
    'config.retry.initialDelayMs',
    RANGES.retryDelay,
    (initialDelayMs) => ({ config: { retry: { initialDelayMs } } }),
  ],
  ['config.retry.backoff', RANGES.backoff, (backoff) => ({ config: { retry: { backoff } } })],
  [
    'config.retry.maxDelayMs',
    RANGES.retryDelay,
    (maxDelayMs) => ({ config: { retry: { maxDelayMs, initialDelayMs: 0 } } }),
  ],
  [
    'config.map.maxConcurrency',
    RANGES.mapConcurrency,
    (maxConcurrency) => ({ config: { map: { over: '[1]', maxConcurrency } } }),
  ],
  [
    'config.map.toleratedFailures',
    RANGES.toleratedFailures,
    (toleratedFailures) => ({ config: { map: { over: '[1]', toleratedFailures } } }),
  ],
  ['config.wait.seconds', RANGES.wait, (seconds) => ({ type: 'wait', config: { wait: { seconds } } })],
  [
    'config.checks.0.minimum',
    RANGES.length,
    (minimum) => ({
      type: 'validation',
      config: { checks: [{ check: 'length', value: 'params.x', minimum }] },
    }),
  ],
  [
    'config.checks.0.maximum',
    RANGES.length,
    (maximum) => ({
      type: 'validation',
      config: { checks: [{ check: 'length', value: 'params.x', maximum }] },
    }),
  ],
  ['timeout', RANGES.taskTimeout, (timeout) => ({ timeout })],
];
const WORKFLOW: [string, Range, Put][] = [
  ['timeout', RANGES.executionTimeout, (timeout) => ({ timeout })],
  ['maxRetries', RANGES.maxRetries, (maxRetries) => ({ maxRetries })],
  ['minTier', RANGES.tier, (minTier) => ({ minTier })],
];
const WHOLE = { workflowId: 'w', name: 'W', category: 'c' };
const TASK_OF = (put: object) => ({ tasks: [{ taskId: 't', name: 'T', type: 'transform', ...put }] });

describe('a number of a definition is inside its range, or refused with its field and its limits', () => {
  test.each([
    ...TASK.map(([field, range, put]): [string, Range, Put] => [
      `tasks.0.${field}`,
      range,
      (value) => TASK_OF(put(value)),
    ]),
    ...WORKFLOW,
  ])('%s', (path, range, put) => {
    fc.assert(
      fc.property(anything, (value) => {
        const reported = faultsAt(workflowInput.safeParse({ ...WHOLE, ...put(value) }), path);
        expect(reported).toEqual(isWithin(range, value) ? [] : [rangeText(range)]);
      }),
    );
  });

  test.each(['minLength', 'maxLength', 'minItems', 'maxItems'])('the rule %s of a parameter', (name) => {
    const type = name.endsWith('Items') ? 'array' : 'string';
    fc.assert(
      fc.property(anything, (limit) => {
        const reported = ruleFaults({ type, validation: { [name]: limit as number } });
        const message = rangeText(RANGES.length);
        expect(reported).toEqual(isWithin(RANGES.length, limit) ? [] : [{ path: name, message }]);
      }),
    );
  });

  test('the first delay of a retry is at most the longest delay', () => {
    const config = { retry: { initialDelayMs: 2, maxDelayMs: 1 } };
    const written = workflowInput.parse({ ...WHOLE, ...TASK_OF({ config }) });
    expect([...faultsIn(definitionOf(written))].flat()).toMatchObject([
      { path: 'tasks.t.config.retry.maxDelayMs', message: 'must not be below initialDelayMs' },
    ]);
  });
});

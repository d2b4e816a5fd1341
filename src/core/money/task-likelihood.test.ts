import { expect, test } from 'vitest';
import { likelihoodsOf, itemsOf } from './task-likelihood.js';
import { graphOf } from '../testing/workflow-drawing.js';
import type { WorkflowTask } from '../workflows/workflow.js';

const likelihoods = (
  drawing: string,
  details: Record<string, Partial<WorkflowTask>>,
  reused: string[] = [],
) =>
  [...likelihoodsOf(graphOf(drawing, details), { fast: true, list: [1, 2] }, new Set(reused))]
    .map(([id, likelihood]) => `${id}:${likelihood}`)
    .join(' ');

test.each<[string, string, string, Record<string, Partial<WorkflowTask>>]>([
  [
    'a condition on parameters decides now',
    'a:runs b:skipped',
    'a, b',
    {
      a: { condition: 'params.fast' },
      b: { condition: '!params.fast' },
    },
  ],
  [
    'skips cascade',
    'a:skipped b:skipped c:runs',
    'a -> b, a -> c',
    {
      a: { condition: 'false' },
      c: { config: { join: 'none_failed' } },
    },
  ],
  [
    'a condition on results decides on the way, and so for what follows',
    'a:runs b:conditional c:conditional d:runs',
    'a -> b -> c, b -> d',
    {
      b: { condition: 'tasks.a.output.good' },
      d: { config: { join: 'all_done' } },
    },
  ],
  [
    'one that reads all tasks, or cannot be computed, decides on the way',
    'a:conditional b:conditional',
    'a, b',
    {
      a: { condition: 'size(tasks) > 0' },
      b: { condition: 'params.none' },
    },
  ],
  [
    'what is for failures is not expected',
    'a:runs b:skipped',
    'a -> b',
    { b: { config: { join: 'one_failed' } } },
  ],
])('%s', (_, expected, drawing, details) => {
  expect(likelihoods(drawing, details)).toBe(expected);
});

test('the results of reused tasks exist', () => {
  expect(likelihoods('a -> b', { a: { condition: 'false' } }, ['a'])).toBe('a:reused b:runs');
});

test.each([
  ['params.list', 2],
  ['tasks.a.output', null],
  ['params.fast', null],
  [undefined, undefined],
])('items of a map over %s: %s', (over, count) => {
  const config = over === undefined ? {} : { map: { over } };
  expect(itemsOf(graphOf('m', { m: { config } }).task('m'), { fast: true, list: [1, 2] })).toBe(count);
});

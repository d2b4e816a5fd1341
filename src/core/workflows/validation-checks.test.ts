import { expect, test } from 'vitest';
import { CHECK_NAMES, runChecks } from './validation-checks.js';
import type { TaskConfig } from './workflow.js';

const scope = { params: { sequence: 'ACDX', items: [1, 2], name: '' } };

test.each<[NonNullable<TaskConfig['checks']>, string[]]>([
  [[{ check: 'length', value: 'params.sequence', minimum: 4, maximum: 4 }], []],
  [[{ check: 'length', value: 'params.sequence', minimum: 5 }], ['is 4 long, at least 5 are needed']],
  [[{ check: 'length', value: 'params.items', maximum: 1 }], ['is 2 long, at most 1 are allowed']],
  [[{ check: 'length', value: 'params.items' }], []],
  [[{ check: 'present', value: 'params.name' }], ['is empty']],
  [[{ check: 'present', value: 'params.sequence' }], []],
  [[{ check: 'present', value: 'params.name', message: 'needs a name' }], ['needs a name']],
  [[{ check: 'unheard_of', value: 'params.name' }], []],
])('%j', (checks, messages) => {
  expect(runChecks({ checks }, null, scope).map((fault) => fault.message)).toEqual(messages);
});

test('wrong letters are named with their positions', () => {
  const [fault] = runChecks(
    { checks: [{ check: 'letters', value: 'params.sequence', alphabet: 'ACD' }] },
    null,
    scope,
  );
  expect(fault?.path).toBe('params.sequence');
  expect(fault?.message).toContain('X');
});

test('the whole input is checked by a schema', () => {
  const config = { schema: { type: 'object', required: ['a'] } } as TaskConfig;
  expect(runChecks(config, {}, scope)).toHaveLength(1);
  expect(runChecks(config, { a: 1 }, scope)).toEqual([]);
});

test('the checks a workflow may name', () => {
  expect(CHECK_NAMES).toEqual(['letters', 'length', 'present']);
});

test('a name from the prototype is not a check', () => {
  expect(runChecks({ checks: [{ check: 'toString', value: 'params.sequence' }] }, null, scope)).toEqual([]);
});

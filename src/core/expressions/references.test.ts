import { describe, expect, test } from 'vitest';
import { checkExpression, compileCondition, expressionsIn, referencesOf } from './references.js';

const scope = { params: { n: 3, name: 'x' }, tasks: { a: { status: 'succeeded', output: { ok: true } } } };

describe('compileCondition', () => {
  test.each([
    ['params.n > 2', true],
    ['params.n + 1 == 4', true],
    ['tasks.a.output.ok && params.name == "y"', false],
    ['has(tasks.a.output.missing)', false],
  ])('%s is %s', (source, expected) => {
    expect(compileCondition(source)(scope)).toBe(expected);
  });

  test('a result that is not a boolean fails', () => {
    expect(() => compileCondition('params.n')(scope)).toThrow('a condition must be true or false');
  });
});

describe('checkExpression', () => {
  test.each([
    ['params.n > 2', 'condition', []],
    ['params.flag', 'condition', []],
    ['size(params.list)', 'value', []],
    ['item.id + part.id', 'value', ['item', 'part', 'item']],
  ] as const)('%s may be a %s', (source, kind, names) => {
    expect(checkExpression(source, kind, names)).toEqual([]);
  });

  test.each([
    ['1 +', 'value', 'Unexpected token: EOF'],
    ['size(params.list)', 'condition', 'must be a bool and is int'],
    ['nobody > 1', 'condition', 'Unknown variable: nobody'],
    ['item.id', 'value', 'Unknown variable: item'],
    ['params.list.map(1, 2)', 'value', 'invalid predicate iteration variable'],
    ['1 + "a"', 'value', 'no such overload: int + string'],
    ['params.s.matches("a")', 'value', 're2(text, pattern)'],
  ] as const)('%s may not be a %s', (source, kind, message) => {
    expect(checkExpression(source, kind, [])).toEqual([
      { path: '', message: expect.stringContaining(message) },
    ]);
  });
});

test.each([
  ['tasks.a.output.x + tasks.?b.output', ['a', 'b'], ['a', 'b'], false],
  ['tasks["a-b"].output == tasks[?"c"].output', ['a-b', 'c'], ['a-b', 'c'], false],
  ['tasks.a.status == "failed" && tasks.b.?status == "failed"', ['a', 'b'], [], false],
  ['[tasks.a, params.x]', ['a'], ['a'], false],
  ['tasks[params.which].output', [], [], true],
  ['tasks.map(id, id)', [], [], true],
  ['params.tasks.a', [], [], false],
])('%s reads the tasks it names', (source, tasks, outputs, all) => {
  expect(referencesOf([source])).toEqual({ tasks: new Set(tasks), outputs: new Set(outputs), all });
});

test('every string in a mapping is an expression', () => {
  expect(expressionsIn({ a: 'x', b: [1, null, { c: 'y' }] })).toEqual(['x', 'y']);
});

/** Expressions that read or make too much are refused; usual ones are not. */
import { assert, constantFrom, letrec, oneof, property, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  withinBudget,
  spendOutput,
  MAX_CHARACTERS,
  MAX_STEPS,
  sharingBudget,
  spend,
} from './evaluation-budget.js';
import { compile } from '../expressions/cel.js';
import { compileMapping } from '../workflows/mapping.js';
import { checkSchema } from '../validation/json-schema.js';
import { ends, tooCostly, zeros } from '../testing/runaway.js';

const scope = {
  params: {
    a: zeros(20_000),
    s: 'a'.repeat(100_000),
    long: 'a'.repeat(2_000_000),
    half: `${'a'.repeat(25_000)}b${'a'.repeat(25_000)}`,
    texts: Array.from({ length: 10_000 }, () => 'a'.repeat(500)),
    lists: Array.from({ length: 1_000 }, () => zeros(200)),
    numbers: `[${zeros(100_000).join(',')}]`,
    digits: '1'.repeat(5_000),
    keys: Object.fromEntries(zeros(50_000).map((_, at) => [`k${at}`, at])),
  },
};

describe('expressions that read or make too much are refused', () => {
  test.each([
    // What is left behind.
    'params.a.map(y, params.s)',
    'params.a.map(y, params.a)',
    'params.a.map(y, {"s": params.s, "t": [params.s]})',
    '[params.lists, params.lists].map(l, l.map(x, params.lists))',
    // What is made on the way.
    'size(params.texts.map(t, params.s).join(","))',
    'size(params.a.map(y, string(y)).join(params.s))',
    'params.a.map(y, params.s + params.s).size() > 0',
    'params.a.exists(y, params.s.upperAscii() == params.s.lowerAscii())',
    'params.a.map(y, params.a + [y]).size() > 0',
    'params.a.map(y, params.s.split("")).size()',
    'params.a.map(y, bytes(params.s).hex().size()).size()',
    // What is read.
    'params.a.all(y, params.s.contains("b") == false)',
    'params.long.contains(params.half)',
    'params.long.indexOf(params.half) > 0',
    'params.long.indexOf(params.half, 1) > 0',
    'params.long.lastIndexOf(params.half) > 0',
    'params.long.lastIndexOf(params.half, 1) > 0',
    'params.long.split(params.half).size()',
    'params.long.split("").size()',
    'params.a.all(y, params.s == params.s + "")',
    'params.a.all(y, params.s < params.s + "b")',
    'params.a.exists(y, params.lists == params.lists)',
    'params.a.exists(y, params.lists in [params.lists])',
    'params.a.all(y, size(params.s) > 0)',
    'params.a.all(y, size(params.keys) > 0)',
    'params.a.all(y, params.a.exists(z, z == 1) || true)',
    'params.a.map(x, bytes(params.numbers).json())',
    'params.a.map(y, timestamp("2026-01-01T00:00:00Z").getHours("Europe/Berlin"))',
    // Patterns.
    're2(params.long, "(a|b)*c|(a+)+d")',
    're2(params.s, "a[ab]{400}c|c")',
    'params.a.exists(y, re2(params.s, "^[b]+$"))',
    'params.a.exists(y, re2("a", "(a{100}){9}" + string(y)))',
  ])('%s', (source) => {
    expect(() => ends(() => compile(source).evaluate(scope))).toThrow(tooCostly);
  });

  test('the error names the limit, not the data', () => {
    const fail = (): unknown => compile('params.a.map(y, params.s)').evaluate(scope);
    expect(fail).toThrow(
      `The expression "params.a.map(y, params.s)" failed: it makes more than ${MAX_CHARACTERS} characters.`,
    );
    expect(() => compile('params.long.split("")').evaluate(scope)).toThrow(
      `it takes more than ${MAX_STEPS} steps`,
    );
  });

  test('the expressions of a mapping share one budget', () => {
    const heavy = 'size(params.a.map(x, x + 1))';
    expect(compile(heavy).evaluate(scope)).toBe(20_000);
    const many = Object.fromEntries(zeros(200).map((_, at) => [`f${at}`, heavy]));
    expect(() => ends(() => compileMapping(many)(scope))).toThrow(tooCostly);
    const copies = Object.fromEntries(zeros(1_000).map((_, at) => [`f${at}`, ['params.s']]));
    expect(() => ends(() => compileMapping(copies)(scope))).toThrow(tooCostly);
  });

  test('any composed expression stays within its limits', () => {
    const value: Arbitrary<string> = letrec<{ text: string; list: string }>((tie) => ({
      text: oneof(
        { maxDepth: 4 },
        constantFrom('params.s', 'params.half', 'params.long', '"b"'),
        tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
        tuple(tie('list'), tie('text')).map(([a, b]) => `${a}.join(${b})`),
        tie('text').map((text) => `${text}.upperAscii()`),
      ),
      list: oneof(
        { maxDepth: 4 },
        constantFrom('params.a.map(i, string(i))', 'params.texts', '["a", "b"]'),
        tuple(tie('text'), tie('text')).map(([a, b]) => `${a}.split(${b})`),
        tuple(tie('list'), tie('text')).map(([a, b]) => `${a}.map(y, ${b})`),
        tuple(tie('list'), tie('text')).map(([a, b]) => `${a}.filter(y, ${b}.contains(y))`),
        tuple(tie('list'), tie('list')).map(([a, b]) => `(${a} + ${b})`),
      ),
    })).list;
    assert(
      property(value, (source) =>
        ends(() => {
          try {
            const text = JSON.stringify(compile(source).evaluate(scope));
            return text.length <= MAX_CHARACTERS;
          } catch (error) {
            return ['too_costly', 'expression_failed'].includes((error as { code: string }).code);
          }
        }),
      ),
      { numRuns: 20 },
    );
  });
});

test.each([
  ['size(params.s)', 100_000],
  ['params.s.contains("b")', false],
  ['params.a.map(x, x + 1).size()', 20_000],
  ['params.texts.exists(x, x.none == 1) || true', true],
  ['params.texts.filter(t, t.startsWith("b")).size()', 0],
  ['params.s.split("a").size()', 100_001],
  ['size(params.texts.map(t, t.substring(0, 10)).join(","))', 109_999],
  ['re2(params.long, "^[A-Za-z]+$")', true],
  ['re2(params.s, "aab")', false],
  ['params.lists == null', false],
  ['"k1" in params.keys', true],
])('usual expressions are allowed: %s', (source, expected) => {
  expect(compile(source).evaluate(scope)).toEqual(expected);
});

test('a large output of a model may be passed on as a whole', () => {
  const matrix = Array.from({ length: 1_000 }, () => zeros(1_000));
  expect(compile('output.pae').evaluate({ output: { pae: matrix } })).toHaveLength(1_000);
  expect(checkSchema({ type: 'array', items: { type: 'array', items: { type: 'number' } } }, matrix)).toEqual(
    [],
  );
});

test('one budget for everything within it; nothing is charged outside', () => {
  spend(2 * MAX_STEPS);
  spendOutput(2 * MAX_CHARACTERS);
  expect(() =>
    withinBudget(() => [withinBudget(() => spend(MAX_STEPS)), withinBudget(() => spend(1))]),
  ).toThrow(tooCostly);
  expect(() => withinBudget(() => spendOutput(MAX_CHARACTERS + 1))).toThrow(tooCostly);
  const refused: unknown[] = [];
  const outcome = sharingBudget(() => {
    for (const steps of [MAX_STEPS, 1, 1])
      try {
        withinBudget(() => spend(steps));
      } catch (error) {
        refused.push(error);
      }
    return 'done';
  });
  expect([outcome, refused]).toEqual(['done', [tooCostly, tooCostly]]);
  withinBudget(() => spend(MAX_STEPS));
});

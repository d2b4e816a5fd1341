import { describe, expect, test } from 'vitest';
import { compile } from './cel.js';

const list = Array.from({ length: 3000 }, (_, index) => index);
const scope = {
  params: { n: 5, zero: 0, text: 'secret', list: [1, 2, 3], map: { a: 1 }, long: list, tiny: 2e-12 },
};
const valueOf = (source: string): unknown => compile(source).evaluate(scope);

describe('values are plain JSON', () => {
  test.each([
    ['1 + 2', 3],
    ['params.n - 1', 4],
    ['2 * params.n', 10],
    ['params.n / 2', 2.5],
    ['params.n % 2 == 1', true],
    ['params.n % 2.5', 0],
    ['size(params.list) * 1.5', 4.5],
    ['params.list.map(x, x * 2)', [2, 4, 6]],
    ['params.list.filter(x, x in [1, 2]).map(x, {"x": x, "t": [params.text, null]})[1].x', 2],
    ['params.list + [4] == [1, 2, 3, 4] && params.list.exists(x, x != 1)', true],
    ['params.list.map(x, params.list.filter(y, y > x).size())', [2, 1, 0]],
    ['params.list.exists(x, -(-x) > 2.5e0) && [params].all(p, p.tiny > 1e-12 && has(p.map.a))', true],
    ['params.map.map(key, params.map[key])', [1]],
    ['cel.bind(x, params.n, [x, x])', [5, 5]],
    ['{"a": [1, "b", true, null]}', { a: [1, 'b', true, null] }],
    ['params.?missing', null],
    ['params.?n', 5],
    ['params.?missing.orValue(7)', 7],
    ['timestamp("2026-01-01T00:00:00Z")', '2026-01-01T00:00:00.000Z'],
    ['re2(params.text, "^s.*t$")', true],
    ['params.list.map(x, 10 - (x - 1))', [10, 9, 8]],
    ['-(params.n + 1) * -2 == 12 && !(1 == 2)', true],
    ['params.text.contains("cre") && !params.text.contains("x")', true],
    ['[params.text.indexOf("e"), params.text.indexOf("e", 2), params.text.indexOf("x")]', [1, 4, -1]],
    ['[params.text.lastIndexOf("e"), params.text.lastIndexOf("e", 3), "".indexOf("", 0)]', [4, 1, 0]],
    ['params.text.split("e")', ['s', 'cr', 't']],
    [
      '["a,b,c".split(",", 2), "a,b".split(",", 0), "a,b".split(",", 5), "a,b".split(",", -1)]',
      [['a', 'b,c'], [], ['a', 'b'], ['a', 'b']],
    ],
    ['["a", "b"].join() + ["a", "b"].join("-")', 'aba-b'],
    ['params[?"n"].orValue(1) + params.list[0] + params["zero"]', 6],
    ['timestamp("2026-01-01T00:00:00Z") + duration("1h") > timestamp("2026-01-01T00:59:59Z")', true],
    ['bytes("{\\"a\\": 1}").json().a', 1],
    ['params.n > 3 ? {"a": [params.map == params.map]} : {}', { a: [true] }],
    ['params.list in [[1, 2, 3]]', true],
    ['[bytes(params.text) == bytes(params.text), params.n == params.zero]', [true, false]],
    ['optional.of(params.n).hasValue()', true],
  ])('%s', (source, expected) => {
    expect(valueOf(source)).toEqual(expected);
  });
});

describe('failures name the expression and the cause, never the data', () => {
  test.each([
    ['params.missing', 'no such key: missing'],
    ['params[params.text]', 'no such key'],
    ['params.text + 1', 'no such overload: dyn<string> + int'],
    ['1 / 0', 'division by zero'],
    ['params.n / params.zero', 'a number that is not finite cannot be JSON'],
    ['int(params.text)', 'int conversion error'],
    ['nobody', 'Unknown variable: nobody'],
    ['9223372036854775807', 'an integer beyond 2^53 cannot be JSON'],
    ['b"abc"', 'a value of type Uint8Array cannot be JSON'],
    ['duration("3s")', 'cannot be JSON'],
    ['re2(params.text, params.text + "(")', 'this is not a valid RE2 pattern'],
    ['duration(params.text)', 'invalid duration'],
    ['duration(params.long.map(x, "1s").join())', 'a duration has at most 64 characters'],
    ['params.text.indexOf("e", 9)', 'the index is out of range'],
    ['params.list.join(",")', 'only texts can be joined'],
    ['params.text.contains(params.n)', "no matching overload for 'contains(string, double)'"],
    ['bytes(params.text).json()', 'it cannot be computed'],
  ])('%s', (source, cause) => {
    const fail = (): unknown => valueOf(source);
    expect(fail).toThrow(expect.objectContaining({ code: 'expression_failed' }));
    expect(fail).toThrow(cause);
    expect(fail).not.toThrow('secret');
  });
});

describe('expressions that could hang are refused', () => {
  test.each([
    ['params.text.matches("(a+)+$")', 'use re2(text, pattern)'],
    ['re2(params.text, "(?=a)")', 'this is not a valid RE2 pattern'],
    ['charge_(params.list, -1)', 'charge_() is not offered'],
    ['l.map(a, l.map(b, l.map(c, 1)))', 'nest at most 2 deep'],
    ['cel.bind(a, l, l.filter(b, l.all(c, true)))', 'nest at most 2 deep'],
    [`${'('.repeat(50)}1${')'.repeat(50)}`, 'Exceeded maxDepth'],
    [`[${'1,'.repeat(600)}1]`, 'Exceeded max'],
  ])('%s', (source, cause) => {
    expect(() => compile(source)).toThrow(cause);
  });

  test.each([
    'params.long.map(a, params.long.map(b, a + b).size())',
    'params.long.all(a, params.long.exists(b, b < 0) || true)',
    'params.long.exists(a, params.long.exists(b, b < 0) || a == 2999)',
    'params.long.filter(a, size(params.long + params.long + params.long) < 0)',
  ])('too many elements: %s', (source) => {
    expect(() => valueOf(source)).toThrow('it takes more than 1000000 steps');
  });
});

test('the prototype cannot be reached', () => {
  expect(() => valueOf('params.constructor')).toThrow('no such key');
  expect(() => valueOf('params.__proto__')).toThrow('no such key');
  expect(Object.keys(valueOf('{"__proto__": 1}') as object)).toEqual([]);
});

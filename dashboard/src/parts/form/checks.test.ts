import { expect, it } from 'vitest';
import type { JsonObject } from '../../api/contract';
import { check, placeErrors } from './checks';
import { fieldsOf, type Parameter } from './fields';

const base = {
  displayName: null,
  description: null,
  default: null,
  validation: {},
  uiComponent: 'text',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
};
const errorsOf = (
  parameters: (Partial<Parameter> & { name: string })[],
  values: JsonObject,
  inputSchema: JsonObject = {},
) => {
  const rows = parameters.map((parameter) => ({ ...base, type: 'string', ...parameter }));
  return check(
    fieldsOf({ parameters: rows, inputSchema, defaultParameters: {} }, false),
    values,
    inputSchema,
  );
};

it('requires a value, unless there is a default', () => {
  const schema = { type: 'object', required: ['a', 'b'] };
  expect(errorsOf([{ name: 'a' }, { name: 'b', default: 'x' }], {}, schema)).toEqual({ a: 'is required' });
});

it('states each error in words, once for each field', () => {
  const rules = [
    { name: 'n', type: 'integer', validation: { minimum: 1, maximum: 5 } },
    { name: 'm', type: 'integer' },
    { name: 't', validation: { minLength: 3, pattern: '^a' } },
    { name: 'l', type: 'array', validation: { maxItems: 1 } },
    { name: 'e', validation: { enum: ['x', 'y'] } },
  ];
  expect(errorsOf(rules, { n: 9, m: 1.5, t: 'b', l: ['1', '2'], e: 'z' })).toEqual({
    n: 'must be at most 5',
    m: 'must be a whole number',
    t: 'must be at least 3 characters long',
    l: 'must have at most 1 item',
    e: 'must be one of x, y',
  });
  expect(errorsOf(rules, { n: 5, m: 1, t: 'abc', l: [], e: 'x' })).toEqual({});
});

it('reads a sequence as the server will', () => {
  const rule = [{ name: 's', type: 'fasta', validation: { minLength: 4, maxLength: 6, alphabet: 'ACGT' } }];
  expect(errorsOf(rule, { s: '>a header longer than that\nACG\nT\n' })).toEqual({});
  expect(errorsOf(rule, { s: 'ACG' })).toEqual({ s: 'must be at least 4 residues long' });
  expect(errorsOf(rule, { s: '>a\nACGT\n>b\nACGT' })).toEqual({ s: 'must hold one sequence, not several' });
  expect(errorsOf(rule, { s: 'AXGXXX' })).toEqual({
    s: 'has letters outside the alphabet: “X” at 2, “X” at 4, “X” at 5 and 1 more',
  });
});

it('names the place inside a value, and rules between fields', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      o: { type: 'object', required: ['q'], properties: { r: { type: 'array', items: { maximum: 2 } } } },
    },
    dependentRequired: { a: ['b'] },
  };
  expect(errorsOf([{ name: 'o', type: 'object' }], { o: { r: [1, 3], q: 1 } }, schema)).toEqual({
    o: 'r.1 must be at most 2',
  });
  expect(errorsOf([{ name: 'o', type: 'object' }], { o: {} }, schema)).toEqual({ o: 'q is required' });
  expect(Object.keys(errorsOf([{ name: 'a' }, { name: 'b' }], { a: '1' }, schema))).toEqual(['']);
});

it('leaves to the server what it cannot check', () => {
  expect(errorsOf([{ name: 't', validation: { pattern: '(?i)abc' } }], { t: 'ABC' })).toEqual({});
});

it('places the server’s errors at their fields', () => {
  const { placed, elsewhere } = placeErrors(
    [
      { path: 'parameters.sequence', message: 'is too long' },
      { path: 'parameters.options.depth', message: 'must be a number' },
      { path: 'parameters.options', message: 'is odd' },
      { path: 'parameters.opt', message: 'is no parameter' },
      { path: 'tags.0', message: 'is too long' },
      { path: 'deadline', message: 'must be in the future' },
    ],
    ['sequence', 'options', 'tags', 'deadline'],
  );
  expect(placed).toEqual({
    sequence: 'is too long',
    options: 'depth must be a number; is odd',
    tags: '0 is too long',
    deadline: 'must be in the future',
  });
  expect(elsewhere).toEqual([{ path: 'parameters.opt', message: 'is no parameter' }]);
});

it.each(['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'])(
  'knows nothing of %s that was not given',
  (name) => {
    const rule = [{ name, type: 'integer', validation: { maximum: 5 } }];
    expect(errorsOf(rule, {})).toEqual({});
    expect(errorsOf(rule, { [name]: 9 })).toEqual({ [name]: 'must be at most 5' });
    expect(errorsOf([{ name }], {}, { type: 'object', required: [name] })).toEqual({ [name]: 'is required' });
  },
);

import { describe, expect, test } from 'vitest';
import type { InvalidInput } from '../errors.js';
import { resolveParameters } from './parameters.js';
import { applyRules } from './parameter-rules.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { WorkflowParameter } from './workflow.js';
import type { Json, JsonObject } from '../json/json.js';

const parameter = (
  name: string,
  type: string,
  change: Partial<WorkflowParameter> = {},
): WorkflowParameter => ({
  name,
  displayName: null,
  description: null,
  type,
  default: null,
  validation: {},
  uiComponent: 'text',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
  ...change,
});

const definition = drawWorkflow(
  'a',
  {},
  {
    inputSchema: {
      type: 'object',
      required: ['sequence'],
      properties: {
        sequence: { type: 'string', minLength: 4 },
        seed: { type: ['integer', 'null'] },
        none: { type: 'null' },
      },
    },
    defaultParameters: { numModels: 5, relax: { on: true, steps: { max: 3 } }, seed: 1, none: null },
    parameters: [
      parameter('sequence', 'fasta', { validation: { alphabet: 'ACDEFGHIKLMNPQRSTVWY', maxLength: 10 } }),
      parameter('numModels', 'integer', { default: 1, validation: { minimum: 1, maximum: 5 } }),
      parameter('seed', 'integer'),
      parameter('ratio', 'number', { validation: { minimum: 0.5, unheard: 3, constructor: 3 } }),
      parameter('mode', 'string', {
        default: 'fast',
        validation: { enum: ['fast', 'slow'], note: 'text', hint: null },
      }),
      parameter('name', 'string', { validation: { minLength: 2, pattern: '^[a-z]+$', maximum: 3 } }),
      parameter('on', 'boolean'),
      parameter('list', 'array', { validation: { minItems: 1, maxItems: 2 } }),
      parameter('relax', 'object'),
      parameter('any', 'unheard', { validation: { minLength: 1, minItems: 1 } }),
      parameter('free', 'fasta'),
      parameter('fixed', 'integer', { default: 7, userConfigurable: false }),
      parameter('secret', 'integer', { default: 8, adminOnly: true }),
    ],
  },
);
const user = { tier: 4, isAdmin: false };
const resolve = (given: JsonObject, caller = user): JsonObject =>
  resolveParameters(definition, given, caller).resolved;
const faultsOf = (given: JsonObject): string[] => {
  try {
    resolve({ sequence: 'MKVL', ...given });
    return [];
  } catch (error) {
    return (error as InvalidInput).faults.map(({ path, message }) => `${path} ${message}`);
  }
};

test('defaults are merged with the given values, field by field', () => {
  expect(
    resolve({ sequence: '>x\nMKVL\n', relax: { steps: { min: 1 }, mode: 'all' }, seed: null, list: [1] }),
  ).toEqual({
    sequence: 'MKVL',
    numModels: 5,
    relax: { on: true, steps: { max: 3, min: 1 }, mode: 'all' },
    seed: null,
    none: null,
    mode: 'fast',
    fixed: 7,
    secret: 8,
    list: [1],
  });
  expect(
    resolve({ sequence: 'MKVL', fixed: 1, secret: 2, any: [1] }, { tier: 1, isAdmin: true }),
  ).toMatchObject({
    fixed: 1,
    secret: 2,
    any: [1],
  });
});

test('a rule that does not apply to a value reports nothing', () => {
  for (const any of [[1], 'a', 1]) expect(resolve({ sequence: 'MKVL', any })).toMatchObject({ any });
});

describe('each fault with its path', () => {
  test.each<[string, Json, string]>([
    ['evil', 1, 'is not a parameter of this workflow'],
    ['fixed', 1, 'is fixed by the workflow'],
    ['secret', 1, 'can be set by administrators only'],
    ['numModels', null, 'must not be null; leave it out to use the default'],
    ['ratio', null, 'must be a number'],
    ['sequence', 'MKB', 'has letters outside the alphabet: "B" at 3'],
    ['sequence', 'mkvl', 'has letters outside the alphabet: "m" at 1, "k" at 2, "v" at 3 and 1 more'],
    ['sequence', '>a\nM\n>b\nK', 'must hold one sequence, not several'],
    ['sequence', 'MKVLMKVLMKVL', 'must be at most 10 characters long'],
    ['sequence', 'MKV', 'must be at least 4 characters long'],
    ['sequence', 7, 'must be a sequence as text'],
    ['free', 'A-', 'has letters outside the alphabet: "-" at 2'],
    ['numModels', 0, 'must be at least 1'],
    ['numModels', 6, 'must be at most 5'],
    ['numModels', 1.5, 'must be a whole number'],
    ['ratio', 0.1, 'must be at least 0.5'],
    ['mode', 'banana', 'must be one of fast, slow'],
    ['name', 'x', 'must be at least 2 characters long'],
    ['name', 'Name', 'must match ^[a-z]+$'],
    ['on', 'true', 'must be true or false'],
    ['list', [], 'must not be empty'],
    ['list', [1, 2, 3], 'must have at most 2 items'],
    ['list', {}, 'must be a list'],
    ['relax', [], 'must be an object'],
    ['mode', 1, 'must be text'],
    ['name', 'a\0', 'holds a NUL character'],
    ['name', '\ud800', 'holds half of a surrogate pair, which is not Unicode text'],
  ])('%s = %j', (name, value, expected) => {
    expect(faultsOf({ [name]: value })).toEqual([`parameters.${name} ${expected}`]);
  });
});

test('all faults are reported at once', () => {
  const fail = (): unknown => resolve({ evil: 1, numModels: 9, list: [] });
  expect(fail).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  expect(faultsOf({ evil: 1, numModels: 9, list: [], sequence: 'MKB' })).toHaveLength(4);
  expect(() => resolve({})).toThrow(
    expect.objectContaining({ faults: [{ path: 'parameters.sequence', message: 'is required' }] }),
  );
});

test('a schema without properties allows no names', () => {
  const bare = { ...definition, inputSchema: {}, parameters: [], defaultParameters: {} };
  expect(() => resolveParameters(bare, { a: 1 }, user)).toThrow('are not valid');
  expect(resolveParameters(bare, {}, user)).toEqual({ resolved: {} });
});

test('a text that costs too much to check by its pattern is refused, and an invalid pattern is an internal error', () => {
  const held = (pattern: string) =>
    applyRules(parameter('s', 'string', { validation: { pattern } }), 'a'.repeat(300_000));
  expect(held('(a|b)*c').faults).toEqual([
    expect.stringContaining('cannot be checked by its pattern: it takes more than 1000000 steps'),
  ]);
  expect(() => held('(?=a)')).toThrow('this is not a valid RE2 pattern');
});

import { expect, test } from 'vitest';
import type { JsonObject } from '../json/json.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import { exampleOf, resolveParameters } from './parameters.js';
import type { WorkflowDefinition, WorkflowParameter } from './workflow.js';

const CALLER = { tier: 1, isAdmin: false };
const workflow = (change: Partial<WorkflowDefinition>) => drawWorkflow('a', {}, change);
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
const requiring = (x: JsonObject): Partial<WorkflowDefinition> => ({
  inputSchema: { type: 'object', required: ['x'], properties: { x } },
});

test.each<[string, JsonObject, unknown]>([
  ['an example of its own', { type: 'integer', examples: [7], default: 8 }, 7],
  ['its default', { type: 'integer', default: 8, enum: [8, 9] }, 8],
  ['its constant', { const: 'only' }, 'only'],
  ['the first of its choices', { enum: ['a', 'b'] }, 'a'],
  ['any text', { type: 'string' }, 'example'],
  ['a text of some length', { type: 'string', minLength: 10 }, 'exampleexa'],
  ['a short text', { type: 'string', maxLength: 2 }, 'ex'],
  ['a format', { type: 'string', format: 'date' }, '2030-01-31'],
  ['one class of letters', { type: 'string', pattern: '^[A-Z]{4}$' }, 'AAAA'],
  ['one class of letters, however many', { type: 'string', pattern: '^[0-9]+$', minLength: 2 }, '00'],
  ['a number', { type: 'number' }, 1],
  ['a number with bounds', { type: 'number', minimum: 2.5, maximum: 3 }, 2.5],
  ['a small number', { type: 'number', maximum: 0.5 }, 0.5],
  ['a number above', { type: 'number', exclusiveMinimum: 4 }, 5],
  ['a number above and below', { type: 'integer', exclusiveMinimum: 4, exclusiveMaximum: 6 }, 5],
  ['a number below', { type: 'number', exclusiveMaximum: 0 }, -1],
  ['an integer above a fraction', { type: 'integer', minimum: 2.5 }, 3],
  ['a multiple', { type: 'integer', minimum: 5, multipleOf: 4 }, 8],
  ['a multiple below the most', { type: 'number', minimum: 0, maximum: 0, multipleOf: 4 }, 0],
  ['a multiple that is not above the least', { type: 'number', maximum: 0.9, multipleOf: 0.5 }, 0.5],
  ['a boolean', { type: 'boolean' }, true],
  ['the first type that is not null', { type: ['null', 'boolean'] }, true],
  ['nothing but null', { type: 'null', enum: [null] }, null],
  ['an empty list', { type: 'array', items: { type: 'string' } }, []],
  ['a list', { items: { type: 'integer', minimum: 3 }, minItems: 2 }, [3, 3]],
  ['a list of anything', { type: 'array', minItems: 1 }, ['example']],
  [
    'an object',
    { required: ['a', 'b'], properties: { a: { type: 'boolean' }, c: {}, d: {} } },
    { a: true, b: 'example' },
  ],
  ['an object of anything', { type: 'object', required: ['a'] }, { a: 'example' }],
  ['an object that requires nothing', { type: 'object' }, {}],
  ['the first choice', { anyOf: [{ type: 'integer', minimum: 9 }, { type: 'string' }] }, 9],
  ['choices that say nothing', { oneOf: [true] }, 'example'],
])('%s', (_, schema, value) => {
  const definition = workflow(requiring(schema));
  expect(exampleOf(definition)).toEqual({ x: value });
  resolveParameters(definition, exampleOf(definition), CALLER);
});

test('a type that nobody knows has no example', () => {
  expect(exampleOf(workflow(requiring({ type: 'colour' })))).toEqual({ x: null });
});

test('the example of the author comes first, then defaults, then what is required', () => {
  const definition = workflow({
    inputSchema: {
      type: 'object',
      required: ['sequence', 'seed'],
      properties: {
        sequence: { type: 'string', minLength: 30 },
        seed: { type: 'integer' },
        optional: { type: 'string' },
        mode: { type: 'string', enum: ['fast', 'slow'] },
        odd: true,
      },
      examples: [{ seed: 42 }],
    },
    defaultParameters: { models: 5 },
    parameters: [
      parameter('sequence', 'fasta', { validation: { maxLength: 40 } }),
      parameter('models', 'integer', { default: 3 }),
      parameter('seed', 'integer'),
      parameter('hidden', 'integer', { default: 3, userConfigurable: false }),
      parameter('secret', 'integer', { default: 3, adminOnly: true }),
    ],
  });
  const example = exampleOf(definition);
  expect(example).toEqual({
    sequence: 'ACDEFGHIKLMNPQRSTVWYACDEFGHIKL',
    seed: 42,
    mode: 'fast',
    models: 5,
  });
  resolveParameters(definition, example, CALLER);
});

test('without an alphabet, a sequence is any text', () => {
  const parameters = [parameter('x', 'fasta', { validation: { alphabet: '', minLength: 1 } })];
  expect(exampleOf(workflow({ ...requiring({}), parameters }))).toEqual({ x: 'example' });
});

test('what refers to its own choices ends', () => {
  const nested = (levels: number, of: (inner: JsonObject) => JsonObject): JsonObject =>
    levels === 0 ? { type: 'string' } : of(nested(levels - 1, of));
  for (const of of [
    (inner: JsonObject): JsonObject => ({ type: 'array', minItems: 1, items: inner }),
    (inner: JsonObject): JsonObject => ({ type: 'object', required: ['a'], properties: { a: inner } }),
    (inner: JsonObject): JsonObject => ({ allOf: [inner] }),
  ])
    expect(JSON.stringify(exampleOf(workflow(requiring(nested(20, of))))).length).toBeLessThan(100);
});

test.each<[string, JsonObject]>([
  ['a text', { type: 'string', minLength: 1e9 }],
  ['a list', { type: 'array', minItems: 1e9 }],
  [
    'lists of lists',
    { type: 'array', minItems: 1_000, items: { type: 'array', minItems: 1_000, items: { type: 'boolean' } } },
  ],
])('%s that is too large is refused', (_, schema) => {
  expect(() => exampleOf(workflow(requiring(schema)))).toThrow(
    expect.objectContaining({ code: 'too_costly' }),
  );
});

import { expect, test } from 'vitest';
import { checkSchema, schemaFaults } from './json-schema.js';
import type { JsonObject } from '../json/json.js';

const schema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'same',
  type: 'object',
  required: ['sequence'],
  additionalProperties: false,
  properties: {
    sequence: { type: 'string', minLength: 3, pattern: '^[A-Z]+$' },
    mode: { enum: ['fast', 'slow'] },
    at: { type: 'string', format: 'date-time' },
    'a/b': { type: 'array', items: { type: 'number' } },
  },
};

test.each([
  [{ sequence: 'ABC', mode: 'fast', at: '2026-01-01T00:00:00Z' }, []],
  [{}, ['sequence is required']],
  [
    { sequence: 'ab', evil: 1 },
    [
      'evil is not a known key',
      'sequence must be at least 3 characters long',
      'sequence must match ^[A-Z]+$',
    ],
  ],
  [{ sequence: 'ABC', mode: 'banana' }, ['mode must be one of fast, slow']],
  [
    { sequence: 'ABC', at: 'noon', 'a/b': [1, '2'] },
    ['at must be a moment, like 2030-01-31T12:00:00Z', 'a/b.1 must be a number'],
  ],
])('%o', (value, expected) => {
  expect(checkSchema(schema, value).map(({ path, message }) => `${path} ${message}`)).toEqual(expected);
});

test('paths start at the root; optionally only the first fault is reported', () => {
  expect(checkSchema(schema, 1, 'output')).toEqual([{ path: 'output', message: 'must be an object' }]);
  expect(checkSchema(schema, { sequence: 'ab', evil: 1 }, 'p', false)).toHaveLength(1);
  const many = checkSchema(
    { items: { type: 'string' } },
    Array.from({ length: 500 }, () => 1),
  );
  expect(many).toHaveLength(100);
});

test('a pattern that hangs JavaScript does not hang', () => {
  const startedAt = performance.now();
  expect(checkSchema({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(5000)}!`)).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test('values that nest too deeply are refused and do not crash', () => {
  const list: JsonObject = {
    $ref: '#/$defs/list',
    $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } },
  };
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  expect(checkSchema(list, deep, 'output')).toEqual([
    { path: 'output', message: 'nests too deeply to be checked' },
  ]);
});

test.each([
  [schema, null],
  [{}, null],
  [{ type: 'banana' }, 'schema is invalid'],
  [{ type: 'object', colour: 'red' }, 'unknown keyword: "colour"'],
  [{ type: 'string', format: 'banana' }, 'unknown format "banana"'],
  [{ type: 'object', required: ['ghost'] }, 'required property "ghost" is not defined'],
  [{ type: 'string', pattern: '(?=a)' }, 'this is not a valid RE2 pattern'],
  [{ properties: { a: { const: '\0' } } }, 'NUL'],
])('saving %o', (schema, expected) => {
  const faults = schemaFaults(schema);
  expect(faults).toEqual(
    expected ? [expect.objectContaining({ message: expect.stringContaining(expected) })] : [],
  );
});

test('a schema that cannot be compiled is reported as invalid', () => {
  expect(() => checkSchema({ type: 'banana' }, 1)).toThrow(
    expect.objectContaining({ code: 'invalid_schema' }),
  );
});

test.each<[JsonObject, unknown, string]>([
  [{ type: ['string', 'null'] }, 1, 'must be text or null'],
  [{ const: { a: 1 } }, 1, 'must be one of {"a":1}'],
  [{ enum: ['a'.repeat(600)] }, 1, `must be one of ${'a'.repeat(500)}…`],
  [{ minLength: 2 }, 'a', 'must be at least 2 characters long'],
  [{ maxLength: 2 }, 'aaa', 'must be at most 2 characters long'],
  [{ minItems: 2 }, [], 'must have at least 2 items'],
  [{ maxItems: 0 }, [1], 'must have at most 0 items'],
  [{ minProperties: 1 }, {}, 'must not be empty'],
  [{ maxProperties: 0 }, { a: 1 }, 'must have at most 0 keys'],
  [{ minimum: 1 }, 0, 'must be at least 1'],
  [{ exclusiveMaximum: 1 }, 1, 'must be below 1'],
  [{ multipleOf: 2 }, 1, 'must be a multiple of 2'],
  [{ format: 'email' }, 'a', 'must be an e-mail address'],
  [{ contains: { type: 'string' } }, [1], 'must hold at least 1 matching item(s)'],
  [{ oneOf: [true, true] }, 1, 'must match exactly one of the allowed forms'],
  [{ not: {} }, 1, 'has a form that is not allowed'],
  [{ unevaluatedProperties: false }, { a: 1 }, 'is not a known key'],
  [{ properties: { a: false } }, { a: 1 }, 'is not allowed'],
  [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'must have property b when property a is present'],
  [{ allOf: [{ dependentSchemas: { a: { required: ['b'] } } }] }, { a: 1 }, 'is required'],
])('%j of %j', (schema, value, message) => {
  expect(checkSchema(schema, value).map((fault) => fault.message)).toContain(message);
});

test('a matching alternative is no fault', () => {
  expect(checkSchema({ anyOf: [{ type: 'string' }, { type: 'number' }] }, 1)).toEqual([]);
  expect(checkSchema({ anyOf: [{ type: 'string' }] }, 1)).toContainEqual({
    path: '',
    message: 'matches none of the allowed forms',
  });
});

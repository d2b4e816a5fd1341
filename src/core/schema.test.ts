import { expect, test } from 'vitest';
import { checkSchema, schemaFaults } from './schema.js';
import type { JsonObject } from './workflow.js';

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
      'sequence must NOT have fewer than 3 characters',
      'sequence must match pattern "^[A-Z]+$"',
    ],
  ],
  [{ sequence: 'ABC', mode: 'banana' }, ['mode must be one of ["fast","slow"]']],
  [
    { sequence: 'ABC', at: 'noon', 'a/b': [1, '2'] },
    ['at must match format "date-time"', 'a/b.1 must be number'],
  ],
])('%o', (value, expected) => {
  expect(checkSchema(schema, value).map(({ path, message }) => `${path} ${message}`)).toEqual(expected);
});

test('paths start at the root; the first fault is enough where asked', () => {
  expect(checkSchema(schema, 1, 'output')).toEqual([{ path: 'output', message: 'must be object' }]);
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

test('values too deep to be walked are refused, not fatal', () => {
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
  [{ type: 'string', pattern: '(?=a)' }, 'RE2 cannot read this pattern'],
  [{ properties: { a: { const: '\0' } } }, 'NUL'],
])('saving %o', (schema, expected) => {
  const faults = schemaFaults(schema);
  expect(faults).toEqual(
    expected ? [expect.objectContaining({ message: expect.stringContaining(expected) })] : [],
  );
});

test('a schema that cannot be compiled is our fault to name', () => {
  expect(() => checkSchema({ type: 'banana' }, 1)).toThrow(
    expect.objectContaining({ code: 'invalid_schema' }),
  );
});

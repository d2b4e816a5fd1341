import { expect, test } from 'vitest';
import { addressOf, groups, shapeOf, type Document, type Parameter } from './openapi';

const DOCUMENT: Document = {
  info: { title: 't', version: '1' },
  paths: {
    '/v1/models': { get: { summary: 'List the models', tags: ['models'], responses: {} } },
    '/v1/models/{id}': {
      get: { summary: 'Read one', tags: ['models'], responses: {} },
      patch: { summary: 'Change one', responses: {} },
    },
  },
  components: {
    schemas: {
      Tree: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          below: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
        },
      },
    },
  },
};

test('operations by tag, found by their text', () => {
  expect(groups(DOCUMENT).map(([tag, found]) => [tag, found.map(({ anchor }) => anchor)])).toEqual([
    ['models', ['get-v1-models', 'get-v1-models-id-']],
    ['other', ['patch-v1-models-id-']],
  ]);
  expect(groups(DOCUMENT, ' READ ').flatMap(([, found]) => found.map(({ path }) => path))).toEqual([
    '/v1/models/{id}',
  ]);
});

test('shapes are written out, and one within itself by its name', () => {
  expect(shapeOf({ $ref: '#/components/schemas/Tree' }, DOCUMENT)).toBe(
    '{\n  name: string\n  below?: Tree[]\n}',
  );
  expect(
    shapeOf({ type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'null' }] } }, DOCUMENT),
  ).toBe('(integer | null)[]');
  expect(shapeOf({ enum: ['a', 'b'] }, DOCUMENT)).toBe('"a" | "b"');
  expect(shapeOf({ const: true }, DOCUMENT)).toBe('true');
  expect(shapeOf({ type: ['string', 'null'], format: 'uuid' }, DOCUMENT)).toBe('string (uuid) | null (uuid)');
  expect(shapeOf({ type: 'object', additionalProperties: { type: 'number' } }, DOCUMENT)).toBe(
    '{ [name]: number }',
  );
  expect(shapeOf({ $ref: '#/components/schemas/Gone' }, DOCUMENT)).toBe('Gone');
  expect(shapeOf({ allOf: [{ type: 'string' }, {}] }, DOCUMENT)).toBe('string & anything');
  expect(shapeOf(true, DOCUMENT)).toBe('anything');
});

test('an address with the given values', () => {
  const parameters: Parameter[] = [
    { name: 'id', in: 'path', required: true, schema: {} },
    { name: 'q', in: 'query', schema: {} },
    { name: 'limit', in: 'query', schema: {} },
  ];
  expect(addressOf('/v1/models/{id}', parameters, { id: 'a/b', q: 'x y', limit: '' })).toBe(
    '/v1/models/a%2Fb?q=x+y',
  );
  expect(addressOf('/v1/models', [], {})).toBe('/v1/models');
});

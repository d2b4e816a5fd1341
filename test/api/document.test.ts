/** The OpenAPI document is readable: every operation and parameter is described, and every example is valid. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANSWERS, BODIES } from '../../src/api/openapi/examples.js';
import { describeApi } from '../../src/api/openapi/document.js';
import { openApiHarness, type ApiHarness } from './api-harness.js';

interface Schema {
  type?: string | string[];
  [keyword: string]: unknown;
}
interface Content {
  schema: Schema;
  example?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  description: string;
  parameters: { name: string; in: string; description?: string; example?: unknown; schema: Schema }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content: Record<string, Content> }>;
}

let harness: ApiHarness;
let components: object;
let operations: { where: string; method: string; operation: Operation }[];
beforeAll(async () => {
  harness = await openApiHarness();
  const document = describeApi(harness.routes) as unknown as {
    paths: Record<string, Record<string, Operation>>;
    components: object;
  };
  ({ components } = document);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ where: `${method} ${path}`, method, operation })),
  );
});
afterAll(() => harness.stop());

/** The faults found, each with its place. The list must be empty. */
const faultsOf = (find: (one: (typeof operations)[number]) => string[]): string[] =>
  operations.flatMap((one) => find(one).map((what) => `${one.where}: ${what}`));

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

function fits(schema: Schema, value: unknown): boolean {
  const isWhole = !JSON.stringify(schema).includes('"$ref"');
  return ajv.validate(isWhole ? schema : { ...schema, components }, value);
}

test('every operation has a unique id that begins with a verb', () => {
  const VERBS: Record<string, RegExp> = {
    get: /^(get|list|download|follow|open|search)/,
    put: /^set[A-Z]/,
    delete: /^(disable|revoke|remove|delete)[A-Z]/,
    patch: /^update[A-Z]/,
    post: /^[a-z]+[A-Z]/,
  };
  expect(
    faultsOf(({ method, operation: { operationId } }) =>
      /^[a-z]+([A-Z][a-z]+)*$/.test(operationId) && VERBS[method]?.test(operationId)
        ? []
        : [operationId || 'no name'],
    ),
  ).toEqual([]);
  const names = operations.map(({ operation }) => operation.operationId);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('every operation has a title and a description that names the roles', () => {
  expect(
    faultsOf(({ operation: { summary, description } }) => [
      ...(summary && summary.length <= 140 && !summary.endsWith('.') ? [] : [`title: ${summary}`]),
      ...(/^[A-Z`].{10,}\. (Public: no|Roles: (platform_admin|operator)).+\.$/s.test(description)
        ? []
        : [`description: ${description}`]),
    ]),
  ).toEqual([]);
});

test('every parameter has a description, with the unit of a number, and an example that fits it', () => {
  const UNIT = /number of|seconds|days|counted from|1 to 5|1 is the best/i;
  expect(
    faultsOf(({ operation: { parameters } }) =>
      parameters.flatMap(({ name, description = '', example, schema }) => [
        ...(/^[A-Z`].{10,}\.$/.test(description) ? [] : [`${name} is not described`]),
        ...([schema.type].flat().some((type) => type === 'integer' || type === 'number') &&
        !UNIT.test(description)
          ? [`${name} has no unit`]
          : []),
        ...(example !== undefined && fits(schema, example) ? [] : [`${name} has no example that fits`]),
      ]),
    ),
  ).toEqual([]);
});

test('every body has an example that its schema and the server accept', () => {
  expect(
    faultsOf(({ operation: { operationId, requestBody } }) => {
      const body = requestBody?.content['application/json'];
      if (!body) return [];
      const route = harness.routes.find(({ operation }) => operation === operationId);
      const isTaken = route?.body?.safeParse(body.example).success;
      return body.example !== undefined && fits(body.schema, body.example) && isTaken
        ? []
        : ['no example that fits'];
    }),
  ).toEqual([]);
});

test('every example of an answer fits its schema, and no example is unused', () => {
  expect(
    faultsOf(({ operation: { responses } }) =>
      Object.values(responses).flatMap(({ description, content }) => [
        ...(description ? [] : ['an answer is not described']),
        ...Object.values(content).flatMap(({ schema, example }) =>
          example === undefined || fits(schema, example) ? [] : ['the example of the answer does not fit'],
        ),
      ]),
    ),
  ).toEqual([]);
  const names = new Set(operations.map(({ operation }) => operation.operationId));
  expect([...Object.keys(BODIES), ...Object.keys(ANSWERS)].filter((name) => !names.has(name))).toEqual([]);
});

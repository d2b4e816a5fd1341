/** The dashboard takes the shapes of the API from the generated contract: it declares none of them again, and casts no answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeApi } from '../../src/api/openapi/document.js';
import { allRoutes } from '../../src/api/routes.js';
import { isObject, type Json } from '../../src/core/json/json.js';
import type { Infrastructure } from '../../src/infrastructure.js';

const ROOT = join(import.meta.dirname, '../..');
const DASHBOARD = join(ROOT, 'dashboard/src');
const CONTRACT = 'api/contract.ts';

/** Routes are data: nothing is asked while they are only described. */
const api = describeApi(
  allRoutes({} as Infrastructure, { board: { routes: [] }, metrics: {}, watches: {} } as never),
);

const files = readdirSync(DASHBOARD, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && file !== CONTRACT)
  .map((file): [string, string] => [file, readFileSync(join(DASHBOARD, file), 'utf8')]);

test('the contract is that of the routes', async () => {
  const { contractOf } = (await import(join(ROOT, 'scripts/contract.mjs'))) as {
    contractOf: (document: typeof api) => string;
  };
  expect(readFileSync(join(DASHBOARD, CONTRACT), 'utf8'), 'npm run build writes it').toBe(contractOf(api));
});

test('no shape of a stored column is open where the server knows its members', () => {
  const { Model, Workflow, WorkflowTask } = (api as Named).components.schemas;
  const named = (schema: Json | undefined): boolean => JSON.stringify(schema).includes('"$ref"');
  expect(
    [
      Model?.properties.thermal,
      Model?.properties.pricing,
      Model?.properties.deployment,
      Model?.properties.performanceMetrics,
      Workflow?.properties.dag,
      WorkflowTask?.properties.config,
    ].map(named),
  ).toEqual([true, true, true, true, true, true]);
});
type Named = { components: { schemas: Record<string, { properties: Record<string, Json> }> } };

/** Two members may meet by chance (`name`, `value`); three are a shape. */
const FEW = 3;
/** Made in the browser, of two drafts: its values may be anything. */
const OWN = new Set(['parts/difference/difference.ts: Change']);
const shapes = shapesIn(api);

test.each(files)('%s declares no shape of the API', (file, text) => {
  const declared = [...text.matchAll(/^(?:export )?(?:interface (\w+)|type (\w+) =) \{\n([^]*?)^\};?$/gm)];
  const again = declared.flatMap(([, one, other, body = '']) => {
    const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, name = '']) => name);
    const isShape = shapes.some((shape) => members.every((name) => shape.has(name)));
    return members.length >= FEW && isShape ? [`${file}: ${one ?? other}`] : [];
  });
  expect(
    again.filter((name) => !OWN.has(name)),
    'use the type of api/contract.ts',
  ).toEqual([]);
});

/** Where data enters as text: the client itself, the event stream, and the document of the API, whose shape is OpenAPI's. */
const CASTS: Record<string, number> = {
  'api/client.ts': 1,
  'pages/executions/detail/Events.tsx': 1,
  'pages/administration/reference/Reference.tsx': 1,
};

test.each(files)('%s casts no answer', (file, text) => {
  const casts = text.match(/(?:\btake\(|\bresponse\b|\bdata\b|\.body\b)[^;{}\n]*\bas [A-Z{(]/g) ?? [];
  expect(casts, casts.join()).toHaveLength(CASTS[file] ?? 0);
});

/** The members of every object that the document describes, with a name or without. */
function shapesIn(value: Json): Set<string>[] {
  if (Array.isArray(value)) return value.flatMap(shapesIn);
  if (!isObject(value)) return [];
  const { type, properties } = value;
  const own = type === 'object' && isObject(properties) ? [new Set(Object.keys(properties))] : [];
  return [...own, ...Object.values(value).flatMap(shapesIn)];
}

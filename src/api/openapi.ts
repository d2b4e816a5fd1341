/** The OpenAPI 3.1 document of a table of routes: made from the schemas that check requests, so it cannot lie. */
import { z } from 'zod';
import type { JsonObject } from '../core/workflow.js';
import { MEDIA_TYPE, problem } from './problems.js';
import { scopeOf, type Route } from './route.js';

export function describeApi(routes: readonly Route[]): JsonObject {
  const shapes: JsonObject = {};
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    if (route.page) continue;
    const path = templateOf(route);
    paths[path] = { ...paths[path], [route.method]: operationOf(route, shapes) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Radiant',
      version: '1',
      description: 'Database-driven orchestration of AI-model workflows.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: shapes,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'rdt_…' },
        apiKeyAsPassword: { type: 'http', scheme: 'basic' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-radiant' },
      },
    },
  };
}

/** `/v1/executions/:id` as OpenAPI writes it. */
export const templateOf = ({ path }: Pick<Route, 'path'>): string => path.replaceAll(/:(\w+)/g, '{$1}');

function operationOf(route: Route, shapes: JsonObject): JsonObject {
  const { method, path, roles, summary, params, query, headers, body, status, response, basic } = route;
  const isOpen = roles === 'public';
  const [, first = ''] = path.split('/').filter((part) => !part.startsWith(':'));
  const content =
    typeof response === 'string'
      ? { [response]: { schema: { type: 'string' } } }
      : { 'application/json': { schema: shapeOf(response, 'output', shapes) } };
  return {
    operationId: `${method}${path.replaceAll(/\W+/g, '_')}`.replace(/_$/, ''),
    summary,
    tags: [first === 'v1' ? (path.split('/')[2] ?? first) : 'service'],
    ...(isOpen
      ? { security: [] }
      : { security: [{ apiKey: [] }, { session: [] }, ...(basic ? [{ apiKeyAsPassword: [] }] : [])] }),
    ...(isOpen ? {} : { 'x-roles': [...roles], 'x-scope': scopeOf(route) }),
    parameters: [
      ...parametersOf('path', params, shapes),
      ...parametersOf('query', query, shapes),
      ...parametersOf('header', headers, shapes),
    ],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { 'application/json': { schema: shapeOf(route.bodyShape ?? body, 'input', shapes) } },
      },
    }),
    responses: {
      [status]: { description: summary, content },
      default: {
        description: 'A problem',
        content: { [MEDIA_TYPE]: { schema: shapeOf(problem, 'output', shapes) } },
      },
    },
  };
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  schema: z.ZodObject | undefined,
  shapes: JsonObject,
): JsonObject[] {
  return Object.entries((schema?.shape ?? {}) as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !field.safeParse(undefined).success,
    schema: shapeOf(field, 'input', shapes),
  }));
}

/** Schemas with an id of their own go to `shapes` and are referred to. */
function shapeOf(schema: z.ZodType, io: 'input' | 'output', shapes: JsonObject): JsonObject {
  const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
  const moved = JSON.parse(
    JSON.stringify(made).replaceAll('#/$defs/', '#/components/schemas/'),
  ) as JsonObject;
  const { $schema: _, $defs = {}, ...shape } = moved;
  Object.assign(shapes, $defs);
  return shape;
}

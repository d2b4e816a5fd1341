/** Builds the OpenAPI 3.1 document from the table of routes. It uses the schemas that check requests, so both always agree. */
import { z } from 'zod';
import type { Json, JsonObject } from '../../core/json/json.js';
import { ANSWERS, BODIES } from './examples.js';
import { meaningOf } from './parameters.js';
import { MEDIA_TYPE, problem } from '../http/problems.js';
import { scopeOf, type Route } from '../http/route.js';

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
  const {
    path,
    operation = '',
    roles,
    params,
    query,
    headers,
    body,
    status,
    response,
    otherwise,
    event,
    basic,
  } = route;
  const isOpen = roles === 'public';
  const [, first = ''] = path.split('/').filter((part) => !part.startsWith(':'));
  const content =
    typeof response === 'string'
      ? {
          [response]: {
            schema: { type: 'string' },
            // OpenAPI 3.1 has no word for the items of a stream.
            ...(event && { 'x-event': shapeOf(event, 'output', shapes) }),
          },
        }
      : { 'application/json': withExample(ANSWERS[operation], shapeOf(response, 'output', shapes)) };
  return {
    operationId: operation,
    ...wordsOf(route),
    tags: [first === 'v1' ? (path.split('/')[2] ?? first) : 'service'],
    ...(isOpen
      ? { security: [] }
      : { security: [{ apiKey: [] }, { session: [] }, ...(basic ? [{ apiKeyAsPassword: [] }] : [])] }),
    ...(isOpen ? {} : { 'x-roles': [...roles], 'x-scope': scopeOf(route) }),
    parameters: [
      ...parametersOf(route, 'path', params, shapes),
      ...parametersOf(route, 'query', query, shapes),
      ...parametersOf(route, 'header', headers, shapes),
    ],
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: {
          'application/json': withExample(
            BODIES[operation],
            shapeOf(route.bodyShape ?? body, 'input', shapes),
          ),
        },
      },
    }),
    responses: {
      [status]: { description: wordsOf(route).summary, content },
      ...(otherwise && {
        [otherwise.status]: {
          description: otherwise.words,
          content: { 'application/json': { schema: shapeOf(otherwise.response, 'output', shapes) } },
        },
      }),
      default: {
        description: 'An error (RFC 9457)',
        content: { [MEDIA_TYPE]: { schema: shapeOf(problem, 'output', shapes) } },
      },
    },
  };
}

const withExample = (example: Json | undefined, schema: JsonObject): JsonObject =>
  example === undefined ? { schema } : { schema, example };

/** The summary is the part before the first colon or semicolon. The description holds the rest, and the allowed roles. */
function wordsOf(route: Route): { summary: string; description: string } {
  const { summary, roles } = route;
  const [title = '', ...more] = summary.split(/[:;] /);
  const rest = summary.slice(title.length + 2);
  const scope = scopeOf(route);
  const who =
    roles === 'public'
      ? 'Public: no key is needed.'
      : `Roles: ${roles.join(', ')}.${scope === 'any' ? '' : ` A key with scopes needs \`${scope}\`.`}`;
  const known = more.length > 0 ? `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.` : `${summary}.`;
  return { summary: title, description: `${known} ${who}` };
}

function parametersOf(
  route: Route,
  place: 'path' | 'query' | 'header',
  schema: z.ZodObject | undefined,
  shapes: JsonObject,
): JsonObject[] {
  return Object.entries((schema?.shape ?? {}) as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !field.safeParse(undefined).success,
    ...meaningOf(templateOf(route), name),
    schema: shapeOf(field, 'input', shapes),
  }));
}

/** Schemas with an id are added to `shapes` and replaced by a reference. */
function shapeOf(schema: z.ZodType, io: 'input' | 'output', shapes: JsonObject): JsonObject {
  const made = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
  const moved = JSON.parse(
    JSON.stringify(made).replaceAll('#/$defs/', '#/components/schemas/'),
  ) as JsonObject;
  const { $schema: _, $defs = {}, ...shape } = moved;
  Object.assign(shapes, $defs);
  return shape;
}

/** Writes the dashboard's view of the API, dashboard/src/api/contract.ts, from the OpenAPI document of this build. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** OpenAPI 3.1 as the TypeScript that openapi-fetch reads. */
export function contractOf({ paths, components }) {
  const schemas = Object.entries(components.schemas)
    .filter(([name]) => !isNameless(name))
    .map(([name, schema]) => `    ${name}: ${typeOf(schema)};`);
  const routes = Object.entries(paths).map(([path, operations]) => {
    const methods = METHODS.map((method) =>
      operations[method] ? `    ${method}: ${operationOf(operations[method])};` : `    ${method}?: never;`,
    );
    return `  ${JSON.stringify(path)}: {\n    parameters: { query?: never; header?: never; path?: never; cookie?: never };\n${methods.join('\n')}\n  };`;
  });
  return `/** Written by scripts/contract.mjs from the OpenAPI document: change the routes, not this file. */
/** JSON, where the API leaves a member open. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };\n
export interface paths {\n${routes.join('\n')}\n}\n
export interface components {\n  schemas: {\n${schemas.join('\n')}\n  };\n}\n
/** How the API bounds and describes an execution's priority: the run form says the same. */
export const PRIORITY = ${JSON.stringify(priorityIn(paths))};\n
/** What a type cannot say of a workflow's fields: a form tells it before the server has to. */
export const WORKFLOW_RULES = ${rulesOf(components)} as const;\n`;
}

function priorityIn(paths) {
  const { requestBody } = paths['/v1/workflows/{workflowId}/executions'].post;
  const {
    minimum,
    maximum,
    default: usual,
    description,
  } = requestBody.content['application/json'].schema.properties.priority;
  return { minimum, maximum, usual, description };
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

function operationOf({ parameters, requestBody, responses }) {
  const places = ['query', 'header', 'path', 'cookie'].map((place) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    if (here.length === 0) return `${place}?: never`;
    const optional = here.every(({ required }) => !required) ? '?' : '';
    const fields = here.map(
      ({ name, required, schema }) => `${JSON.stringify(name)}${required ? '' : '?'}: ${typeOf(schema)}`,
    );
    return `${place}${optional}: { ${fields.join('; ')} }`;
  });
  const body = requestBody
    ? `requestBody${requestBody.required ? '' : '?'}: { content: ${contentOf(requestBody.content)} }`
    : 'requestBody?: never';
  const answers = Object.entries(responses).map(
    ([status, { content }]) =>
      `${status}: { headers: Record<string, unknown>; content: ${contentOf(content ?? {})} }`,
  );
  return `{ parameters: { ${places.join('; ')} }; ${body}; responses: { ${answers.join('; ')} } }`;
}

const contentOf = (content) =>
  `{ ${Object.entries(content)
    .map(([type, { schema }]) => `${JSON.stringify(type)}: ${typeOf(schema)}`)
    .join('; ')} }`;

/** A JSON Schema as a type; what it says beyond a type's reach (patterns, bounds) is the server's to check. */
function typeOf(schema) {
  if (schema === true || schema === undefined) return 'Json';
  if (schema.$ref) return referenceOf(schema.$ref.split('/').at(-1));
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return `(${either.map(typeOf).join(' | ')})`;
  if (schema.allOf) return allOf(schema);
  if (Array.isArray(schema.type))
    return `(${schema.type.map((type) => typeOf({ ...schema, type })).join(' | ')})`;
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`;
      return `Array<${typeOf(schema.items)}>`;
    case 'object':
      return objectOf(schema);
    default:
      return 'Json';
  }
}

/** What every part says, beside what the schema says itself; a part that only narrows (a pattern) says nothing here. */
function allOf({ allOf: parts, ...rest }) {
  const said = [...new Set([rest, ...parts].map(typeOf))].filter((type) => type !== 'Json');
  return said.length === 0 ? 'Json' : `(${said.join(' & ')})`;
}

/** A shape without a name of its own is any JSON, which refers to itself. */
const isNameless = (name) => name.startsWith('__');
const referenceOf = (name) => (isNameless(name) ? 'Json' : `components['schemas'][${JSON.stringify(name)}]`);

function objectOf({ properties = {}, required = [], additionalProperties }) {
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  );
  if (fields.length > 0) return `{ ${fields.join('; ')} }`;
  const member = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'Json';
  return member === 'Json' ? 'JsonObject' : `Record<string, ${member}>`;
}

/** A reference as the shape that it names; any JSON stays a reference, since it refers to itself. */
function resolved(schemas, schema) {
  const name = schema.$ref?.split('/').at(-1);
  return name && !isNameless(name) ? schemas[name] : schema;
}

const LIMITS = ['pattern', 'description', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength'];

/** What a type cannot say of a body's fields, by dotted path; the elements of a list are under the list's own name. */
function limitsOf(schemas, schema, path = '') {
  const whole = resolved(schemas, schema);
  const parts = [whole, ...(whole.anyOf ?? []).map((part) => resolved(schemas, part))];
  const own = Object.fromEntries(
    parts.flatMap((part) =>
      LIMITS.filter((key) => key in part && part[key] !== Number.MAX_SAFE_INTEGER).map((key) => [
        key,
        part[key],
      ]),
    ),
  );
  const inner = parts.flatMap(({ properties = {}, items }) => [
    ...(items ? limitsOf(schemas, items, path) : []),
    ...Object.entries(properties).flatMap(([name, field]) =>
      limitsOf(schemas, field, path ? `${path}.${name}` : name),
    ),
  ]);
  return [...(Object.keys(own).length > 0 ? [[path, own]] : []), ...inner];
}

const rulesOf = ({ schemas }) =>
  `{\n${limitsOf(schemas, schemas.WorkflowInput)
    .map(([path, limits]) => `  ${JSON.stringify(path)}: ${JSON.stringify(limits)},`)
    .join('\n')}\n}`;

/** The document of the compiled routes: they are data, and nothing is asked while they are only described. */
export async function documentOf(dist = new URL('../dist/', import.meta.url)) {
  const { allRoutes } = await import(new URL('api/routes.js', dist).href);
  const { describeApi } = await import(new URL('api/openapi/document.js', dist).href);
  return describeApi(allRoutes({}, { board: { routes: [] }, metrics: {}, watches: {} }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = fileURLToPath(new URL('../dashboard/src/api/contract.ts', import.meta.url));
  const contract = contractOf(await documentOf());
  // One that is written anew has its dashboard built anew.
  if (readFileSync(target, 'utf8') !== contract) writeFileSync(target, contract);
}

/** The OpenAPI document in the shape that the reference page uses. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema | boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  default?: unknown;
  description?: string;
}
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  description?: string;
  schema: Schema;
}
type Content = Record<string, { schema?: Schema }>;
export interface Operation {
  summary: string;
  tags?: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { description?: string; content?: Content }>;
}
export interface Document {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}
export interface Listed extends Operation {
  method: string;
  path: string;
  /** For addresses within the page. */
  anchor: string;
}

/** Every operation by its first tag, in the order of the document; `q` looks into method, path and summary. */
export function groups({ paths }: Document, q = ''): [tag: string, operations: Listed[]][] {
  const found = new Map<string, Listed[]>();
  const wanted = q.trim().toLowerCase();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!`${method} ${path} ${operation.summary}`.toLowerCase().includes(wanted)) continue;
      const tag = operation.tags?.[0] ?? 'other';
      const anchor = `${method}${path}`.replaceAll(/[^a-zA-Z0-9]+/g, '-');
      found.set(tag, [...(found.get(tag) ?? []), { ...operation, method, path, anchor }]);
    }
  }
  return [...found];
}

const DEEPEST = 6;

/** A schema as a type. A named schema is written out at its first use, unless it is inside itself. */
export function shapeOf(
  schema: Schema | boolean | undefined,
  document: Pick<Document, 'components'>,
  seen: readonly string[] = [],
): string {
  if (schema === undefined || typeof schema === 'boolean') return 'anything';
  const within = (inner: Schema | boolean | undefined) => shapeOf(inner, document, seen);
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const named = document.components?.schemas?.[name];
    if (!named || seen.includes(name) || seen.length >= DEEPEST) return name;
    return shapeOf(named, document, [...seen, name]);
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map(within).join(' | ');
  if (schema.allOf) return schema.allOf.map(within).join(' & ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => within({ ...schema, type })).join(' | ');
  if (schema.type === 'array') {
    const items = within(schema.items);
    return items.includes(' | ') && !items.startsWith('{') ? `(${items})[]` : `${items}[]`;
  }
  if (schema.type === 'object' || schema.properties) return objectOf(schema, within);
  return `${schema.type ?? 'anything'}${schema.format ? ` (${schema.format})` : ''}`;
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  within: (inner: Schema | boolean) => string,
): string {
  const lines = Object.entries(properties).map(([name, inner]) => {
    const note = inner.description ? ` // ${inner.description}` : '';
    return `  ${name}${required.includes(name) ? '' : '?'}: ${within(inner).replaceAll('\n', '\n  ')}${note}`;
  });
  if (lines.length > 0) return `{\n${lines.join('\n')}\n}`;
  return typeof additionalProperties === 'object' ? `{ [name]: ${within(additionalProperties)} }` : '{}';
}

/** The address of a GET with the given values. */
export function addressOf(
  path: string,
  parameters: readonly Parameter[],
  values: Readonly<Record<string, string>>,
): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const query = parameters.filter((parameter) => parameter.in === 'query' && values[parameter.name]);
  const search = new URLSearchParams(query.map(({ name }) => [name, values[name] ?? '']));
  return query.length > 0 ? `${filled}?${search}` : filled;
}

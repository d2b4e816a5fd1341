/** Makes an example of a JSON Schema, within the open budget. */
import { spend } from '../json/evaluation-budget.js';
import { isObject, type Json, type JsonObject } from '../json/json.js';

export const firstOf = (list: Json | undefined): Json | undefined =>
  Array.isArray(list) ? list[0] : undefined;

/** What a schema itself says of a value. */
export const exampleIn = (schema: JsonObject): Json | undefined =>
  firstOf(schema['examples']) ?? schema['default'] ?? schema['const'] ?? firstOf(schema['enum']);

/** Deeper parts are empty. */
const MAX_DEPTH = 8;
/** What a value costs of the budget, however small it is. */
const STEPS = 100;

/** From what the schema says of a value, else from its type and its bounds. A pattern is met by chance only. */
export function exampleFor(schema: JsonObject, depth = 0): Json {
  spend(STEPS);
  const known = exampleIn(schema);
  if (known !== undefined) return known;
  for (const choice of ['anyOf', 'oneOf', 'allOf']) {
    const first = firstOf(schema[choice]);
    if (isObject(first) && depth < MAX_DEPTH)
      return exampleFor({ ...schema, [choice]: null, ...first }, depth + 1);
  }
  const make = MAKERS[typeIn(schema)];
  return make ? make(schema, depth) : null;
}

/** The first type that is not null. */
function typeIn({ type, properties, items }: JsonObject): string {
  const named = [type].flat().find((name) => typeof name === 'string' && name !== 'null');
  return typeof named === 'string' ? named : properties ? 'object' : items ? 'array' : 'string';
}

const MAKERS: Record<string, (schema: JsonObject, depth: number) => Json> = {
  string: textFor,
  fasta: (schema) => textFor({ alphabet: AMINO_ACIDS, minLength: AMINO_ACIDS.length, ...schema }),
  number: numberFor,
  integer: (schema) => numberFor({ multipleOf: 1, ...schema }),
  boolean: () => true,
  array: ({ items, minItems = 0 }, depth) => {
    const length = depth < MAX_DEPTH ? Number(minItems) : 0;
    spend(length);
    return Array.from({ length }, () => exampleFor(isObject(items) ? items : {}, depth + 1));
  },
  object: ({ properties, required }, depth) =>
    Object.fromEntries(
      namesIn(depth < MAX_DEPTH ? required : []).map((name) => {
        const property = isObject(properties) ? properties[name] : undefined;
        return [name, exampleFor(isObject(property) ? property : {}, depth + 1)];
      }),
    ),
};

const namesIn = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];

const AMINO_ACIDS = 'ACDEFGHIKLMNPQRSTVWY';

const FORMATS: Record<string, string> = {
  'date-time': '2030-01-31T12:00:00Z',
  date: '2030-01-31',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'rosalind@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  uuid: '0b9e1d5c-6f7a-4c21-9d3e-0000000000e1',
};

/** `^[A-Z0-9]{4}$` and the like: the letter that it begins with, and how often it must occur. */
const ONE_CLASS = /^\^\[(\w).*\](?:[+*]|\{(\d+).*\})\$$/;

function textFor({ format, pattern, alphabet, minLength = 0, maxLength = Infinity }: JsonObject): string {
  const known = typeof format === 'string' ? FORMATS[format] : undefined;
  if (known !== undefined) return known;
  const [, letter, times] = ONE_CLASS.exec(typeof pattern === 'string' ? pattern : '') ?? [];
  const letters = letter ?? (typeof alphabet === 'string' && alphabet !== '' ? alphabet : 'example');
  const length = Math.max(Number(times ?? 0), Number(minLength), letters.length);
  spend(length);
  return letters.repeat(Math.ceil(length / letters.length)).slice(0, Math.min(length, Number(maxLength)));
}

/** The least that is allowed, else 1 if that is allowed, else the most. */
function numberFor({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf }: JsonObject): number {
  const step = typeof multipleOf === 'number' ? multipleOf : null;
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + (step ?? 1) : 1;
  const least = typeof minimum === 'number' ? minimum : above;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum - (step ?? 1) : Infinity;
  const most = Math.min(typeof maximum === 'number' ? maximum : Infinity, below);
  const value = Math.min(least, most);
  if (step === null) return value;
  const up = Math.ceil(value / step) * step;
  return up > most ? Math.floor(value / step) * step : up;
}

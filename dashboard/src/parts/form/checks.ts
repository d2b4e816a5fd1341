/** Checks the values of a form before it is sent, and places the server's errors at their fields. */
import { Validator, type OutputUnit } from '@cfworker/json-schema';
import type { Json, JsonObject } from '../../api/contract';
import { own } from '../code/json';
import type { Field } from './fields';
import type { Values } from './values';
import { sequenceIn, strayLetters } from './formats/sequence';

/** By the name of the field. Errors without a field are under ''. */
export type FieldErrors = Readonly<Record<string, string>>;

export function check(fields: readonly Field[], values: Values, inputSchema: JsonObject): FieldErrors {
  const errors: Record<string, string> = {};
  const sent: JsonObject = {};
  for (const field of fields) {
    const value = own(values, field.name) ?? field.fallback;
    if (value === undefined) {
      if (field.isRequired) errors[field.name] = 'is required';
      continue;
    }
    const [kept, error] = checkField(field, value);
    sent[field.name] = kept;
    if (error !== null) errors[field.name] = error;
  }
  // Checks the whole for rules between fields. One error at each place is enough.
  for (const { steps, message: detail } of broken(inputSchema, sent)) {
    const [name = '', ...deeper] = steps;
    const message = placed(deeper, detail);
    const isShown = fields.some((field) => field.name === name);
    if (isShown && own(errors, name) === undefined) errors[name] = message;
    else if (name === '' && Object.keys(errors).length === 0) errors[''] = message;
  }
  return errors;
}

/** The value as the server will store it, and its errors. */
function checkField({ type, alphabet, schema }: Field, value: Json): [Json, string | null] {
  const asFasta = type === 'fasta' && typeof value === 'string';
  const sequence = asFasta ? sequenceIn(value) : null;
  if (asFasta && sequence === null) return [value, 'must hold one sequence, not several'];
  const kept = sequence ?? value;
  const stray = alphabet !== null && typeof kept === 'string' ? strayLetters(kept, alphabet) : null;
  const [first] = broken(schema, kept);
  const detail = first && placed(first.steps, first.message);
  return [kept, stray ?? (detail && asFasta ? ofSequence(detail) : detail) ?? null];
}

const placed = (steps: readonly string[], message: string): string =>
  [...(steps.length > 0 ? [steps.join('.')] : []), message].join(' ');

/** These errors only report an error below them. */
const OUTER = new Set(['properties', 'items', 'prefixItems', 'additionalProperties', 'allOf', '$ref']);

function broken(schema: JsonObject, value: Json): { steps: string[]; message: string }[] {
  let errors: OutputUnit[];
  try {
    errors = new Validator(schema, '2020-12', false).validate(value).errors;
  } catch {
    // The server uses another dialect of patterns. A schema that the browser cannot read is checked by the server only.
    return [];
  }
  return errors
    .filter(({ keyword }) => !OUTER.has(keyword))
    .map((unit) => {
      const lacking = unit.keyword === 'required' ? /property "(.*)"\.$/.exec(unit.error)?.[1] : undefined;
      return {
        steps: [...stepsOf(unit.instanceLocation), ...(lacking === undefined ? [] : [lacking])],
        message: say(unit, ruleAt(schema, unit.keywordLocation)),
      };
    });
}

const stepsOf = (location: string): string[] =>
  location
    .split('/')
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));

const shown = (limit: Json | undefined): string =>
  typeof limit === 'string' ? limit : JSON.stringify(limit);

/** The length of a sequence counts residues. */
const ofSequence = (message: string): string =>
  message.replace(/ characters?(?= long$)/, (word) => word.replace('character', 'residue'));

const counted = (limit: Json | undefined, unit: string): string =>
  `${shown(limit)} ${unit}${limit === 1 ? '' : 's'}`;

/** The server uses the same words. */
const WORDS: Record<string, (limit: Json | undefined) => string> = {
  required: () => 'is required',
  false: () => 'is not a known key',
  type: (type) =>
    `must be ${[type]
      .flat()
      .map((one) => TYPES[shown(one)] ?? shown(one))
      .join(' or ')}`,
  enum: (values) => `must be one of ${[values].flat().map(shown).join(', ')}`,
  pattern: (pattern) => `must match ${shown(pattern)}`,
  minLength: (limit) =>
    limit === 1 ? 'must not be empty' : `must be at least ${counted(limit, 'character')} long`,
  maxLength: (limit) => `must be at most ${counted(limit, 'character')} long`,
  minimum: (limit) => `must be at least ${shown(limit)}`,
  maximum: (limit) => `must be at most ${shown(limit)}`,
  exclusiveMinimum: (limit) => `must be above ${shown(limit)}`,
  exclusiveMaximum: (limit) => `must be below ${shown(limit)}`,
  multipleOf: (step) => `must be a multiple of ${shown(step)}`,
  minItems: (limit) => (limit === 1 ? 'must not be empty' : `must have at least ${counted(limit, 'item')}`),
  maxItems: (limit) => `must have at most ${counted(limit, 'item')}`,
  uniqueItems: () => 'must not hold the same item twice',
  format: (format) => `must have the format ${shown(format)}`,
};
const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const say = ({ keyword, error }: OutputUnit, limit: Json | undefined): string =>
  WORDS[keyword]?.(limit) ?? error;

function ruleAt(schema: JsonObject, location: string): Json | undefined {
  let place: unknown = schema;
  for (const step of stepsOf(location)) place = (place as Record<string, unknown> | undefined)?.[step];
  return place as Json | undefined;
}

/** The server's errors by the names of their fields: `parameters.sequence`, `deadline`, `tags.0`. */
export function placeErrors(
  errors: readonly { path: string; message: string }[],
  names: readonly string[],
): { placed: FieldErrors; elsewhere: { path: string; message: string }[] } {
  const placed: Record<string, string> = {};
  const elsewhere: { path: string; message: string }[] = [];
  for (const { path, message } of errors) {
    const inside = path.replace(/^parameters\./, '');
    const name = names
      .filter((name) => inside === name || inside.startsWith(`${name}.`))
      .sort((one, other) => other.length - one.length)[0];
    if (name === undefined) {
      elsewhere.push({ path, message });
      continue;
    }
    const deeper = inside.slice(name.length + 1);
    const detail = deeper ? `${deeper} ${message}` : message;
    placed[name] = own(placed, name) === undefined ? detail : `${own(placed, name)}; ${detail}`;
  }
  return { placed, elsewhere };
}

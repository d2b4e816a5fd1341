/** JSON Schema with a budget: each subschema is charged when it is applied, and no keyword costs the square of its value. */
import { _, type Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { spend, spendText } from '../json/evaluation-budget.js';
import { canonical, isObject, type Json, type JsonObject } from '../json/json.js';

/** Steps of a keyword that holds. */
const HOLDS = 1 / 20;
/** Steps of a keyword that fails: it records an error, even if another alternative holds. */
const FAILS = 2;
/** Charged for a text with a format. */
const STEPS_PER_CHARACTER = 1.5;
/** The pattern for URLs takes quadratic time. */
const LONGEST_URL = 2_000;

const CHARGE = 'charge_';

interface Kind {
  /** Its subschemas have names. */
  isNamed?: true;
  /** Its subschemas apply to the value itself, not to a part of it. */
  sameValue?: true;
  /** A value may fail its subschemas and still be valid. */
  mayFail?: true;
}

/** Keywords that hold one or several subschemas. */
const KINDS = new Map<string, Kind>([
  ...keywords('items prefixItems additionalProperties propertyNames contentSchema', {}),
  ...keywords('unevaluatedItems unevaluatedProperties', {}),
  ...keywords('properties patternProperties', { isNamed: true }),
  ...keywords('allOf', { sameValue: true }),
  ...keywords('anyOf oneOf not if then else', { sameValue: true, mayFail: true }),
  ...keywords('dependentSchemas', { isNamed: true, sameValue: true, mayFail: true }),
  ...keywords('contains', { mayFail: true }),
  ...keywords('$defs definitions', { isNamed: true, mayFail: true }),
]);

function keywords(names: string, kind: Kind): [string, Kind][] {
  return names.split(' ').map((name) => [name, kind]);
}

function eachPart({ isNamed }: Kind, value: Json, change: (part: JsonObject) => Json): Json {
  const one = (part: Json): Json => (isObject(part) ? change(part) : part);
  if (Array.isArray(value)) return value.map(one);
  if (!isNamed || !isObject(value)) return one(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, one(part)]));
}

/**
 * Returns the schema with the cost of each subschema. Compile it with an Ajv that `addLimits` has prepared.
 * @param mayFail the value is known to have faults, and all of them are wanted
 */
export const metered = (schema: JsonObject, mayFail: boolean): JsonObject => ({
  ...unmetered(schema, mayFail),
  [CHARGE]: {
    steps: stepsOf(schema, mayFail),
    /** Items are checked one by one until enough match. */
    stepsPerItem: isObject(schema['contains']) ? stepsOf(schema['contains'], true) : 0,
    hasFormat: 'format' in schema,
  },
});

/** A schema whose cost is charged with the schema around it. */
const unmetered = (schema: JsonObject, mayFail: boolean): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      const kind = KINDS.get(keyword);
      if (!kind) return [keyword, value];
      const meter = kind.sameValue ? unmetered : metered;
      return [keyword, eachPart(kind, value, (part) => meter(part, mayFail || kind.mayFail === true))];
    }),
  );

/** The cost of all keywords for one value, as if none of them ended the check early. */
function stepsOf(schema: JsonObject, mayFail: boolean): number {
  let steps = mayFail ? FAILS : HOLDS;
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = KINDS.get(keyword);
    if (!kind?.sameValue) steps += sizeOf(value) * (mayFail ? FAILS : HOLDS);
    else
      eachPart(kind, value, (part) => {
        steps += stepsOf(part, mayFail || kind.mayFail === true);
        return part;
      });
  }
  return steps;
}

const sizeOf = (value: Json): number =>
  typeof value === 'object' && value !== null ? 1 + Object.keys(value).length : 1;

export function addLimits(ajv: Ajv2020): Ajv2020 {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    compile: (wanted: boolean) => (items: Json[]) => !wanted || allDiffer(items),
  });
  ajv.addKeyword({
    keyword: CHARGE,
    // Charged before any keyword that may fail, because a failure skips the keywords after it.
    before: '$ref',
    schemaType: 'object',
    code: ({ gen, data, schema }) => {
      const { steps, stepsPerItem, hasFormat } = schema as { [name in string]: number };
      const charge = gen.scopeValue('func', { ref: chargeFor });
      gen.code(_`${charge}(${data}, ${steps}, ${stepsPerItem}, ${hasFormat})`);
    },
  });
  const isUrl = fullFormats.url as RegExp;
  return ajv.addFormat('url', (text: string) => text.length <= LONGEST_URL && isUrl.test(text));
}

function chargeFor(value: unknown, steps: number, stepsPerItem: number, hasFormat: boolean): void {
  spend(Array.isArray(value) ? steps + stepsPerItem * value.length : steps);
  if (typeof value !== 'string') return;
  spendText(value.length);
  if (hasFormat) spend(value.length * STEPS_PER_CHARACTER);
}

/** Compares the items by their canonical texts, each built once. */
function allDiffer(items: readonly Json[]): boolean {
  const texts = new Set<string>();
  for (const item of items) {
    const text = canonical(item);
    spend(1);
    spendText(text.length);
    texts.add(text);
  }
  return texts.size === items.length;
}

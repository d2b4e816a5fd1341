/** What a JSON Schema finds wrong, in the words that all faults are told in. */

type Params = Record<string, unknown>;
type Words = (params: Params) => string;

/** Of a list of what is allowed, in characters. */
const LONGEST = 500;

const TYPES: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  null: 'null',
};
const SIDES: Record<string, string> = { '>=': 'at least', '<=': 'at most', '>': 'above', '<': 'below' };

const compared: Words = ({ comparison, limit }) => `must be ${SIDES[String(comparison)]} ${String(limit)}`;
const long =
  (side: string, unit: string): Words =>
  ({ limit }) =>
    `must be at ${side} ${String(limit)} ${unit} long`;

/** By keyword; Ajv's own words stand for those that are not here. */
const WORDS: Record<string, Words> = {
  required: () => 'is required',
  additionalProperties: () => 'is not a known key',
  unevaluatedProperties: () => 'is not a known key',
  type: ({ type }) =>
    `must be ${[type]
      .flat()
      .map((name) => TYPES[String(name)])
      .join(' or ')}`,
  enum: ({ allowedValues }) => `must be one of ${cut(JSON.stringify(allowedValues))}`,
  const: ({ allowedValue }) => `must be ${cut(JSON.stringify(allowedValue))}`,
  minLength: long('least', 'characters'),
  maxLength: long('most', 'characters'),
  minItems: long('least', 'items'),
  maxItems: long('most', 'items'),
  minProperties: long('least', 'keys'),
  maxProperties: long('most', 'keys'),
  minimum: compared,
  maximum: compared,
  exclusiveMinimum: compared,
  exclusiveMaximum: compared,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`,
  pattern: ({ pattern }) => `must match ${String(pattern)}`,
  format: ({ format }) => `must have the format ${String(format)}`,
  uniqueItems: () => 'must hold no item twice',
  contains: ({ minContains }) => `must hold at least ${String(minContains)} items of the kind asked for`,
  anyOf: () => 'must fit one of the schemas allowed',
  oneOf: () => 'must fit exactly one of the schemas allowed',
  not: () => 'must not fit the schema that is excluded',
  'false schema': () => 'is not allowed',
};

export const wordsFor = (keyword: string, params: Params): string | undefined => WORDS[keyword]?.(params);

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

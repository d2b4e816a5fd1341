/** Error texts of JSON Schema keywords. */
import {
  mustBe,
  mustBeOneOf,
  mustHaveFormat,
  mustMatch,
  mustHaveSize,
  REQUIRED,
  UNKNOWN_KEY,
} from './error-texts.js';

type Params = Record<string, unknown>;
type Words = (params: Params) => string;

const SIDES: Record<string, string> = { '>=': 'at least', '<=': 'at most', '>': 'above', '<': 'below' };

const compared: Words = ({ comparison, limit }) => `must be ${SIDES[String(comparison)]} ${String(limit)}`;
const measured =
  (side: 'least' | 'most', of: string): Words =>
  ({ limit }) =>
    mustHaveSize(side, limit, of);

/** For other keywords, the text of Ajv is used. */
const WORDS: Record<string, Words> = {
  required: () => REQUIRED,
  additionalProperties: () => UNKNOWN_KEY,
  unevaluatedProperties: () => UNKNOWN_KEY,
  type: ({ type }) => mustBe(...[type].flat().map(String)),
  enum: ({ allowedValues }) => mustBeOneOf(allowedValues as unknown[]),
  const: ({ allowedValue }) => mustBeOneOf([allowedValue]),
  minLength: measured('least', 'string'),
  maxLength: measured('most', 'string'),
  minItems: measured('least', 'array'),
  maxItems: measured('most', 'array'),
  minProperties: measured('least', 'object'),
  maxProperties: measured('most', 'object'),
  minimum: compared,
  maximum: compared,
  exclusiveMinimum: compared,
  exclusiveMaximum: compared,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`,
  pattern: ({ pattern }) => mustMatch(String(pattern)),
  format: ({ format }) => mustHaveFormat(String(format)),
  uniqueItems: () => 'must not hold the same item twice',
  contains: ({ minContains }) => `must hold at least ${String(minContains)} matching item(s)`,
  anyOf: () => 'matches none of the allowed forms',
  oneOf: () => 'must match exactly one of the allowed forms',
  not: () => 'has a form that is not allowed',
  'false schema': () => 'is not allowed',
};

export const errorText = (keyword: string, params: Params): string | undefined => WORDS[keyword]?.(params);

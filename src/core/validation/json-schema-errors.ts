/** What a JSON Schema finds wrong, by its keywords. */
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

/** Ajv's own words stand for those that are not here. */
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
  uniqueItems: () => 'must hold no item twice',
  contains: ({ minContains }) => `must hold at least ${String(minContains)} of the items asked for`,
  anyOf: () => 'is of none of the kinds that are allowed',
  oneOf: () => 'must be of exactly one of the kinds that are allowed',
  not: () => 'is of a kind that is not allowed',
  'false schema': () => 'is not allowed',
};

export const errorText = (keyword: string, params: Params): string | undefined => WORDS[keyword]?.(params);

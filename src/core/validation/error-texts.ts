/** Texts of validation errors, shared by Zod schemas, JSON Schemas and the rules of parameters. */
import type { z } from 'zod';

/** Longest list of allowed values, in characters. */
const LONGEST = 500;

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  map: 'an object',
  null: 'null',
  date: 'a date',
  fasta: 'a sequence as text',
};
const UNITS: Record<string, [one: string, several: string]> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  object: ['key', 'keys'],
};
const FORMATS: Record<string, string> = {
  email: 'an e-mail address',
  url: 'a web address, like https://example.org/',
  uri: 'an address, like https://example.org/',
  uuid: 'an id (a UUID)',
  datetime: 'a moment, like 2030-01-31T12:00:00Z',
  'date-time': 'a moment, like 2030-01-31T12:00:00Z',
  date: 'a date, like 2030-01-31',
};

export const REQUIRED = 'is required';
export const UNKNOWN_KEY = 'is not a known key';

/** @param kinds the allowed types */
export const mustBe = (...kinds: readonly string[]): string =>
  `must be ${kinds.map((kind) => KINDS[kind] ?? kind).join(' or ')}`;

export const mustBeOneOf = (values: readonly unknown[]): string =>
  `must be one of ${cut(values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', '))}`;

export const mustHaveFormat = (format: string): string =>
  FORMATS[format] ? `must be ${FORMATS[format]}` : `must have the format ${format}`;

export const mustMatch = (pattern: string): string => `must match ${cut(pattern)}`;

/** Text for the limit of an amount, or of the size of a text (`string`), a list (`array`) or an object. */
export function mustHaveSize(side: 'least' | 'most', limit: unknown, of: string): string {
  const unit = UNITS[of];
  if (!unit) return `must be at ${side} ${String(limit)}`;
  if (side === 'least' && Number(limit) === 1) return 'must not be empty';
  const length = `at ${side} ${String(limit)} ${unit[Number(limit) === 1 ? 0 : 1]}`;
  return of === 'string' ? `must be ${length} long` : `must have ${length}`;
}

/** The text for a schema without a text of its own. */
export function issueText(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? REQUIRED : mustBe(issue.expected);
    case 'invalid_value':
      return issue.input === undefined ? REQUIRED : mustBeOneOf(issue.values);
    case 'too_small':
      return issue.inclusive === false
        ? `must be above ${String(issue.minimum)}`
        : mustHaveSize('least', issue.minimum, issue.origin);
    case 'too_big':
      return issue.inclusive === false
        ? `must be below ${String(issue.maximum)}`
        : mustHaveSize('most', issue.maximum, issue.origin);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex' && issue.pattern !== undefined
        ? mustMatch(issue.pattern)
        : mustHaveFormat(issue.format);
    case 'unrecognized_keys':
      return UNKNOWN_KEY;
    case 'invalid_union':
      return issue.input === undefined ? REQUIRED : 'matches none of the allowed forms';
    default:
      return 'is not allowed';
  }
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

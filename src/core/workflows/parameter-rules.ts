/** Checks a parameter's value against its data type and its validation rules. */
import { sequenceIn, strayLetters } from './fasta.js';
import { InvalidInput } from '../errors.js';
import { mustBe, mustBeOneOf, mustMatch, mustHaveSize } from '../validation/error-texts.js';
import { isObject, type Json } from '../json/json.js';
import { matchesPattern } from '../validation/regex.js';
import type { WorkflowParameter } from './workflow.js';

type Test = (value: Json) => boolean;

const TYPES: Record<string, Test> = {
  string: (value) => typeof value === 'string',
  fasta: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isObject,
};

/** The size that a bound limits; null if it does not apply to the value. */
type Measure = (value: Json) => number | null;
const letters: Measure = (value) => (typeof value === 'string' ? value.length : null);
const amount: Measure = (value) => (typeof value === 'number' ? value : null);
const items: Measure = (value) => (Array.isArray(value) ? value.length : null);

const BOUNDS: Record<string, { measure: Measure; side: 'least' | 'most'; of: string }> = {
  minLength: { measure: letters, side: 'least', of: 'string' },
  maxLength: { measure: letters, side: 'most', of: 'string' },
  minimum: { measure: amount, side: 'least', of: 'number' },
  maximum: { measure: amount, side: 'most', of: 'number' },
  minItems: { measure: items, side: 'least', of: 'array' },
  maxItems: { measure: items, side: 'most', of: 'array' },
};

/** Returns the value as it is stored (a FASTA record becomes its sequence), and its faults. */
export function applyRules(parameter: WorkflowParameter, given: Json): { value: Json; faults: string[] } {
  const { type, validation } = parameter;
  const fits = TYPES[type];
  if (fits && !fits(given)) return { value: given, faults: [mustBe(type)] };
  if (type !== 'fasta') return { value: given, faults: broken(given, validation) };
  const sequence = sequenceIn(given as string);
  if (sequence === null) return { value: given, faults: ['must hold one sequence, not several'] };
  // Without an alphabet, a sequence may hold any capital letter.
  const stray = validation['alphabet'] === undefined ? strayLetters(sequence) : null;
  return { value: sequence, faults: [...(stray ? [stray] : []), ...broken(sequence, validation)] };
}

function broken(value: Json, rules: WorkflowParameter['validation']): string[] {
  const faults = Object.entries(rules).map(([rule, limit]) => {
    if (rule === 'enum' && Array.isArray(limit)) return limit.includes(value) ? null : mustBeOneOf(limit);
    if (typeof limit === 'number') return outOfBounds(value, rule, limit);
    return typeof limit === 'string' && typeof value === 'string' ? wrongLetters(value, rule, limit) : null;
  });
  return faults.filter((fault) => fault !== null);
}

function outOfBounds(value: Json, rule: string, limit: number): string | null {
  const bound = Object.hasOwn(BOUNDS, rule) ? BOUNDS[rule] : undefined;
  const measured = bound?.measure(value);
  if (!bound || typeof measured !== 'number') return null;
  const fits = bound.side === 'least' ? measured >= limit : measured <= limit;
  return fits ? null : mustHaveSize(bound.side, limit, bound.of);
}

function wrongLetters(text: string, rule: string, limit: string): string | null {
  if (rule === 'alphabet') return strayLetters(text, limit);
  return rule === 'pattern' ? patternMismatch(text, limit) : null;
}

function patternMismatch(text: string, pattern: string): string | null {
  try {
    return matchesPattern(text, pattern) ? null : mustMatch(pattern);
  } catch (error) {
    if (error instanceof InvalidInput) return `cannot be checked by its pattern: ${error.message}`;
    throw error;
  }
}

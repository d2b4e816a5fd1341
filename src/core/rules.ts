/** One parameter against its data type and its validation rules. */
import { sequenceIn, strayLetters } from './fasta.js';
import { InvalidInput } from './errors.js';
import { isObject } from './json.js';
import { found } from './pattern.js';
import type { Json, WorkflowParameter } from './workflow.js';

type Test = (value: Json) => boolean;

const TYPES: Record<string, { is: Test; name: string }> = {
  string: { is: (value) => typeof value === 'string', name: 'a string' },
  fasta: { is: (value) => typeof value === 'string', name: 'a sequence as text' },
  number: { is: (value) => typeof value === 'number', name: 'a number' },
  integer: { is: (value) => Number.isInteger(value), name: 'an integer' },
  boolean: { is: (value) => typeof value === 'boolean', name: 'a boolean' },
  array: { is: Array.isArray, name: 'an array' },
  object: { is: isObject, name: 'an object' },
};

/** What a bound measures; null where it does not apply. */
type Measure = (value: Json) => number | null;
const letters: Measure = (value) => (typeof value === 'string' ? value.length : null);
const amount: Measure = (value) => (typeof value === 'number' ? value : null);
const items: Measure = (value) => (Array.isArray(value) ? value.length : null);

const BOUNDS: Record<string, { measure: Measure; side: 'least' | 'most'; unit: string }> = {
  minLength: { measure: letters, side: 'least', unit: ' characters long' },
  maxLength: { measure: letters, side: 'most', unit: ' characters long' },
  minimum: { measure: amount, side: 'least', unit: '' },
  maximum: { measure: amount, side: 'most', unit: '' },
  minItems: { measure: items, side: 'least', unit: ' items long' },
  maxItems: { measure: items, side: 'most', unit: ' items long' },
};

/** The value as it will be kept (a FASTA record becomes its sequence) and everything wrong with it. */
export function obey(parameter: WorkflowParameter, given: Json): { value: Json; faults: string[] } {
  const { type, validation } = parameter;
  const expected = TYPES[type];
  if (expected && !expected.is(given)) return { value: given, faults: [`must be ${expected.name}`] };
  if (type !== 'fasta') return { value: given, faults: broken(given, validation) };
  const sequence = sequenceIn(given as string);
  if (sequence === null) return { value: given, faults: ['must hold one sequence, not several'] };
  // Without an alphabet of its own a sequence may hold any capital letter.
  const stray = validation['alphabet'] === undefined ? strayLetters(sequence) : null;
  return { value: sequence, faults: [...(stray ? [stray] : []), ...broken(sequence, validation)] };
}

function broken(value: Json, rules: WorkflowParameter['validation']): string[] {
  const faults = Object.entries(rules).map(([rule, limit]) => {
    if (rule === 'enum' && Array.isArray(limit))
      return limit.includes(value) ? null : `must be one of ${JSON.stringify(limit)}`;
    if (typeof limit === 'number') return outOfBounds(value, rule, limit);
    return typeof limit === 'string' && typeof value === 'string' ? misspelt(value, rule, limit) : null;
  });
  return faults.filter((fault) => fault !== null);
}

function outOfBounds(value: Json, rule: string, limit: number): string | null {
  const bound = BOUNDS[rule];
  const measured = bound?.measure(value);
  if (!bound || typeof measured !== 'number') return null;
  const fits = bound.side === 'least' ? measured >= limit : measured <= limit;
  return fits ? null : `must be at ${bound.side} ${limit}${bound.unit}`;
}

function misspelt(text: string, rule: string, limit: string): string | null {
  if (rule === 'alphabet') return strayLetters(text, limit);
  return rule === 'pattern' ? unlike(text, limit) : null;
}

function unlike(text: string, pattern: string): string | null {
  try {
    return found(text, pattern) ? null : `must match ${pattern}`;
  } catch (error) {
    if (error instanceof InvalidInput) return `cannot be held against its pattern: ${error.message}`;
    throw error;
  }
}

/** The checks of a `validation` task: a JSON Schema for its input, and named checks for single values. */
import { compile } from '../expressions/cel.js';
import type { Fault } from '../errors.js';
import { strayLetters } from './fasta.js';
import { checkSchema } from '../validation/json-schema.js';
import type { TaskConfig } from './workflow.js';
import type { Json } from '../json/json.js';

interface Options {
  alphabet?: string;
  minimum?: number;
  maximum?: number;
}

type Check = (value: Json, options: Options) => string | null;

/** Each returns what is wrong, with positions and numbers but never with the value. */
const CHECKS: Record<string, Check> = {
  letters: (value, { alphabet }) => strayLetters(value as string, alphabet),
  length(value, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }) {
    const { length } = value as string | Json[];
    if (length < minimum) return `is ${length} long, at least ${minimum} are needed`;
    if (length > maximum) return `is ${length} long, at most ${maximum} are allowed`;
    return null;
  },
  present: (value) => (value === null || value === '' ? 'is empty' : null),
};

export const CHECK_NAMES: readonly string[] = Object.keys(CHECKS);

/** All faults of the task's input. @throws InvalidInput `expression_failed` */
export function runChecks(config: TaskConfig, input: Json, scope: Record<string, unknown>): Fault[] {
  const faults = config.schema ? checkSchema(config.schema, input, 'input', true) : [];
  for (const { check, value, message, ...options } of config.checks ?? []) {
    const fault =
      (Object.hasOwn(CHECKS, check) ? CHECKS[check] : undefined)?.(compile(value).evaluate(scope), options) ??
      null;
    if (fault !== null) faults.push({ path: value, message: message ?? fault });
  }
  return faults;
}

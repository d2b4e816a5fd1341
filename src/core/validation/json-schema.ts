/** JSON Schema 2020-12 with RE2 patterns: strict when a workflow is saved, lenient when values are checked. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { withinBudget } from '../json/evaluation-budget.js';
import { InvalidInput, MAX_FAULTS, type Fault } from '../errors.js';
import { matchesPattern, patternFault } from './regex.js';
import { addLimits, metered } from './json-schema-limits.js';
import { errorText } from './json-schema-errors.js';
import { checkShape } from '../json/limits.js';
import type { JsonObject } from '../json/json.js';

/** Ajv shares patterns with the same text, so `toString` must return it; `code` is used for standalone sources only. */
const regExp = Object.assign(
  (pattern: string) => {
    const fault = patternFault(pattern);
    if (fault) throw new SyntaxError(fault);
    return { test: (text: string) => matchesPattern(text, pattern), toString: () => pattern };
  },
  { code: 'RE2' },
);

const validators = new LRUCache<string, ValidateFunction>({ max: 500 });

/** Checks a schema when it is saved: unknown keywords and formats, types that cannot match. */
export function schemaFaults(schema: JsonObject): Fault[] {
  const shape = checkShape(schema);
  if (shape.length > 0) return shape;
  try {
    compile(schema, { strict: true, strictTypes: true, strictRequired: true, allowUnionTypes: true });
    return [];
  } catch (error) {
    return [{ path: '', message: (error as Error).message }];
  }
}

/**
 * Returns the faults of `value`, each with its path below `root`: at most 100, and only the first if finding all would cost
 * too much. If `every` is false, it stops at the first fault; use that for values of unlimited size. A value that costs too
 * much to check at all has a fault that says so. Throws InvalidInput `invalid_schema`.
 */
export function checkSchema(schema: JsonObject, value: unknown, root = '', every = true): Fault[] {
  const first = faultsFound(validator(schema, false), value, root);
  if (!every || first.length === 0) return first;
  const all = faultsFound(validator(schema, true), value, root);
  return all.some(({ path, message }) => path === root && message.startsWith(TOO_COSTLY)) ? first : all;
}

const TOO_COSTLY = 'cannot be checked by its schema: ';

function faultsFound(validate: ValidateFunction, value: unknown, root: string): Fault[] {
  try {
    withinBudget(() => validate(value));
    return (validate.errors ?? []).slice(0, MAX_FAULTS).map((error) => faultOf(error, root));
  } catch (error) {
    const isCostly = error instanceof InvalidInput;
    return [
      { path: root, message: isCostly ? `${TOO_COSTLY}${error.message}` : 'nests too deeply to be checked' },
    ];
  }
}

/** Cached by content, because compiling takes about 12 ms. */
function validator(schema: JsonObject, allErrors: boolean): ValidateFunction {
  const key = JSON.stringify([allErrors, schema]);
  let validate = validators.get(key);
  if (!validate) {
    try {
      validate = compile(metered(schema, allErrors), { strict: false, allErrors });
    } catch {
      throw new InvalidInput(
        'The JSON Schema cannot be compiled; save the workflow again.',
        [],
        'invalid_schema',
      );
    }
    validators.set(key, validate);
  }
  return validate;
}

/** A new Ajv for each schema: a shared one would keep every schema for ever, and refuse a repeated `$id`. */
function compile(schema: JsonObject, options: ConstructorParameters<typeof Ajv2020>[0]): ValidateFunction {
  const ajv = new Ajv2020({ ...options, code: { regExp }, logger: false });
  addFormats.default(ajv);
  return addLimits(ajv).compile(schema);
}

function faultOf({ instancePath, keyword, params, message }: ErrorObject, root: string): Fault {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const name: unknown =
    params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  if (typeof name === 'string') steps.push(name);
  const path = [...(root ? [root] : []), ...steps].join('.');
  return { path, message: errorText(keyword, params) ?? String(message) };
}

/** Merges a caller's parameters with the workflow's defaults, validates the result, and makes an example. */
import { InvalidInput, type Fault } from '../errors.js';
import { isObject, type Json, type JsonObject } from '../json/json.js';
import { applyRules } from './parameter-rules.js';
import { checkSchema } from '../validation/json-schema.js';
import { exampleFor, exampleIn, firstOf } from '../validation/schema-example.js';
import { withinBudget } from '../json/evaluation-budget.js';
import { checkShape } from '../json/limits.js';
import type { WorkflowDefinition, WorkflowParameter } from './workflow.js';

const ROOT = 'parameters';

/** Merges defaults and the caller's values field by field. Throws InvalidInput `invalid_parameters` with every fault. */
export function resolveParameters(
  definition: WorkflowDefinition,
  given: JsonObject,
  caller: { tier: number; isAdmin: boolean },
): { resolved: JsonObject } {
  const shape = checkShape(given, ROOT);
  if (shape.length > 0) throw refused(shape);
  const declared = new Map(definition.parameters.map((parameter) => [parameter.name, parameter]));
  const known = knownNames(definition);
  const defaults = defaultsOf(definition);
  const faults: Fault[] = [];
  const resolved = new Map(defaults);

  for (const [name, value] of Object.entries(given)) {
    const parameter = declared.get(name);
    const why = whyRefused(parameter, known.has(name), caller.isAdmin);
    const cleared = value === null && defaults.has(name) && !allowsNull(definition, name);
    if (why) faults.push(fault(name, why));
    else if (cleared) faults.push(fault(name, 'must not be null; leave it out to use the default'));
    else resolved.set(name, merge(defaults.get(name), value));
  }
  for (const [name, value] of resolved) {
    const parameter = declared.get(name);
    if (!parameter || (value === null && allowsNull(definition, name))) continue;
    const verdict = applyRules(parameter, value);
    resolved.set(name, verdict.value);
    faults.push(...verdict.faults.map((message) => fault(name, message)));
  }
  const result = Object.fromEntries(resolved);
  // One fault per parameter is enough. A refused value was left out, so the schema would only report it as missing.
  const wrong = new Set(faults.map(({ path }) => path));
  const bySchema = checkSchema(definition.inputSchema, result, ROOT).filter(({ path }) => !wrong.has(path));
  faults.push(...bySchema);
  if (faults.length > 0) throw refused(faults);
  return { resolved: result };
}

const fault = (name: string, message: string): Fault => ({ path: `${ROOT}.${name}`, message });
const refused = (faults: Fault[]): InvalidInput =>
  new InvalidInput('The parameters are not valid.', faults, 'invalid_parameters');

function whyRefused(
  parameter: WorkflowParameter | undefined,
  isKnown: boolean,
  isAdmin: boolean,
): string | null {
  if (!isKnown) return 'is not a parameter of this workflow';
  if (isAdmin || !parameter) return null;
  if (parameter.adminOnly) return 'can be set by administrators only';
  return parameter.userConfigurable ? null : 'is fixed by the workflow';
}

const propertiesOf = ({ inputSchema: { properties } }: WorkflowDefinition): JsonObject =>
  isObject(properties) ? properties : {};

/** All parameters that a caller may give. */
export const knownNames = (definition: WorkflowDefinition): Set<string> =>
  new Set([
    ...definition.parameters.map(({ name }) => name),
    ...Object.keys(definition.defaultParameters),
    ...Object.keys(propertiesOf(definition)),
  ]);

/** Parameters that every accepted execution has. */
export function certainNames(definition: WorkflowDefinition): Set<string> {
  const { required } = definition.inputSchema;
  return new Set([
    ...defaultsOf(definition).keys(),
    ...(Array.isArray(required) ? required.map(String) : []),
  ]);
}

/** The workflow's `defaultParameters` override the defaults of its parameters. */
const defaultsOf = ({ parameters, defaultParameters }: WorkflowDefinition): Map<string, Json> =>
  new Map([
    ...parameters.flatMap(({ name, default: value }): [string, Json][] =>
      value === null ? [] : [[name, value]],
    ),
    ...Object.entries(defaultParameters),
  ]);

/** True if the input schema says that the parameter may be null. */
export function allowsNull(definition: WorkflowDefinition, name: string): boolean {
  const property = propertiesOf(definition)[name];
  const type = isObject(property) ? property['type'] : undefined;
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

/** Objects are merged field by field. Any other value replaces the default. */
function merge(base: Json | undefined, given: Json): Json {
  if (!isObject(base) || !isObject(given)) return given;
  const fields = Object.entries(given).map(([key, value]) => [key, merge(base[key], value)]);
  return { ...base, ...(Object.fromEntries(fields) as JsonObject) };
}

/**
 * All parameters that a user may give and that have an example or a default, and those that are required. What nothing says
 * an example of is made from its type and its bounds. A pattern is met by chance only: check the example before use.
 *
 * @throws InvalidInput `too_costly`
 */
export const exampleOf = (definition: WorkflowDefinition): JsonObject =>
  withinBudget(() => parametersOf(definition));

function parametersOf(definition: WorkflowDefinition): JsonObject {
  const { inputSchema, parameters } = definition;
  const declared = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const properties = propertiesOf(definition);
  const defaults = defaultsOf(definition);
  const certain = certainNames(definition);
  const written = firstOf(inputSchema['examples']);

  function valueOf(name: string): Json | undefined {
    const property = properties[name];
    const schema = isObject(property) ? property : {};
    if (isObject(written) && Object.hasOwn(written, name)) return written[name];
    const parameter = declared.get(name);
    const rules: JsonObject = {
      ...schema,
      ...parameter?.validation,
      ...(parameter && { type: parameter.type }),
    };
    const known = firstOf(schema['examples']) ?? defaults.get(name);
    if (known !== undefined) return known;
    return certain.has(name) ? exampleFor(rules) : exampleIn(rules);
  }

  const given = [...knownNames(definition)].flatMap((name): [string, Json][] => {
    const parameter = declared.get(name);
    const isOpen = !parameter || (parameter.userConfigurable && !parameter.adminOnly);
    const value = isOpen ? valueOf(name) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

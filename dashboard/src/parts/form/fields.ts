/** The fields of a form, from a workflow's parameters and the rest of its input schema. No DOM, no server. */
import type { components, Json, JsonObject } from '../../api/contract';
import { isObject, own } from '../code/json';
import { choicesOf, componentOf, type Choice, type Component } from './components';

/** A row of `workflow_parameters`, as the API returns it. */
export type Parameter = components['schemas']['WorkflowParameter'];

export type FormSource = Readonly<
  Pick<components['schemas']['Workflow'], 'inputSchema' | 'defaultParameters' | 'parameters'>
>;

export interface Field {
  name: string;
  label: string;
  help: string | null;
  type: string;
  component: Component;
  unit: string | null;
  placeholder: string | null;
  choices: readonly Choice[];
  step: number | null;
  /** Takes the whole width, with any component. */
  isWide: boolean;
  isRequired: boolean;
  /** The value that the server uses if nothing is sent. */
  fallback: Json | undefined;
  /** JSON Schema of one value. */
  schema: JsonObject;
  alphabet: string | null;
  /** Shown at first, or below "More options". */
  isMain: boolean;
  /** Why only administrators may set it; null if everybody may. */
  reserved: 'admin_only' | 'fixed' | null;
}

/** Rules that have the same names in JSON Schema. */
const RULES = [
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'enum',
  'pattern',
] as const;
const JSON_TYPES: Record<string, string> = { fasta: 'string' };

/** Parameters in their order, then the other members of the schema and the defaults. */
export function fieldsOf(source: FormSource, isAdministrator: boolean): Field[] {
  const { inputSchema, defaultParameters, parameters } = source;
  const properties = isObject(inputSchema['properties']) ? inputSchema['properties'] : {};
  const required = Array.isArray(inputSchema['required']) ? inputSchema['required'] : [];
  const named = new Set(parameters.map(({ name }) => name));
  const others = [...new Set([...Object.keys(properties), ...Object.keys(defaultParameters)])].filter(
    (name) => !named.has(name),
  );
  const fallbackOf = (name: string, own: Json = null): Json | undefined =>
    Object.hasOwn(defaultParameters, name) ? defaultParameters[name] : (own ?? undefined);
  const all = [
    ...parameters.map((parameter) => ({
      parameter,
      fallback: fallbackOf(parameter.name, parameter.default),
    })),
    ...others.map((name) => {
      const found = own(properties, name);
      const property = isObject(found) ? found : {};
      const fallback = fallbackOf(name);
      return { parameter: parameterFrom(name, property, fallback), fallback };
    }),
  ].map(({ parameter, fallback }) => {
    const property = isObject(properties[parameter.name]) ? properties[parameter.name] : {};
    const isRequired = required.includes(parameter.name) && fallback === undefined;
    return fieldOf(parameter, property as JsonObject, {
      fallback,
      isRequired,
      isRow: named.has(parameter.name),
    });
  });
  return isAdministrator ? all : all.filter(({ reserved }) => reserved === null);
}

function parameterFrom(name: string, property: JsonObject, fallback: Json | undefined): Parameter {
  const declared = [property['type']]
    .flat()
    .find((type): type is string => typeof type === 'string' && type !== 'null');
  const text = (key: string) => (typeof property[key] === 'string' ? property[key] : null);
  const isDate =
    declared === 'string' && (property['format'] === 'date' || property['format'] === 'date-time');
  return {
    name,
    displayName: text('title'),
    description: text('description'),
    type: declared ?? typeOf(fallback),
    default: null,
    validation: {},
    uiComponent: isDate ? 'date' : '',
    uiConfig: {},
    userConfigurable: true,
    adminOnly: false,
  };
}

function typeOf(value: Json | undefined): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return typeof value;
  return 'object';
}

interface FieldContext {
  fallback: Json | undefined;
  isRequired: boolean;
  /** It has a row of `workflow_parameters`. */
  isRow: boolean;
}

function fieldOf(
  parameter: Parameter,
  property: JsonObject,
  { fallback, isRequired, isRow }: FieldContext,
): Field {
  const { name, displayName, description, type, validation, uiConfig, userConfigurable, adminOnly } =
    parameter;
  const rules = Object.fromEntries(
    RULES.flatMap((rule) => (validation[rule] === undefined ? [] : [[rule, validation[rule]] as const])),
  );
  const schema: JsonObject = { type: JSON_TYPES[type] ?? type, ...property, ...rules };
  const choices = choicesOf(uiConfig['options'] ?? schema['enum'] ?? itemsOf(schema));
  const text = (key: string) => (typeof uiConfig[key] === 'string' ? uiConfig[key] : null);
  const reserved = adminOnly ? 'admin_only' : userConfigurable ? null : 'fixed';
  return {
    name,
    label: displayName ?? inWords(name),
    help: description,
    type,
    component: componentOf(parameter, schema, choices.length > 0),
    unit: text('unit'),
    placeholder: text('placeholder'),
    choices,
    step: typeof uiConfig['step'] === 'number' ? uiConfig['step'] : null,
    isWide: uiConfig['wide'] === true,
    isRequired,
    fallback,
    schema,
    alphabet: typeof validation['alphabet'] === 'string' ? validation['alphabet'] : null,
    isMain: isRequired || (isRow && reserved === null && uiConfig['advanced'] !== true),
    reserved,
  };
}

const itemsOf = ({ items }: JsonObject): Json | undefined => (isObject(items) ? items['enum'] : undefined);

/** `numModels`, `num_models`: "Num models". */
export const inWords = (name: string): string =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
    .replace(/^./, (first) => first.toUpperCase());

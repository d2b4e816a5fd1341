/** The form of an approval as the fields of the run form: from its JSON Schema, with the defaults of its properties. */
import type { JsonObject } from '../../api/contract';
import { isObject, own } from '../../parts/code/json';
import type { Field, FormSource } from '../../parts/form/fields';
import type { Values } from '../../parts/form/values';

export function sourceOf(schema: JsonObject): FormSource {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const defaults = Object.entries(properties).flatMap(([name, property]) =>
    isObject(property) && property['default'] !== undefined ? [[name, property['default']] as const] : [],
  );
  return { inputSchema: schema, defaultParameters: Object.fromEntries(defaults), parameters: [] };
}

/** All that has a value, defaults too: the server knows the schema, and fills in nothing. */
export const filledIn = (fields: readonly Field[], values: Values): JsonObject =>
  Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = own(values, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

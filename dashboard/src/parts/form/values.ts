/** The values of a form: where they begin, and what is sent. */
import type { components, Json, JsonObject } from '../../api/contract';
import { own } from '../code/json';
import { isSame } from '../difference/difference';
import type { Field } from './fields';

export type Values = Readonly<Record<string, Json | undefined>>;

/** The first values of the form: the given ones, over the defaults. */
export const startWith = (fields: readonly Field[], given: Values = {}): Values =>
  Object.fromEntries(fields.map(({ name, fallback }) => [name, own(given, name) ?? fallback]));

/** Another execution's parameters for this form: resolved, but a sequence as it was pasted. */
export const takenFrom = (
  fields: readonly Field[],
  {
    parameters,
    resolvedParameters,
  }: Pick<components['schemas']['Execution'], 'parameters' | 'resolvedParameters'>,
): Values =>
  startWith(
    fields,
    Object.fromEntries(
      fields.map(({ name, type }) => [
        name,
        (type === 'fasta' ? own(parameters, name) : undefined) ?? own(resolvedParameters, name),
      ]),
    ),
  );

/** The parameters to send: only those that differ from the defaults. */
export const toParameters = (fields: readonly Field[], values: Values): JsonObject =>
  Object.fromEntries(
    fields.flatMap(({ name, fallback }) => {
      const value = own(values, name);
      return value === undefined || isSame(value, fallback) ? [] : [[name, value]];
    }),
  );

/** What a schema finds wrong, one fault for each field. */
import type { z } from 'zod';
import { UNKNOWN_KEY, issueText } from './error-texts.js';
import { InvalidInput, MAX_FAULTS, type Fault } from '../errors.js';

/** As many as are told of one thing, and a word of the others. */
export const firstOf = <F extends Fault>(faults: readonly F[]): (F | Fault)[] =>
  faults.length <= MAX_FAULTS ? [...faults] : [...faults.slice(0, MAX_FAULTS), MORE];

const MORE: Fault = { path: '', message: `these are the first ${MAX_FAULTS} faults: there are more` };

/** Everything a schema finds wrong, unknown keys one by one. */
export const faultsOf = (root: string, error: z.ZodError): Fault[] =>
  error.issues.flatMap((issue) => {
    const place = [...(root ? [root] : []), ...issue.path.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ path: place.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({ path: [...place, key].join('.'), message: UNKNOWN_KEY }));
  });

/** What the schema makes of a value, or what it finds wrong, in our words. */
export const safeParse = <T extends z.ZodType>(
  schema: T,
  value: unknown,
): z.ZodSafeParseResult<z.output<T>> => schema.safeParse(value, { error: issueText });

/** @throws InvalidInput with every fault of `value` */
export function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  throw new InvalidInput(`The ${what} is not valid: mend the fields named.`, faultsOf('', result.error));
}

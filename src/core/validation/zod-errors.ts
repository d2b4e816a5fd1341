/** Turns errors of a Zod schema into faults, one for each field. */
import type { z } from 'zod';
import { UNKNOWN_KEY, issueText } from './error-texts.js';
import { InvalidInput, MAX_FAULTS, type Fault } from '../errors.js';

/** The first 100 faults, and a note if there are more. */
export const firstOf = <F extends Fault>(faults: readonly F[]): (F | Fault)[] =>
  faults.length <= MAX_FAULTS ? [...faults] : [...faults.slice(0, MAX_FAULTS), MORE];

const MORE: Fault = { path: '', message: `only the first ${MAX_FAULTS} faults are listed` };

/** All faults of a value; each unknown key is a fault of its own. */
export const faultsOf = (root: string, error: z.ZodError): Fault[] =>
  error.issues.flatMap((issue) => {
    const place = [...(root ? [root] : []), ...issue.path.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ path: place.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({ path: [...place, key].join('.'), message: UNKNOWN_KEY }));
  });

/** `schema.safeParse` with our error texts. */
export const safeParse = <T extends z.ZodType>(
  schema: T,
  value: unknown,
): z.ZodSafeParseResult<z.output<T>> => schema.safeParse(value, { error: issueText });

/** @throws InvalidInput with every fault of `value` */
export function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  throw new InvalidInput(`The ${what} is not valid: correct the fields listed.`, faultsOf('', result.error));
}

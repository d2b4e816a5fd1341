/** Zod schemas built from the table of ranges. Errors and the OpenAPI document state the limits. */
import { z } from 'zod';
import { Decimal } from '../json/decimal.js';
import { INSTANTS, isWithin, rangeText, type Range } from './ranges.js';

const about = ({ unit }: Range): { description?: string } => (unit ? { description: `In ${unit}.` } : {});

export function ranged(range: Range) {
  const how = { error: rangeText(range), abort: true };
  const number = range.whole ? z.int(how) : z.number(how);
  return number.min(range.min, how).max(range.max, how).meta(about(range));
}

/** The same for a number in a URL: digits only. */
export const counted = (range: Range) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^-?\d{1,16}$/.test(text) ? Number(text) : text),
    ranged(range),
  );

/** An exact amount, given as a decimal text or a number; stored as a decimal text without an exponent. */
export function decimal(range: Range) {
  const error = rangeText(range);
  return z
    .union(
      [
        z.number().min(range.min, { error }).max(range.max, { error }),
        z.string().regex(DECIMAL, { error, abort: true }),
      ],
      { error },
    )
    .meta({ description: [about(range).description, `It ${error}.`].filter(Boolean).join(' ') })
    .transform((amount) => (typeof amount === 'number' ? new Decimal(amount).toFixed() : amount))
    .refine((text) => isAmount(range, text), { error });
}

/** An exact amount, given as a decimal text only. */
export const amount = (range: Range) =>
  z
    .string({ error: rangeText(range) })
    .refine((text) => isAmount(range, text), { error: `${rangeText(range)}, written like "12.50"` })
    .meta({ pattern: DECIMAL.source, description: `In USD. It ${rangeText(range)}.` });

/** ISO 8601 with an offset. */
export const instant = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'must be a moment with its offset, like 2030-01-31T12:00:00Z',
  })
  .refine(isInstant, { error: `must be between ${INSTANTS.min} and ${INSTANTS.max}` });

const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

function isAmount(range: Range, text: string): boolean {
  if (!DECIMAL.test(text)) return false;
  const { places = 0 } = range;
  const exact = new Decimal(text);
  return isWithin(range, Number(text)) && exact.eq(exact.round(places));
}

function isInstant(text: string): boolean {
  const at = Date.parse(text);
  return at >= Date.parse(INSTANTS.min) && at <= Date.parse(INSTANTS.max);
}

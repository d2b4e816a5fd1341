/** Pages of lists: the query parameters, and opaque cursors. */
import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';

export const pageQuery = {
  limit: counted(RANGES.page).default(50),
  cursor: z.string().max(500).optional(),
};

export const pageOf = <T extends z.ZodType>(items: T) =>
  z.strictObject({ items: z.array(items), nextCursor: z.string().nullable() });

export const toCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws InvalidInput for a cursor that `toCursor` did not make */
export function fromCursor<T extends z.ZodType>(schema: T, cursor: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new InvalidInput('The cursor is not valid. Send `nextCursor` of the previous page unchanged.', [
      { path: 'query.cursor', message: 'is not a cursor' },
    ]);
  }
}

/** One page of a list that is small enough to be held in memory. */
export function cut<T extends { id: string }>(
  all: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): { items: T[]; nextCursor: string | null } {
  const after = cursor === undefined ? null : fromCursor(z.string(), cursor);
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  return { items, nextCursor: last && start + limit < all.length ? toCursor(last.id) : null };
}

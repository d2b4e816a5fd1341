/** Pages of lists that are sorted newest first: the query and the response. */
import { z } from 'zod';
import { instant } from '../../core/validation/ranged-schemas.js';
import type { Listed, Newest } from '../../store/db/keyset.js';
import { fromCursor, toCursor } from './paging.js';

const place = z.strictObject({ createdAt: instant, id: z.uuid() });

/** Reads one row more than the page needs, which shows whether there is a next page. */
export const newest = ({ cursor, limit }: { cursor?: string | undefined; limit: number }): Newest => ({
  after: cursor === undefined ? undefined : fromCursor(place, cursor),
  limit: limit + 1,
});

export function newestPage<Row extends { id: string }>(
  rows: readonly Listed<Row>[],
  limit: number,
): { items: Omit<Listed<Row>, 'cursor'>[]; nextCursor: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(withoutCursor),
    nextCursor: last ? toCursor({ createdAt: last.cursor, id: last.id }) : null,
  };
}

export function withoutCursor<Row extends object>(listed: Listed<Row>): Omit<Listed<Row>, 'cursor'> {
  const { cursor: _, ...row } = listed;
  return row;
}

/** The audit log in responses: one entry, and a page of entries. */
import { z } from 'zod';
import type { AuditRow } from '../../store/people/audit.js';
import { fromCursor, toCursor } from './paging.js';
import { json } from './shapes.js';

const text = z.string().nullable();
export const changes = z.array(z.strictObject({ path: z.string(), before: json, after: json }));

export const entry = z
  .strictObject({
    id: z.uuid(),
    at: z.iso.datetime(),
    action: z.string(),
    /** Null: the system. */
    actor: text,
    actorName: text,
    requestId: text,
    summary: z.string(),
    /** Values of headers and of environment variables are hidden. References to secrets are shown. */
    changes,
    /** The version that this change of the model's own fields made; null for changes of licences, dependencies and pins. */
    version: z.int().nullable(),
  })
  .meta({ id: 'HistoryEntry' });

/** One page from rows that were read with one row more than the page holds. */
export function historyPage<T>(rows: readonly AuditRow[], limit: number, show: (row: AuditRow) => T) {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: page.map(show), nextCursor: last ? toCursor(last.seq) : null };
}

export const olderThan = (cursor: string | undefined): number | null =>
  cursor === undefined ? null : fromCursor(z.int(), cursor);

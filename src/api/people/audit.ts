/** The audit log: who changed what. */
import { z } from 'zod';
import { changesOf } from '../../core/audit-changes.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { listAudit, type AuditRow } from '../../store/people/audit.js';
import type { Infrastructure } from '../../infrastructure.js';
import { changes, historyPage, olderThan } from '../http/audit-shapes.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

const text = z.string().nullable();

const entry = z
  .strictObject({
    id: z.uuid(),
    at: z.iso.datetime(),
    entity: z.string(),
    /** The id that the API uses: models and workflows have an id of their own. */
    entityId: z.string(),
    entityName: text,
    action: z.string(),
    actorType: z.enum(['admin', 'user', 'system']),
    actorId: text,
    actorName: text,
    requestId: text,
    summary: z.string(),
    changes,
  })
  .meta({ id: 'AuditEntry' });

function show(entry: AuditRow) {
  const { seq: _, version: __, before, after, ...row } = entry;
  return { ...row, changes: changesOf(before, after) };
}

export const auditRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/audit',
    operation: 'listAuditEntries',
    roles: ADMINISTRATORS,
    summary: 'List all changes and their authors, newest first',
    query: z.strictObject({
      /** Such as `model` or `api_key`; `workflow` includes its tasks and parameters. */
      entity: z.string().max(50).optional(),
      entityId: z.string().max(100).optional(),
      action: z.string().max(50).optional(),
      /** An id, a part of a name or of an e-mail address, or `system`. */
      actor: z.string().max(100).optional(),
      from: instant.optional(),
      to: instant.optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(entry),
    handle: async ({ query: { limit, cursor, ...filters } }) => {
      const rows = await listAudit(ledger, filters, { before: olderThan(cursor), limit: limit + 1 });
      return { body: historyPage(rows, limit, show) };
    },
  }),
];

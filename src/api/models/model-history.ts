/** The change history of one model, and restoring an earlier version of it. */
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import { changesOf, modelFieldsIn } from '../../core/audit-changes.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { modelAt, modelHistory, type AuditRow } from '../../store/people/audit.js';
import type { Infrastructure } from '../../infrastructure.js';
import { json } from '../executions/execution-shape.js';
import { byModel, detailOf, modelDetail, mustFind } from './models.js';
import { fromCursor, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

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

const show = ({
  id,
  at,
  action,
  actorId,
  actorName,
  requestId,
  summary,
  before,
  after,
  version,
}: AuditRow) => ({
  id,
  at,
  action,
  actor: actorId,
  actorName,
  requestId,
  summary,
  changes: changesOf(before, after),
  version,
});

export const historyRoutes = (infrastructure: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/models/:modelId/history',
    operation: 'listModelChanges',
    roles: ADMINISTRATORS,
    summary: 'List the changes of a model, its licences, its dependencies and its pins, newest first',
    params: byModel,
    query: z.strictObject(pageQuery),
    status: 200,
    response: pageOf(entry),
    handle: async ({ params: { modelId }, query: { limit, cursor } }) => {
      const { uuid } = await mustFind(infrastructure, modelId);
      const rows = await modelHistory(infrastructure.ledger, uuid, {
        before: olderThan(cursor),
        limit: limit + 1,
      });
      return { body: historyPage(rows, limit, show) };
    },
  }),
  route({
    method: 'post',
    path: '/v1/models/:modelId/history/:version/restore',
    operation: 'restoreModelVersion',
    roles: ['platform_admin'],
    summary: "Restore a model's fields to an earlier version, as a new change",
    params: byModel.extend({ version: counted(RANGES.rowVersion) }),
    body: z.strictObject({}).optional(),
    status: 200,
    response: modelDetail,
    handle: async ({ caller, actor, params: { modelId, version } }) => {
      const { uuid } = await mustFind(infrastructure, modelId);
      const row = await modelAt(infrastructure.ledger, uuid, version);
      if (!row) throw new NotFound(`version of model ${modelId} numbered`, String(version));
      const model = await infrastructure.models.rewrite(modelId, modelFieldsIn(row), actor);
      return detailOf(infrastructure, model, caller);
    },
  }),
];

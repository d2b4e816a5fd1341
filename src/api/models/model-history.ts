/** The change history of one model, and restoring an earlier version of it. */
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import { changesOf, modelFieldsIn } from '../../core/audit-changes.js';
import { counted } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { modelAt, modelHistory, type AuditRow } from '../../store/people/audit.js';
import type { Infrastructure } from '../../infrastructure.js';
import { entry, historyPage, olderThan } from '../http/audit-shapes.js';
import { byModel, detailOf, modelDetail, mustFind } from './models.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { ADMINISTRATORS, route, type Route } from '../http/route.js';

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

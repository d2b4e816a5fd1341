/** Webhook deliveries: those sent and those pending. */
import { z } from 'zod';
import { instant } from '../../core/validation/ranged-schemas.js';
import { DELIVERY_STATES } from '../../core/webhook-retry.js';
import { listDeliveries, retryDelivery, type DeliveryRow } from '../../store/webhook-outbox.js';
import type { Infrastructure } from '../../infrastructure.js';
import { at, byId } from '../http/shapes.js';
import { fromCursor, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

const delivery = z
  .strictObject({
    id: z.uuid(),
    tenantId: z.uuid(),
    event: z.string(),
    /** Without path and query for callers outside of its tenant. */
    url: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    nextAt: at.nullable(),
    deliveredAt: at.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    createdAt: at,
  })
  .meta({ id: 'WebhookDelivery' });
const place = z.strictObject({ createdAt: instant, id: z.uuid() });

function show(listed: DeliveryRow & { cursor: string }): DeliveryRow {
  const { cursor: _, ...row } = listed;
  return row;
}

export const webhookRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/webhooks',
    operation: 'listWebhooks',
    roles: EVERYBODY,
    summary: "List your tenant's webhook deliveries, newest first; administrators see those of all tenants",
    query: z.strictObject({
      state: z.enum(DELIVERY_STATES).optional(),
      event: z.string().max(100).optional(),
      ...pageQuery,
    }),
    status: 200,
    response: pageOf(delivery),
    handle: async ({ caller, query: { cursor, limit, ...filters } }) => {
      const after = cursor === undefined ? undefined : fromCursor(place, cursor);
      const rows = await listDeliveries(ledger, caller, caller.administratorId !== null, {
        ...filters,
        after,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor =
        last && rows.length > limit ? toCursor({ createdAt: last.cursor, id: last.id }) : null;
      return { body: { items: page.map(show), nextCursor } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/webhooks/:id/retry',
    operation: 'retryWebhook',
    roles: ['platform_admin', 'operator', 'tenant_admin', 'tenant_user'],
    summary: 'Retry a webhook delivery now',
    params: byId,
    body: z.strictObject({}).optional(),
    status: 202,
    response: z.strictObject({ id: z.uuid() }),
    handle: async ({ caller, params: { id } }) => {
      await retryDelivery(ledger, id, caller.administratorId === null ? caller.tenantId : null);
      return { body: { id } };
    },
  }),
];

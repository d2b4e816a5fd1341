/** Executions: ask for one, list, read, cancel. */
import { z } from 'zod';
import { NotFound } from '../core/errors.js';
import type { Json } from '../core/workflow.js';
import { cancel, find, list } from '../store/executions.js';
import type { TenantClaims } from '../store/pool.js';
import { idempotency, makeAccept, newExecution, wishOf } from './accept.js';
import type { Cellar } from '../cellar.js';
import {
  execution,
  executionStatus,
  showAccepted,
  showExecution,
  showSummary,
  summary,
} from './execution.js';
import { fromCursor, pageOf, pageQuery, toCursor } from './page.js';
import { present } from './payloads.js';
import { rerunRoutes } from './rerun.js';
import { PAYERS, route, type Route } from './route.js';
import { whyItWaits } from './waiting.js';

export const byId = z.object({ id: z.uuid() });
const instant = z.iso.datetime({ offset: true });
const place = z.strictObject({ createdAt: instant, id: z.uuid() });

export function executionRoutes(cellar: Cellar): Route[] {
  const { ledger, workflows, blobs } = cellar;
  const accept = makeAccept(cellar);

  /** @throws NotFound */
  async function show(claims: TenantClaims, id: string) {
    const row = await find(ledger, claims, id);
    const { definition } = await workflows.version(row.versionId);
    const waiting = await whyItWaits(cellar, row, definition);
    return showExecution(row, definition, waiting, await present(blobs, id, row.output));
  }

  return [
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/executions',
      roles: PAYERS,
      summary: 'Ask for an execution of a workflow',
      params: z.object({ workflowId: z.string().max(100) }),
      headers: idempotency,
      body: newExecution,
      status: 202,
      response: execution,
      handle: async ({ caller, params, headers, body }) => {
        const { id, opened } = await accept({
          caller,
          said: { workflowId: params.workflowId, body: body as Json },
          idempotencyKey: headers['idempotency-key'],
          wish: async () => {
            const workflow = await workflows.current(params.workflowId);
            if (!workflow) throw new NotFound('workflow', params.workflowId);
            return wishOf(workflow, body);
          },
        });
        const shown = opened ? showAccepted(id, opened.createdAt, opened.request) : await show(caller, id);
        return { headers: { Location: `/v1/executions/${id}` }, body: shown };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions',
      roles: PAYERS,
      summary: 'List your executions, newest first',
      query: z.strictObject({
        status: executionStatus.optional(),
        workflowId: z.string().max(100).optional(),
        modelId: z.string().max(100).optional(),
        from: instant.optional(),
        to: instant.optional(),
        tag: z.string().max(100).optional(),
        ...pageQuery,
      }),
      status: 200,
      response: pageOf(summary),
      handle: async ({ caller, query: { cursor, limit, ...filters } }) => {
        const after = cursor === undefined ? undefined : fromCursor(place, cursor);
        const rows = await list(ledger, caller, { ...filters, after, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        const items = page.map(showSummary);
        const nextCursor =
          last && rows.length > limit ? toCursor({ createdAt: last.cursor, id: last.id }) : null;
        return { body: { items, nextCursor } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id',
      roles: PAYERS,
      summary: 'Read an execution with its tasks, its cost and why it waits',
      params: byId,
      status: 200,
      response: execution,
      handle: async ({ caller, params }) => ({ body: await show(caller, params.id) }),
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/cancel',
      roles: PAYERS,
      summary: 'Cancel an execution: nothing of it starts any more',
      params: byId,
      body: z.strictObject({}).optional(),
      status: 200,
      response: execution,
      handle: async ({ caller, params }) => {
        await cancel(ledger, caller.tenantId, params.id);
        return { body: await show(caller, params.id) };
      },
    }),
    ...rerunRoutes(cellar, accept, show),
  ];
}

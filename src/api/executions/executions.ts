/** Executions: create, list, read, cancel. */
import { z } from 'zod';
import { NotFound } from '../../core/errors.js';
import type { Json } from '../../core/json/json.js';
import { list } from '../../store/executions/execution-list.js';
import { claimsOn, find } from '../../store/executions/executions.js';
import { seesPayloads, type Caller } from '../../store/people/identity.js';
import { idempotency, makeAccept, newExecution, showAccepted, requestOf } from './accept.js';
import { dryRun, showValidated, wouldAccept } from './validated.js';
import { batchRoutes } from './batch.js';
import { bulkRoutes, filters } from './bulk.js';
import type { Infrastructure } from '../../infrastructure.js';
import { execution, NO_PAYLOADS, showExecution, showSummary, summary } from './execution-shape.js';
import { expediteRoutes } from './expedite.js';
import { newest, newestPage } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { present } from './payloads.js';
import { signalRoutes } from './signals.js';
import { makeContinuation, rerunRoutes } from './rerun.js';
import { EVERYBODY, PAYERS, route, type Route } from '../http/route.js';
import { waitReasonOf, waitReasonsOf } from './waiting.js';
import { byId } from '../http/shapes.js';

export function executionRoutes(infrastructure: Infrastructure): Route[] {
  const { ledger, workflows, blobs } = infrastructure;
  const { accept, validate } = makeAccept(infrastructure);
  const continuation = makeContinuation(infrastructure, { accept, validate });

  /** @throws NotFound */
  async function show(caller: Caller, id: string) {
    const row = await find(ledger, await claimsOn(ledger, caller, id), id);
    const { definition } = await workflows.version(row.versionId);
    const waiting = await waitReasonOf(infrastructure, row);
    if (!seesPayloads(caller)) return showExecution({ ...row, ...NO_PAYLOADS }, definition, waiting, null);
    return showExecution(row, definition, waiting, await present(blobs, id, row.output));
  }

  return [
    route({
      method: 'post',
      path: '/v1/workflows/:workflowId/executions',
      operation: 'createExecution',
      roles: PAYERS,
      summary:
        'Create an execution of a workflow: with a quoteId only what was quoted, else 409 `quote_changed` with each difference; with `dryRun=validate` all is checked and nothing is written',
      params: z.object({ workflowId: z.string().max(100) }),
      query: dryRun,
      headers: idempotency,
      body: newExecution,
      status: 202,
      response: execution,
      otherwise: wouldAccept,
      handle: async ({ caller, params, query, headers, body }) => {
        const asked = {
          caller,
          body: { workflowId: params.workflowId, body: body as Json },
          idempotencyKey: headers['idempotency-key'],
          read: async () => {
            const workflow = await workflows.current(params.workflowId);
            if (!workflow) throw new NotFound('workflow', params.workflowId);
            return requestOf(workflow, body);
          },
        };
        if (query.dryRun) return { status: 200, body: showValidated(await validate(asked)) };
        const { id, opened } = await accept(asked);
        const shown = opened
          ? showAccepted(id, opened.createdAt, opened.request, caller.email)
          : await show(caller, id);
        return { headers: { Location: `/v1/executions/${id}` }, body: shown };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions',
      operation: 'listExecutions',
      roles: EVERYBODY,
      summary: "List your tenant's executions, newest first; administrators see those of all tenants",
      query: z.strictObject({
        ...filters,
        /** Whether to return the numbers of each output as well, for comparing executions. */
        scores: z.stringbool().default(false),
        ...pageQuery,
      }),
      status: 200,
      response: pageOf(summary),
      handle: async ({ caller, query: { cursor, limit, scores, ...wanted } }) => {
        const rows = await list(ledger, caller, wanted, { ...newest({ cursor, limit }), scores });
        const { items, nextCursor } = newestPage(rows, limit);
        const waits = await waitReasonsOf(infrastructure, items);
        const hidden = seesPayloads(caller) ? {} : NO_PAYLOADS;
        return {
          body: {
            items: items.map((row) => showSummary({ ...row, ...hidden }, waits.get(row.id) ?? null)),
            nextCursor,
          },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id',
      operation: 'getExecution',
      roles: EVERYBODY,
      summary: 'Read an execution with its tasks, its cost and why it waits',
      params: byId,
      status: 200,
      response: execution,
      handle: async ({ caller, params }) => ({ body: await show(caller, params.id) }),
    }),
    route({
      method: 'post',
      path: '/v1/executions/:id/cancel',
      operation: 'cancelExecution',
      roles: PAYERS,
      summary: 'Cancel an execution: no further task of it starts',
      params: byId,
      body: z.strictObject({}).optional(),
      status: 200,
      response: execution,
      handle: async ({ caller, params: { id }, actor }) => {
        await continuation.cancel(caller, id, actor);
        return { body: await show(caller, id) };
      },
    }),
    ...expediteRoutes(infrastructure, show),
    ...signalRoutes(infrastructure),
    ...rerunRoutes(infrastructure, continuation, show),
    ...bulkRoutes(infrastructure, continuation),
    ...batchRoutes(infrastructure, accept),
  ];
}

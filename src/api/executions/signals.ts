/** Signals: an execution receives them from outside, for tasks that wait for them. */
import { z } from 'zod';
import { waitersFor } from '../../core/executions/signals.js';
import { claimsOn, versionOf } from '../../store/executions/executions.js';
import { listSignals, receiveSignal, type SignalRow } from '../../store/executions/signals.js';
import { seesPayloads } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { EVERYBODY, PAYERS, route, type Route } from '../http/route.js';
import { fromCursor, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { at, byId } from '../http/shapes.js';
import { idempotency } from './accept.js';

const signal = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    payload: z.json().meta({ description: 'Null for a caller who may not see payloads.' }),
    sentBy: z.string().nullable(),
    sentAt: at,
    taskId: z.string().nullable().meta({ description: 'The task that took it. Null while it is kept.' }),
    takenAt: at.nullable(),
  })
  .meta({ id: 'Signal' });

export function signalRoutes({ ledger, workflows, sender, log }: Infrastructure): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/executions/:id/signal',
      operation: 'signalExecution',
      roles: PAYERS,
      summary:
        'Send a signal to an execution: a task that waits for it takes it, now or when it begins to wait',
      params: byId,
      headers: idempotency,
      body: z.strictObject({
        name: z.string().min(1).max(100),
        payload: z
          .json()
          .default(null)
          .meta({ description: 'The output of the task that takes the signal.' }),
      }),
      status: 202,
      response: signal,
      handle: async ({ caller, actor, params: { id }, headers, body: { name, payload } }) => {
        const { tenantId } = await claimsOn(ledger, caller, id);
        const { graph } = await workflows.version(await versionOf(ledger, tenantId, id));
        const waiters = waitersFor(graph, name, payload);
        const row = await receiveSignal(ledger, actor, {
          tenantId,
          executionId: id,
          name,
          payload,
          idempotencyKey: headers['idempotency-key'],
          waiters,
        });
        sender
          .askToAdvance([id])
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId: id }));
        return { body: show(row, true) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/executions/:id/signals',
      operation: 'listSignals',
      roles: EVERYBODY,
      summary: 'List the signals that an execution has received, in their order',
      params: byId,
      query: z.strictObject(pageQuery),
      status: 200,
      response: pageOf(signal),
      handle: async ({ caller, params: { id }, query }) => {
        const claims = await claimsOn(ledger, caller, id);
        await versionOf(ledger, claims.tenantId, id);
        const after = query.cursor === undefined ? 0 : fromCursor(z.int(), query.cursor);
        const rows = await listSignals(ledger, claims, { executionId: id, after, limit: query.limit + 1 });
        const items = rows.slice(0, query.limit);
        const last = rows.length > items.length ? items.at(-1) : undefined;
        return {
          body: {
            items: items.map((row) => show(row, seesPayloads(caller))),
            nextCursor: last ? toCursor(last.id) : null,
          },
        };
      },
    }),
  ];
}

const show = ({ id, payload, ...row }: SignalRow, withPayload: boolean) => ({
  ...row,
  id: String(id),
  payload: withPayload ? payload : null,
});

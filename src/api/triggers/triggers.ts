/** Triggers: create, list, read, change, rotate the secret, delete, and list deliveries. */
import { z } from 'zod';
import { Conflict, NotFound } from '../../core/errors.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import type { Json } from '../../core/json/json.js';
import { checked } from '../../core/validation/zod-errors.js';
import { mayStartLater } from '../../store/executions/admission.js';
import { seesPayloads, type Caller } from '../../store/people/identity.js';
import { listDeliveriesOf } from '../../store/triggers/deliveries.js';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  rotateSecret,
} from '../../store/triggers/trigger-changes.js';
import {
  claimsOnTrigger,
  findTrigger,
  listTriggers,
  type TriggerRow,
} from '../../store/triggers/triggers.js';
import type { Infrastructure } from '../../infrastructure.js';
import { mustLeadOutside } from '../executions/accept.js';
import { newest, newestPage } from '../http/newest-page.js';
import { fromCursor, pageOf, pageQuery, toCursor } from '../http/paging.js';
import { EVERYBODY, route, type Answer, type Route } from '../http/route.js';
import { byId } from '../http/shapes.js';
import {
  delivery,
  newTrigger,
  outcome,
  rotation,
  settings,
  showDelivery,
  showTrigger,
  trigger,
} from './trigger-shape.js';

const CHANGERS = ['platform_admin', 'tenant_admin'] as const;

export const triggerRoutes = ({ ledger, workflows, config }: Infrastructure): Route[] => {
  /** @throws NotFound */
  async function answer(caller: Caller, id: string): Promise<Answer> {
    const row = await findTrigger(ledger, await claimsOnTrigger(ledger, caller, id), id);
    return { headers: { ETag: `"${row.rowVersion}"` }, body: showTrigger(row, seesPayloads(caller)) };
  }

  /** @throws NotFound, Conflict `foreign_tenant` */
  async function own(caller: Caller, id: string): Promise<TriggerRow> {
    const row = await findTrigger(ledger, await claimsOnTrigger(ledger, caller, id), id);
    if (row.tenantId === caller.tenantId) return row;
    throw new Conflict(
      'foreign_tenant',
      `Trigger ${id} belongs to another tenant, which would pay. Only its own administrators can change it.`,
    );
  }

  return [
    route({
      method: 'get',
      path: '/v1/triggers',
      operation: 'listTriggers',
      roles: EVERYBODY,
      summary: "List your tenant's triggers, newest first; administrators see those of all tenants",
      query: z.strictObject({ workflowId: z.string().max(100).optional(), ...pageQuery }),
      status: 200,
      response: pageOf(trigger),
      handle: async ({ caller, query: { workflowId, ...page } }) => {
        const rows = await listTriggers(ledger, caller, workflowId, newest(page));
        const { items, nextCursor } = newestPage(rows, page.limit);
        return { body: { items: items.map((row) => showTrigger(row, seesPayloads(caller))), nextCursor } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/triggers',
      operation: 'createTrigger',
      roles: CHANGERS,
      summary:
        'Create a trigger: a URL to which another service sends webhooks that start executions, as your own',
      body: newTrigger,
      status: 201,
      response: trigger,
      handle: async ({ caller, actor, body: { workflowId, ...wanted } }) => {
        mayStartLater(caller);
        mustLeadOutside(wanted.request.webhookUrl, config);
        const workflow = await workflows.current(workflowId);
        if (!workflow) throw new NotFound('workflow', workflowId);
        const { workflowUuid } = workflow;
        const id = await createTrigger(ledger, caller, { ...wanted, workflowUuid }, actor);
        const created = await answer(caller, id);
        return { ...created, headers: { ...created.headers, Location: `/v1/triggers/${id}` } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/triggers/:id',
      operation: 'getTrigger',
      roles: EVERYBODY,
      summary: 'Read a trigger',
      params: byId,
      status: 200,
      response: trigger,
      handle: ({ caller, params: { id } }) => answer(caller, id),
    }),
    route({
      method: 'patch',
      path: '/v1/triggers/:id',
      operation: 'updateTrigger',
      roles: CHANGERS,
      summary:
        'Change a trigger (JSON Merge Patch): its executions are yours from now on; workflow and scheme stay',
      params: byId,
      headers: z.object({
        /** The ETag that the client read. The change is refused if the trigger has changed since. */
        'if-match': z
          .string()
          .regex(/^(\*|"\d{1,15}")$/, 'must be the ETag of the trigger, like "7"')
          .optional(),
      }),
      body: z.record(z.string(), z.json()),
      status: 200,
      response: trigger,
      handle: async ({ caller, actor, params: { id }, headers: { 'if-match': tag = '*' }, body }) => {
        mayStartLater(caller);
        const before = await own(caller, id);
        const wanted = checked(settings, mergePatch(settingsOf(before), body), 'trigger');
        mustLeadOutside(wanted.request.webhookUrl, config);
        const expectedVersion = tag === '*' ? before.rowVersion : Number(tag.slice(1, -1));
        await changeTrigger(ledger, caller, { id, expectedVersion }, wanted, actor);
        return answer(caller, id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/triggers/:id/rotate',
      operation: 'rotateTriggerSecret',
      roles: CHANGERS,
      summary: 'Rotate the secret of a trigger: for a while the secret before is accepted as well',
      params: byId,
      body: rotation,
      status: 200,
      response: trigger,
      handle: async ({ caller, actor, params: { id }, body }) => {
        const { tenantId } = await own(caller, id);
        await rotateSecret(ledger, tenantId, { id, ...body }, actor);
        return answer(caller, id);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/triggers/:id',
      operation: 'deleteTrigger',
      roles: CHANGERS,
      summary: 'Delete a trigger: its URL answers 404, and the executions that it started continue',
      params: byId,
      status: 204,
      response: 'application/json',
      handle: async ({ caller, actor, params: { id } }) => {
        const { tenantId } = await own(caller, id);
        await deleteTrigger(ledger, tenantId, id, actor);
        return {};
      },
    }),
    route({
      method: 'get',
      path: '/v1/triggers/:id/deliveries',
      operation: 'listTriggerDeliveries',
      roles: EVERYBODY,
      summary: 'List the deliveries of a trigger, newest first: what each started, or why it was refused',
      params: byId,
      query: z.strictObject({ outcome: outcome.optional(), ...pageQuery }),
      status: 200,
      response: pageOf(delivery),
      handle: async ({ caller, params: { id }, query: { outcome: of = null, cursor, limit } }) => {
        const claims = await claimsOnTrigger(ledger, caller, id);
        await findTrigger(ledger, claims, id);
        const before = cursor === undefined ? null : fromCursor(z.int(), cursor);
        const wanted = { triggerId: id, outcome: of, before, limit: limit + 1 };
        const rows = await listDeliveriesOf(ledger, claims, wanted);
        const items = rows.slice(0, limit);
        const last = rows.length > limit ? items.at(-1) : undefined;
        return { body: { items: items.map(showDelivery), nextCursor: last ? toCursor(last.id) : null } };
      },
    }),
  ];
};

/** As a request holds it. */
const settingsOf = ({
  name,
  signatureHeader,
  parameters,
  condition,
  deliveryId,
  request,
  enabled,
}: TriggerRow): Json => ({
  name,
  signatureHeader,
  parameters,
  condition,
  deliveryId,
  request: request as Json,
  enabled,
});

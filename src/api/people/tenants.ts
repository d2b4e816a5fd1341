/** Tenants: added, changed, disabled. Budgets have their own routes. */
import { z } from 'zod';
import { ranged } from '../../core/validation/ranged-schemas.js';
import { RANGES } from '../../core/validation/ranges.js';
import { FORMS, isReference } from '../../core/models/secrets.js';
import { changeTenant, listTenants, makeTenant } from '../../store/people/tenants.js';
import type { Infrastructure } from '../../infrastructure.js';
import { money, usd } from '../http/shapes.js';
import { newest, newestPage, withoutCursor } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { route, type Route } from '../http/route.js';

const fields = {
  name: z.string().trim().min(1).max(200),
  tier: ranged(RANGES.tier),
  commercial: z.boolean(),
};
const weight = z.number().min(0.01).max(100).meta({
  description: "The tenant's share of a busy model, relative to other tenants: 2 gets twice as much as 1.",
});
/** A reference to the secret that signs its webhooks, never the secret itself. */
const webhookSecret = z
  .string()
  .max(2100)
  .refine(isReference, { error: `must be a reference to a secret: ${FORMS}` })
  .nullable();
const tenant = z
  .strictObject({
    id: z.uuid(),
    ...fields,
    name: z.string(),
    weight,
    enabled: z.boolean(),
    /** Monthly limit; null means no limit. */
    budgetUsd: money.nullable(),
    /** The reference to the secret. */
    webhookSecret: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });

const PLATFORM = ['platform_admin'] as const;

function show<Row extends { budgetUsd: string | null }>(row: Row) {
  return { ...row, budgetUsd: row.budgetUsd === null ? null : usd(row.budgetUsd) };
}

export const tenantRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/tenants',
    operation: 'listTenants',
    roles: PLATFORM,
    summary: 'List the tenants',
    query: z.strictObject(pageQuery),
    status: 200,
    response: pageOf(tenant),
    handle: async ({ query }) => {
      const { items, nextCursor } = newestPage(await listTenants(ledger, newest(query)), query.limit);
      return { body: { items: items.map(show), nextCursor } };
    },
  }),
  route({
    method: 'post',
    path: '/v1/tenants',
    operation: 'createTenant',
    roles: PLATFORM,
    summary: 'Add a tenant',
    body: z.strictObject({
      ...fields,
      weight: weight.default(1),
      webhookSecret: webhookSecret.default(null),
    }),
    status: 201,
    response: tenant,
    handle: async ({ actor, body }) => ({ body: show(withoutCursor(await makeTenant(ledger, body, actor))) }),
  }),
  route({
    method: 'patch',
    path: '/v1/tenants/:id',
    operation: 'updateTenant',
    roles: PLATFORM,
    summary: "Change a tenant, or disable it: its users' keys and sessions end within seconds",
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({ ...fields, weight, webhookSecret, enabled: z.boolean() }).partial(),
    status: 200,
    response: tenant,
    handle: async ({ caller, actor, params: { id }, body }) => ({
      body: show(withoutCursor(await changeTenant(ledger, caller, id, body, actor))),
    }),
  }),
];

/** Users: added, changed, disabled. A tenant administrator manages users of the own tenant only. */
import { z } from 'zod';
import { Refused } from '../../core/errors.js';
import { ROLES, type Caller, type Role } from '../../store/people/identity.js';
import { changeUser, listUsers, makeUser } from '../../store/people/users.js';
import type { Infrastructure } from '../../infrastructure.js';
import { newest, newestPage, withoutCursor } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { route, type Route } from '../http/route.js';

const user = z
  .strictObject({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(ROLES),
    tenantId: z.uuid(),
    tenantName: z.string(),
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });

const name = z.string().trim().min(1).max(200).nullable();
const MANAGERS = ['platform_admin', 'tenant_admin'] as const;

/** @throws Refused `role_required` if a tenant administrator reaches beyond the own tenant */
function mustStayWithin(
  caller: Caller,
  { role, tenantId }: { role?: Role | undefined; tenantId: string },
): void {
  if (caller.role === 'platform_admin') return;
  if ((role && !['tenant_admin', 'tenant_user'].includes(role)) || tenantId !== caller.tenantId) {
    throw new Refused(
      'role_required',
      'This needs the role platform_admin. A tenant_admin may assign only tenant roles, within the own tenant.',
    );
  }
}

export const peopleRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/users',
    operation: 'listUsers',
    roles: MANAGERS,
    summary: 'List the users of your tenant; platform administrators see those of all tenants',
    query: z.strictObject(pageQuery),
    status: 200,
    response: pageOf(user),
    handle: async ({ caller, query }) => ({
      body: newestPage(await listUsers(ledger, caller, newest(query)), query.limit),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/users',
    operation: 'createUser',
    roles: MANAGERS,
    summary: 'Add a user to your tenant, or to the one in `tenantId`; a platform role applies to all tenants',
    body: z.strictObject({
      email: z.string().trim().toLowerCase().pipe(z.email().max(320)),
      name: name.default(null),
      role: z.enum(ROLES),
      tenantId: z.uuid().optional(),
    }),
    status: 201,
    response: user,
    handle: async ({ caller, actor, body: { tenantId = caller.tenantId, ...wanted } }) => {
      mustStayWithin(caller, { ...wanted, tenantId });
      return { body: withoutCursor(await makeUser(ledger, caller, { ...wanted, tenantId }, actor)) };
    },
  }),
  route({
    method: 'patch',
    path: '/v1/users/:id',
    operation: 'updateUser',
    roles: MANAGERS,
    summary:
      "Change a user's name or role, or disable the user: keys and sessions of a disabled user end within seconds",
    params: z.object({ id: z.uuid() }),
    body: z.strictObject({
      name: name.optional(),
      role: z.enum(ROLES).optional(),
      enabled: z.boolean().optional(),
    }),
    status: 200,
    response: user,
    handle: async ({ caller, actor, params: { id }, body }) => {
      mustStayWithin(caller, { role: body.role, tenantId: caller.tenantId });
      return { body: withoutCursor(await changeUser(ledger, caller, id, body, actor)) };
    },
  }),
];

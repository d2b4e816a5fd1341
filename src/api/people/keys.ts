/** API keys: made and shown once, listed, revoked. A key never grants more than its owner's role, whatever it names. */
import { z } from 'zod';
import { Refused } from '../../core/errors.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { listKeys, makeKey, revokeKey } from '../../store/people/keys.js';
import { ROLES, SCOPES } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { newest, newestPage, withoutCursor } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

const at = z.iso.datetime();
const shape = z.strictObject({
  id: z.uuid(),
  /** What the key begins with, after `rdt_`. */
  keyId: z.string(),
  name: z.string(),
  /** Of its owner, as it is now. */
  role: z.enum(ROLES),
  userEmail: z.string(),
  tenantName: z.string(),
  /** None is all that the role may. */
  scopes: z.array(z.enum(SCOPES)),
  expiresAt: at.nullable(),
  lastUsedAt: at.nullable(),
  revokedAt: at.nullable(),
  createdAt: at,
});

export const keyRoutes = ({ ledger }: Infrastructure): Route[] => [
  route({
    method: 'get',
    path: '/v1/api-keys',
    operation: 'listApiKeys',
    roles: EVERYBODY,
    summary: "List your API keys; your tenant's for its administrators, all for platform administrators",
    query: z.strictObject(pageQuery),
    status: 200,
    response: pageOf(shape.meta({ id: 'ApiKey' })),
    handle: async ({ caller, query }) => ({
      body: newestPage(await listKeys(ledger, caller, newest(query)), query.limit),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/api-keys',
    operation: 'createApiKey',
    roles: EVERYBODY,
    summary: 'Make an API key, for yourself or another user you administer: it is shown once',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      scopes: z.array(z.enum(SCOPES)).max(SCOPES.length).default([]),
      expiresAt: instant.pipe(z.coerce.date()).nullable().default(null),
      userId: z.uuid().optional(),
    }),
    status: 201,
    response: shape.extend({ key: z.string() }).meta({ id: 'NewApiKey' }),
    handle: async ({ caller, scopes: own, actor, body: { userId = caller.userId, ...wanted } }) => {
      const scopes = SCOPES.filter((scope) => wanted.scopes.includes(scope));
      // Else a key that may little could make one that may all.
      if (own.length > 0 && (scopes.length === 0 || scopes.some((scope) => !own.includes(scope)))) {
        throw new Refused('scope_required', `Your own key has ${own.join(', ')} only: name no other scopes.`);
      }
      const made = await makeKey(ledger, caller, { ...wanted, userId, scopes }, actor);
      return { body: { ...withoutCursor(made.row), key: made.key } };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/api-keys/:id',
    operation: 'revokeApiKey',
    roles: EVERYBODY,
    summary: 'Revoke an API key: it and its sessions end within seconds',
    params: z.object({ id: z.uuid() }),
    status: 204,
    response: 'application/json',
    handle: async ({ caller, actor, params: { id } }) => {
      await revokeKey(ledger, caller, id, actor);
      return {};
    },
  }),
];

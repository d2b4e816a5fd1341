/** API keys: created and shown once, listed, revoked. A key never grants more than the role of its owner. */
import { z } from 'zod';
import { at } from '../http/shapes.js';
import { Refused } from '../../core/errors.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import { listKeys, makeKey, revokeKey } from '../../store/people/keys.js';
import { ROLES, SCOPES } from '../../store/people/identity.js';
import type { Infrastructure } from '../../infrastructure.js';
import { newest, newestPage, withoutCursor } from '../http/newest-page.js';
import { pageOf, pageQuery } from '../http/paging.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

const shape = z.strictObject({
  id: z.uuid(),
  /** The first part of the key, after `rdt_`. */
  keyId: z.string(),
  name: z.string(),
  /** The current role of its owner. */
  role: z.enum(ROLES),
  userEmail: z.string(),
  tenantName: z.string(),
  /** An empty list allows all that the role allows. */
  scopes: z.array(z.enum(SCOPES)),
  /** It starts only executions that were quoted: each needs a `quoteId`. */
  mustQuote: z.boolean(),
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
    summary:
      'List your API keys; tenant administrators see those of their tenant, platform administrators see all',
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
    summary: 'Create an API key, for yourself or for a user you administer: the key is shown only once',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200),
      scopes: z.array(z.enum(SCOPES)).max(SCOPES.length).default([]),
      mustQuote: z.boolean().default(false),
      expiresAt: instant.pipe(z.coerce.date()).nullable().default(null),
      userId: z.uuid().optional(),
    }),
    status: 201,
    response: shape.extend({ key: z.string() }).meta({ id: 'NewApiKey' }),
    handle: async ({ caller, scopes: own, actor, body: { userId = caller.userId, ...wanted } }) => {
      const scopes = SCOPES.filter((scope) => wanted.scopes.includes(scope));
      // Otherwise a key with few scopes could create a key with more.
      if (own.length > 0 && (scopes.length === 0 || scopes.some((scope) => !own.includes(scope)))) {
        throw new Refused(
          'scope_required',
          `Your own key has only the scopes ${own.join(', ')}. A new key cannot have others.`,
        );
      }
      if (caller.mustQuote && !wanted.mustQuote) {
        throw new Refused(
          'quote_required',
          'Your own key starts only what was quoted. A new key must do the same: set mustQuote to true.',
          [{ path: 'mustQuote', message: 'must be true' }],
        );
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
    summary: 'Revoke an API key: the key and its sessions end within seconds',
    params: z.object({ id: z.uuid() }),
    status: 204,
    response: 'application/json',
    handle: async ({ caller, actor, params: { id } }) => {
      await revokeKey(ledger, caller, id, actor);
      return {};
    },
  }),
];

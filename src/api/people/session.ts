/** Sign-in from a browser: exchanges a key for a cookie that scripts cannot read. */
import { z } from 'zod';
import { checkKey, ROLES, SCOPES, type Caller, type Scope } from '../../store/people/identity.js';
import { endSession, namesOf, openSession } from '../../store/people/sessions.js';
import type { Infrastructure } from '../../infrastructure.js';
import { actorOf } from '../http/actor.js';
import { unauthenticated } from '../http/problems.js';
import { EVERYBODY, route, type Route } from '../http/route.js';

const session = z
  .strictObject({
    userId: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.enum(ROLES),
    /** Scopes of the key that opened the session. An empty list allows all that the role allows. */
    scopes: z.array(z.enum(SCOPES)),
    tenantId: z.uuid(),
    tenantName: z.string(),
    tier: z.int(),
    commercial: z.boolean(),
    /** The key starts only executions that were quoted. */
    mustQuote: z.boolean(),
    expiresAt: z.iso.datetime(),
    /** The speed factor of the stand-in that replaces AWS; null if the provider is AWS itself. */
    standInSpeed: z.union([z.number(), z.literal('instant')]).nullable(),
  })
  .meta({ id: 'Session' });

export const sessionRoutes = ({ config, ledger }: Infrastructure): Route[] => {
  async function show(caller: Caller, scopes: readonly Scope[], expiresAt: Date) {
    const { administratorId: _, ...person } = caller;
    const standInSpeed = config.standInUrl === undefined ? null : config.standInSpeed;
    return { ...person, ...(await namesOf(ledger, caller.userId)), scopes, expiresAt, standInSpeed };
  }
  return [
    route({
      method: 'post',
      path: '/v1/session',
      operation: 'createSession',
      roles: 'public',
      summary: 'Sign in with an API key: sets a session cookie that is valid for 12 hours at most',
      body: z.strictObject({ key: z.string().max(200) }),
      status: 201,
      response: session,
      handle: async ({ body: { key }, actor }) => {
        const proof = await checkKey(ledger, key.trim());
        if (!proof)
          throw unauthenticated('Bearer', 'No such key: it is mistyped, has expired or was revoked.');
        const signIn = await openSession(ledger, proof, actorOf(proof.caller, actor));
        return { signIn, body: await show(proof.caller, proof.key.scopes, signIn.expiresAt) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/session',
      operation: 'getSession',
      roles: EVERYBODY,
      scope: 'any',
      summary: 'Read the session of the cookie',
      status: 200,
      response: session,
      handle: async ({ caller, scopes, session }) => {
        if (!session) throw unauthenticated('Bearer');
        return { body: await show(caller, scopes, session.expiresAt) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/session',
      operation: 'deleteSession',
      roles: EVERYBODY,
      scope: 'any',
      summary: 'Sign out: the cookie is no longer valid',
      status: 204,
      response: 'application/json',
      handle: async ({ session, actor }) => {
        if (!session) throw unauthenticated('Bearer');
        await endSession(ledger, session.id, actor);
        return { signIn: null };
      },
    }),
  ];
};

/** Signing in from a browser: a key for a cookie that scripts cannot read. */
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
    /** Of the key it was opened with; none is all that the role may. */
    scopes: z.array(z.enum(SCOPES)),
    tenantId: z.uuid(),
    tenantName: z.string(),
    tier: z.int(),
    commercial: z.boolean(),
    expiresAt: z.iso.datetime(),
    /** Where a stand-in speaks for AWS: how many times as fast as life it works. Null: it is AWS. */
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
      summary: 'Sign a browser in with an API key: sets the cookie that stands for it, for 12 hours at most',
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
      summary: 'Read who is signed in by the cookie',
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
      summary: 'Sign out: the cookie is worth nothing any more',
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

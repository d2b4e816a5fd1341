/**
 * Who is calling: an API key as Bearer token, or as the password of HTTP Basic where a browser opens a page, or a
 * session's cookie. Other proofs belong here too; what follows asks only for a caller.
 */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { Refused } from '../../core/errors.js';
import { batched } from '../../store/db/batching.js';
import { checkKey, markUsed, type Caller, type Credential, type Scope } from '../../store/people/identity.js';
import type { Ledger } from '../../store/db/ledger.js';
import { checkSession, markSeen } from '../../store/people/sessions.js';
import { tokenIn } from './cookie.js';
import { scopeOf, type Route } from './route.js';

export interface Authenticated {
  caller: Caller;
  scopes: readonly Scope[];
  /** Whose share of requests this is: a key's or a session's. */
  keyId: string;
  session: { id: string; expiresAt: Date } | null;
}

export interface Auth {
  /** How long a revoked key may still work. */
  ttlMs: number;
  /** Null when nothing valid was sent. */
  whoSent(req: Request, basic: boolean): Promise<Authenticated | null>;
}

/** @param ttlMs how long an answer of the ledger about a key is believed, above 0 */
export function openAuth(ledger: Ledger, ttlMs: number): Auth {
  const use = batched<string, void>(async (ids) => {
    await markUsed(ledger, ids);
    return ids.map(() => {});
  });
  const see = batched<string, void>(async (ids) => {
    await markSeen(ledger, ids);
    return ids.map(() => {});
  });
  // Nobody waits for it, and whoever asks is answered without it too.
  const mark = (id: string, by: (id: string) => Promise<void>) => void by(id).catch(() => {});

  const cache = new LRUCache<string, Credential, string>({
    max: 10_000,
    ttl: ttlMs,
    // Else a request would fail when its key is pushed out while it is being looked up.
    ignoreFetchAbort: true,
    fetchMethod: async (_, __, { context: key }) => {
      const proof = await checkKey(ledger, key);
      if (proof?.isStale) mark(proof.key.id, use);
      return proof ?? undefined;
    },
  });

  async function byKey(key: string): Promise<Authenticated | null> {
    const hash = createHash('sha256').update(key).digest('base64');
    const proof = await cache.fetch(hash, { context: key });
    if (!proof) return null;
    return {
      caller: proof.caller,
      scopes: proof.key.scopes,
      keyId: `rdt_${proof.key.keyId}`,
      session: null,
    };
  }

  /** Asked of the ledger each time: whoever signs out is out at once. */
  async function bySession(token: string): Promise<Authenticated | null> {
    const proof = await checkSession(ledger, token);
    if (!proof) return null;
    const { session } = proof;
    if (proof.isStale) mark(session.id, see);
    return { caller: proof.caller, scopes: proof.key.scopes, keyId: session.id, session };
  }

  return {
    ttlMs,
    async whoSent(req, basic) {
      const authorization = req.get('authorization');
      if (authorization !== undefined) {
        const key = keyIn(authorization, basic);
        return key === null ? null : byKey(key);
      }
      const token = tokenIn(req);
      return token === undefined ? null : bySession(token);
    },
  };
}

function keyIn(header: string, basic: boolean): string | null {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+)$/i.exec(header) ?? [];
  if (!scheme || !credentials) return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (!basic) return null;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return password ?? null;
}

/** @throws Refused `role_required`, `scope_required` */
export function mustBeAllowed(route: Route, { caller: { role }, scopes }: Authenticated): void {
  const { roles } = route;
  if (roles !== 'public' && !roles.includes(role)) {
    throw new Refused('role_required', `This is for ${roles.join(', ')}: your role is ${role}.`);
  }
  const scope = scopeOf(route);
  if (scope !== 'any' && scopes.length > 0 && !scopes.includes(scope)) {
    throw new Refused(
      'scope_required',
      `This needs a key with the scope ${scope}: yours has ${scopes.join(', ')}.`,
    );
  }
}

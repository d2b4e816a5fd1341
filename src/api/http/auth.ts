/**
 * Authenticates the caller: by an API key (as Bearer token, or as the HTTP Basic password where a browser opens a page),
 * or by a session cookie. Other kinds of credentials belong here too; the rest of the code sees only a caller.
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
  /** The key or session whose rate limit counts this request. */
  keyId: string;
  session: { id: string; expiresAt: Date } | null;
}

export interface Auth {
  /** How long a revoked key may still work, in milliseconds. */
  ttlMs: number;
  /** Null when the request has no valid credentials. */
  authenticate(req: Request, basic: boolean): Promise<Authenticated | null>;
}

/** @param ttlMs how long a key that was checked in the ledger is cached, above 0 */
export function openAuth(ledger: Ledger, ttlMs: number): Auth {
  const use = batched<string, void>(async (ids) => {
    await markUsed(ledger, ids);
    return ids.map(() => {});
  });
  const see = batched<string, void>(async (ids) => {
    await markSeen(ledger, ids);
    return ids.map(() => {});
  });
  // Not awaited: a request succeeds even if this write fails.
  const mark = (id: string, by: (id: string) => Promise<void>) => void by(id).catch(() => {});

  const cache = new LRUCache<string, Credential, string>({
    max: 10_000,
    ttl: ttlMs,
    // Without this, a request would fail if its key were evicted during the lookup.
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

  /** Not cached, so that a sign-out takes effect at once. */
  async function bySession(token: string): Promise<Authenticated | null> {
    const proof = await checkSession(ledger, token);
    if (!proof) return null;
    const { session } = proof;
    if (proof.isStale) mark(session.id, see);
    return { caller: proof.caller, scopes: proof.key.scopes, keyId: session.id, session };
  }

  return {
    ttlMs,
    async authenticate(req, basic) {
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
    throw new Refused(
      'role_required',
      `This needs one of the roles ${roles.join(', ')}. Your role is ${role}.`,
    );
  }
  const scope = scopeOf(route);
  if (scope !== 'any' && scopes.length > 0 && !scopes.includes(scope)) {
    throw new Refused(
      'scope_required',
      `This needs a key with the scope ${scope}. Your key has ${scopes.join(', ')}.`,
    );
  }
}

/** Who is calling: an API key as Bearer token, or as the password of HTTP Basic where a browser opens a page. */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Refused } from '../core/errors.js';
import { whoHolds, type Caller } from '../store/people.js';
import type { Ledger } from '../store/pool.js';
import type { Route } from './route.js';

/** How long a revoked key may still work. */
const TTL_MS = 5_000;

export interface Auth {
  /** Null when no valid key was sent. */
  whoSent(header: string | undefined, basic: boolean): Promise<{ caller: Caller; keyId: string } | null>;
}

export function openAuth(ledger: Ledger): Auth {
  const cache = new LRUCache<string, Caller, string>({
    max: 10_000,
    ttl: TTL_MS,
    // Else a request would fail when its key is pushed out while it is being looked up.
    ignoreFetchAbort: true,
    fetchMethod: async (_, __, { context: key }) => (await whoHolds(ledger, key)) ?? undefined,
  });
  return {
    async whoSent(header, basic) {
      const key = keyIn(header, basic);
      if (key === null) return null;
      const hash = createHash('sha256').update(key).digest('base64');
      const caller = await cache.fetch(hash, { context: key });
      return caller ? { caller, keyId: key.slice(0, 'rdt_'.length + 12) } : null;
    },
  };
}

function keyIn(header = '', basic: boolean): string | null {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+)$/i.exec(header) ?? [];
  if (!scheme || !credentials) return null;
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (!basic) return null;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
  return password ?? null;
}

/** @throws Refused `role_required` */
export function mustHaveRole({ roles }: Route, { role }: Caller): void {
  if (roles !== 'public' && !roles.includes(role)) {
    throw new Refused('role_required', `This is for ${roles.join(', ')}: your role is ${role}.`);
  }
}

/** Manages API keys: the caller's own, those of the tenant, or all, depending on the caller's role. */
import { InvalidInput, NotFound } from '../../core/errors.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import { insertKey, type Caller, type Role, type Scope } from './identity.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export interface KeyRow {
  id: string;
  keyId: string;
  name: string;
  role: Role;
  userEmail: string;
  tenantName: string;
  scopes: Scope[];
  mustQuote: boolean;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  createdAt: Date;
}

/** A tenant's administrator does not reach platform administrators of the same tenant. */
export const REACH = `(u.id = $1 or $2 = 'platform_admin' or ($2 = 'tenant_admin' and u.tenant_id = $3 and a.id is null))`;
export const reachOf = ({ userId, role, tenantId }: Caller): unknown[] => [userId, role, tenantId];

const KEYS = `select k.id, k.key_id, k.name, coalesce(a.role, u.role) as role, u.email as user_email, t.name as tenant_name,
    k.scopes, k.must_quote, k.expires_at, k.last_used_at, k.revoked_at, k.created_at, ${cursorOf('k')}
  from api_keys k join users u on u.id = k.user_id join tenants t on t.id = u.tenant_id
  left join administrators a on a.user_id = u.id and a.enabled
  where ${REACH}`;

export const listKeys = (session: Session, caller: Caller, page: Newest): Promise<Listed<KeyRow>[]> =>
  session.query<Listed<KeyRow>>(`${KEYS} ${newestOf('k', 4)}`, [...reachOf(caller), ...valuesOf(page)]);

/** @throws NotFound for a user out of reach, InvalidInput if it would have expired already */
export async function makeKey(
  ledger: Ledger,
  caller: Caller,
  wanted: {
    userId: string;
    name: string;
    scopes: readonly Scope[];
    expiresAt: Date | null;
    mustQuote: boolean;
  },
  actor: Actor,
): Promise<{ row: Listed<KeyRow>; key: string }> {
  return ledger.as(actor, async (session) => {
    const [owner] = await session.query<{ userId: string; tenantId: string; isPast: boolean }>(
      `select u.id as user_id, u.tenant_id, coalesce($5::timestamptz <= ledger_now(), false) as is_past
       from users u left join administrators a on a.user_id = u.id and a.enabled
       where ${REACH} and u.id = $4 and u.enabled`,
      [...reachOf(caller), wanted.userId, wanted.expiresAt],
    );
    if (!owner) throw new NotFound('user', wanted.userId);
    if (owner.isPast) {
      throw new InvalidInput('A key cannot expire before it is created.', [
        { path: 'expiresAt', message: 'must be in the future' },
      ]);
    }
    const key = await insertKey(session, owner, wanted.name, wanted);
    const [row] = await session.query<Listed<KeyRow>>(`${KEYS} and k.key_id = $4`, [
      ...reachOf(caller),
      key.split('_')[1],
    ]);
    return { row: row as Listed<KeyRow>, key };
  });
}

/**
 * Revokes a key and ends its sessions. Repeating it changes nothing.
 *
 * @throws NotFound
 */
export async function revokeKey(ledger: Ledger, caller: Caller, id: string, actor: Actor): Promise<void> {
  const found = await ledger.as(actor, (session) =>
    session.query(
      `with mine as (
         select k.id from api_keys k join users u on u.id = k.user_id
         left join administrators a on a.user_id = u.id and a.enabled where ${REACH} and k.id = $4
       ), revoked as (
         update api_keys k set revoked_at = ledger_now(), updated_at = ledger_now()
         from mine where k.id = mine.id and k.revoked_at is null
       )
       select from mine`,
      [...reachOf(caller), id],
    ),
  );
  if (found.length === 0) throw new NotFound('API key', id);
}

/** Manages users. A platform role is stored beside the role in the tenant, and takes precedence. */
import { Conflict, NotFound } from '../../core/errors.js';
import { REACH, reachOf } from './keys.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import type { Caller, Role } from './identity.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

export interface UserRow {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  tenantId: string;
  tenantName: string;
  enabled: boolean;
  createdAt: Date;
}

const USERS = `select u.id, u.email, u.name, coalesce(a.role, u.role) as role, u.tenant_id, t.name as tenant_name,
    u.enabled, u.created_at, ${cursorOf('u')}
  from users u join tenants t on t.id = u.tenant_id left join administrators a on a.user_id = u.id and a.enabled
  where ${REACH}`;

export const listUsers = (session: Session, caller: Caller, page: Newest): Promise<Listed<UserRow>[]> =>
  session.query<Listed<UserRow>>(`${USERS} ${newestOf('u', 4)}`, [...reachOf(caller), ...valuesOf(page)]);

const isOfTenant = (role: Role): boolean => role === 'tenant_admin' || role === 'tenant_user';

/** @throws Conflict `email_taken`, NotFound for the tenant */
export async function makeUser(
  ledger: Ledger,
  caller: Caller,
  wanted: { email: string; name: string | null; role: Role; tenantId: string },
  actor: Actor,
): Promise<Listed<UserRow>> {
  const { email, name, role, tenantId } = wanted;
  return ledger.as(actor, async (session) => {
    const tenants = await session.query('select from tenants where id = $1', [tenantId]);
    if (tenants.length === 0) throw new NotFound('tenant', tenantId);
    const [made] = await session.query<{ id: string }>(
      `insert into users (tenant_id, email, name, role) values ($1, $2, $3, $4) on conflict (tenant_id, email) do nothing returning id`,
      [tenantId, email, name, isOfTenant(role) ? role : 'tenant_user'],
    );
    if (!made)
      throw new Conflict('email_taken', `${email} is a user of this tenant already: use another address.`);
    await appoint(session, made.id, role);
    return readUser(session, caller, made.id);
  });
}

/** @throws NotFound, Conflict `own_account` for a change that would lock the caller out */
export async function changeUser(
  ledger: Ledger,
  caller: Caller,
  id: string,
  wanted: { name?: string | null | undefined; role?: Role | undefined; enabled?: boolean | undefined },
  actor: Actor,
): Promise<Listed<UserRow>> {
  return ledger.as(actor, async (session) => {
    await session.query('select from users where id = $1 for no key update', [id]);
    const before = await readUser(session, caller, id);
    const { name = before.name, role = before.role, enabled = before.enabled } = wanted;
    if (id === caller.userId && (role !== before.role || !enabled)) {
      throw new Conflict(
        'own_account',
        'Ask another administrator to change your own role or to disable you.',
      );
    }
    await session.query(
      `update users set name = $2, role = case when $3 in ('tenant_admin', 'tenant_user') then $3 else role end,
         enabled = $4, updated_at = ledger_now()
       where id = $1 and (name is distinct from $2 or enabled <> $4 or $3 <> role)`,
      [id, name, role, enabled],
    );
    await appoint(session, id, role);
    return readUser(session, caller, id);
  });
}

async function readUser(session: Session, caller: Caller, id: string): Promise<Listed<UserRow>> {
  const [row] = await session.query<Listed<UserRow>>(`${USERS} and u.id = $4`, [...reachOf(caller), id]);
  if (!row) throw new NotFound('user', id);
  return row;
}

/** Grants or revokes a platform role. Without a change, nothing is written. */
async function appoint(session: Session, userId: string, role: Role): Promise<void> {
  if (isOfTenant(role)) {
    await session.query(
      'update administrators set enabled = false, updated_at = ledger_now() where user_id = $1 and enabled',
      [userId],
    );
    return;
  }
  await session.query(
    `insert into administrators as a (user_id, role) values ($1, $2)
     on conflict (user_id) do update set role = excluded.role, enabled = true, updated_at = ledger_now()
     where a.role <> excluded.role or not a.enabled`,
    [userId, role],
  );
}

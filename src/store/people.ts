/** Tenants, users, administrators and the keys that prove who is calling. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Conflict } from '../core/errors.js';
import { SYSTEM, type Actor, type Ledger, type Session } from './pool.js';

export const ROLES = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  role: Role;
  userId: string;
  tenantId: string;
  tier: number;
  /** Sells what it makes: licences must allow that. */
  commercial: boolean;
  email: string;
  administratorId: string | null;
}

const KEY = /^rdt_([A-Za-z0-9]{12})_([A-Za-z0-9]{43})$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters of base 62, each drawn evenly: bytes that would favour some letters are thrown away. */
function randomLetters(length: number): string {
  let letters = '';
  while (letters.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && letters.length < length) letters += LETTERS[byte % 62];
    }
  }
  return letters;
}

// A key's random part has 256 bits: a plain hash is as good as a slow one, and requests stay fast.
const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Who holds this key; null for a key that is malformed, unknown, expired or revoked, or whose owner is disabled. */
export async function whoHolds(ledger: Ledger, key: string): Promise<Caller | null> {
  const [, keyId, secret] = KEY.exec(key) ?? [];
  if (!keyId || !secret) return null;
  const [row] = await ledger.query<
    Omit<Caller, 'role'> & { secretHash: Buffer; userRole: Role; adminRole: Role | null }
  >(
    `select k.secret_hash, u.id as user_id, u.tenant_id, u.email, u.role as user_role, t.tier, t.commercial,
       a.id as administrator_id, a.role as admin_role
     from api_keys k
     join users u on u.id = k.user_id and u.enabled
     join tenants t on t.id = u.tenant_id and t.enabled
     left join administrators a on a.user_id = u.id and a.enabled
     where k.key_id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > ledger_now())`,
    [keyId],
  );
  if (!row || !timingSafeEqual(row.secretHash, hash(secret))) return null;
  const { secretHash: _, userRole, adminRole, ...caller } = row;
  return { ...caller, role: adminRole ?? userRole };
}

/** Makes a key for a user. The key is returned once and kept nowhere. */
export async function issueKey(
  ledger: Ledger,
  owner: { tenantId: string; userId: string },
  name: string,
  actor: Actor,
): Promise<string> {
  return ledger.as(actor, (session) => insertKey(session, owner, name));
}

async function insertKey(
  session: Session,
  owner: { tenantId: string; userId: string },
  name: string,
): Promise<string> {
  const keyId = randomLetters(12);
  const secret = randomLetters(43);
  await session.query(
    'insert into api_keys (key_id, secret_hash, tenant_id, user_id, name) values ($1, $2, $3, $4, $5)',
    [keyId, hash(secret), owner.tenantId, owner.userId, name],
  );
  return `rdt_${keyId}_${secret}`;
}

export interface NewUser {
  tenant: { name: string; tier: number };
  email: string;
  role: 'tenant_admin' | 'tenant_user';
  /** Set for people who run the place. */
  administrator?: 'platform_admin' | 'operator' | 'auditor';
}

/**
 * Adds a user, and the tenant too when there is none of that name; the same call again finds what the first one made.
 *
 * @throws Conflict `email_taken` when the address belongs to a user of another tenant
 */
export async function addUser(
  ledger: Ledger,
  user: NewUser,
  actor: Actor = SYSTEM,
): Promise<{ tenantId: string; userId: string }> {
  return ledger.as(actor, (session) => insertUser(session, user));
}

async function insertUser(
  session: Session,
  { tenant, email, role, administrator }: NewUser,
): Promise<{ tenantId: string; userId: string }> {
  await session.query('insert into tenants (name, tier) values ($1, $2) on conflict (name) do nothing', [
    tenant.name,
    tenant.tier,
  ]);
  await session.query(
    `insert into users (tenant_id, email, role) select id, $2, $3 from tenants where name = $1
     on conflict (email) do nothing`,
    [tenant.name, email, role],
  );
  const [user] = await session.query<{ tenantId: string; userId: string }>(
    `select u.tenant_id, u.id as user_id from users u join tenants t on t.id = u.tenant_id
     where u.email = $1 and t.name = $2`,
    [email, tenant.name],
  );
  if (!user)
    throw new Conflict('email_taken', `${email} is a user of another tenant: choose another address.`);
  if (administrator) {
    await session.query(
      'insert into administrators (user_id, role) values ($1, $2) on conflict (user_id) do nothing',
      [user.userId, administrator],
    );
  }
  return user;
}

const FIRST: NewUser = {
  tenant: { name: 'default', tier: 5 },
  email: 'admin@localhost',
  role: 'tenant_admin',
  administrator: 'platform_admin',
};

/** The first start: a default tenant, a platform administrator and a key. Null when somebody holds a key already. */
export async function bootstrap(ledger: Ledger): Promise<string | null> {
  return ledger.as(SYSTEM, async (session) => {
    // Two that start at once take turns: the second finds the key of the first.
    await session.query("select pg_advisory_xact_lock(hashtext('radiant: the first key'))");
    const [keys] = await session.query<{ exist: boolean }>('select exists (select from api_keys) as exist');
    if (keys?.exist) return null;
    return insertKey(session, await insertUser(session, FIRST), 'first administrator');
  });
}

/** A key for the first administrator when the one printed at the first start was lost. */
export async function replaceFirstKey(ledger: Ledger): Promise<string> {
  return issueKey(ledger, await addUser(ledger, FIRST), 'first administrator, replaced', SYSTEM);
}

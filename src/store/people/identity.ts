/** Tenants, users and administrators, and the API keys that authenticate them. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SYSTEM, type Actor, type Ledger, type Session } from '../db/ledger.js';

export const ROLES = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
export type Role = (typeof ROLES)[number];

/** Scopes that restrict a key; a key without scopes may do everything that its owner may. */
export const SCOPES = ['read', 'run', 'administer'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  role: Role;
  userId: string;
  tenantId: string;
  tier: number;
  /** The tenant uses results commercially, so licences must allow that. */
  commercial: boolean;
  email: string;
  administratorId: string | null;
  /** The key starts only executions that were quoted. */
  mustQuote: boolean;
}

/** True if the role may read parameters, outputs, files and names of executions. */
export const seesPayloads = ({ role }: Pick<Caller, 'role'>): boolean =>
  role !== 'operator' && role !== 'auditor';

/** An authenticated caller, and the key used. */
export interface Credential {
  caller: Caller;
  key: {
    id: string;
    /** Its public part. */
    keyId: string;
    scopes: readonly Scope[];
  };
  /** The recorded last use is at least a minute old. */
  isStale: boolean;
}

const KEY = /^rdt_([A-Za-z0-9]{12})_([A-Za-z0-9]{43})$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random base-62 letters without bias: bytes that would favour some letters are discarded. */
function randomLetters(length: number): string {
  let letters = '';
  while (letters.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && letters.length < length) letters += LETTERS[byte % 62];
    }
  }
  return letters;
}

// A key's random part has 256 bits, so a fast hash is as safe as a slow one.
const hash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Joins of a key `k`: its owner `u`, the tenant `t`, and `a` if the owner is an administrator. */
export const OWNER = `join users u on u.id = k.user_id and u.enabled
  join tenants t on t.id = u.tenant_id and t.enabled
  left join administrators a on a.user_id = u.id and a.enabled`;
export const IN_FORCE = 'k.revoked_at is null and (k.expires_at is null or k.expires_at > ledger_now())';
export const CREDENTIAL = `k.id as key_uuid, k.key_id, k.scopes, u.id as user_id, u.tenant_id, u.email, coalesce(a.role, u.role) as role,
  t.tier, t.commercial, a.id as administrator_id, k.must_quote`;
export const A_MINUTE_AGO = "ledger_now() - interval '1 minute'";

export interface CredentialRow extends Caller {
  keyUuid: string;
  keyId: string;
  scopes: Scope[];
  isStale: boolean;
}

export const credentialOf = ({ keyUuid, keyId, scopes, isStale, ...caller }: CredentialRow): Credential => ({
  caller,
  key: { id: keyUuid, keyId, scopes },
  isStale,
});

/** Null if the key is malformed, unknown, expired or revoked, or its owner is disabled. */
export async function checkKey(ledger: Ledger, key: string): Promise<Credential | null> {
  const [, keyId, secret] = KEY.exec(key) ?? [];
  if (!keyId || !secret) return null;
  const [found] = await ledger.query<CredentialRow & { secretHash: Buffer }>(
    `select k.secret_hash, ${CREDENTIAL}, k.last_used_at is null or k.last_used_at <= ${A_MINUTE_AGO} as is_stale
     from api_keys k ${OWNER} where k.key_id = $1 and ${IN_FORCE}`,
    [keyId],
  );
  if (!found || !timingSafeEqual(found.secretHash, hash(secret))) return null;
  const { secretHash: _, ...row } = found;
  return credentialOf(row);
}

/** The owner of a key; null if it is not valid. */
export const callerOf = async (ledger: Ledger, key: string): Promise<Caller | null> =>
  (await checkKey(ledger, key))?.caller ?? null;

/** A user as the author of requests; null if the user or its tenant is disabled. */
export async function callerOfUser(session: Session, userId: string): Promise<Caller | null> {
  const [caller] = await session.query<Caller>(
    `select u.id as user_id, u.tenant_id, u.email, coalesce(a.role, u.role) as role, t.tier, t.commercial, a.id as administrator_id,
       false as must_quote
     from users u join tenants t on t.id = u.tenant_id and t.enabled
     left join administrators a on a.user_id = u.id and a.enabled
     where u.id = $1 and u.enabled`,
    [userId],
  );
  return caller ?? null;
}

/** Records the last use of keys, at most once a minute for each. */
export const markUsed = (session: Session, keys: readonly string[]): Promise<object[]> =>
  session.query(
    `update api_keys set last_used_at = ledger_now()
     where id = any ($1::uuid[]) and (last_used_at is null or last_used_at <= ${A_MINUTE_AGO})`,
    [keys],
  );

/** Creates a key for a user. The key is returned once and stored only as a hash. */
export async function issueKey(
  ledger: Ledger,
  owner: { tenantId: string; userId: string },
  name: string,
  actor: Actor,
): Promise<string> {
  return ledger.as(actor, (session) => insertKey(session, owner, name));
}

export async function insertKey(
  session: Session,
  owner: { tenantId: string; userId: string },
  name: string,
  {
    scopes = [],
    expiresAt = null,
    mustQuote = false,
  }: { scopes?: readonly Scope[]; expiresAt?: Date | null; mustQuote?: boolean } = {},
): Promise<string> {
  const keyId = randomLetters(12);
  const secret = randomLetters(43);
  await session.query(
    `insert into api_keys (key_id, secret_hash, tenant_id, user_id, name, scopes, expires_at, must_quote)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [keyId, hash(secret), owner.tenantId, owner.userId, name, scopes, expiresAt, mustQuote],
  );
  return `rdt_${keyId}_${secret}`;
}

export interface NewUser {
  tenant: { name: string; tier: number };
  email: string;
  role: 'tenant_admin' | 'tenant_user';
  /** Set for administrators of the platform. */
  administrator?: 'platform_admin' | 'operator' | 'auditor';
}

/**
 * Adds a user, and the tenant if there is none of that name. Repeating the call returns the same user.
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
     on conflict (tenant_id, email) do nothing`,
    [tenant.name, email, role],
  );
  const [user] = await session.query<{ tenantId: string; userId: string }>(
    `select u.tenant_id, u.id as user_id from users u join tenants t on t.id = u.tenant_id
     where u.email = $1 and t.name = $2`,
    [email, tenant.name],
  );
  if (!user) throw new Error('A user that was just added is not there.');
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

/** At the first start, creates a default tenant, a platform administrator and a key. Null if a key exists already. */
export async function bootstrap(ledger: Ledger): Promise<string | null> {
  return ledger.as(SYSTEM, async (session) => {
    // Processes that start at the same time take turns: the second finds the key of the first.
    await session.query("select pg_advisory_xact_lock(hashtext('radiant: the first key'))");
    const [keys] = await session.query<{ exist: boolean }>('select exists (select from api_keys) as exist');
    if (keys?.exist) return null;
    return insertKey(session, await insertUser(session, FIRST), 'first administrator');
  });
}

/** Creates a new key for the first administrator, if the one printed at the first start was lost. */
export async function replaceFirstKey(ledger: Ledger): Promise<string> {
  return issueKey(ledger, await addUser(ledger, FIRST), 'first administrator, replaced', SYSTEM);
}

/** Browser sessions: each acts as the key that opened it, and ends with that key. */
import { createHash, randomBytes } from 'node:crypto';
import {
  A_MINUTE_AGO,
  IN_FORCE,
  markUsed,
  OWNER,
  CREDENTIAL,
  credentialOf,
  type Credential,
  type CredentialRow,
} from './identity.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

const LASTS = "interval '12 hours'";
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const hash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Opens a session. Its token is returned once and stored only as a hash. */
export async function openSession(
  ledger: Ledger,
  { caller, key }: Credential,
  actor: Actor,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  return ledger.as(actor, async (session) => {
    await session.query('delete from sessions where expires_at <= ledger_now()');
    const [row] = await session.query<{ expiresAt: Date }>(
      `insert into sessions (secret_hash, user_id, api_key_id, expires_at)
       select $1, $2, k.id, least(k.expires_at, ledger_now() + ${LASTS}) from api_keys k where k.id = $3
       returning expires_at`,
      [hash(token), caller.userId, key.id],
    );
    await markUsed(session, [key.id]);
    if (!row) throw new Error('The key was deleted while a session was opened with it.');
    return { token, ...row };
  });
}

/** Null if the token is unknown, or its session, key or owner is no longer valid. */
export async function checkSession(
  ledger: Ledger,
  token: string,
): Promise<(Credential & { session: { id: string; expiresAt: Date } }) | null> {
  if (!TOKEN.test(token)) return null;
  const [found] = await ledger.query<CredentialRow & { sessionId: string; sessionEnds: Date }>(
    `select ${CREDENTIAL}, s.id as session_id, s.expires_at as session_ends, s.last_seen_at <= ${A_MINUTE_AGO} as is_stale
     from sessions s join api_keys k on k.id = s.api_key_id and k.user_id = s.user_id ${OWNER}
     where s.secret_hash = $1 and s.expires_at > ledger_now() and ${IN_FORCE}`,
    [hash(token)],
  );
  if (!found) return null;
  const { sessionId, sessionEnds, ...row } = found;
  return { ...credentialOf(row), session: { id: sessionId, expiresAt: sessionEnds } };
}

export const endSession = (ledger: Ledger, id: string, actor: Actor): Promise<object[]> =>
  ledger.as(actor, (session) => session.query('delete from sessions where id = $1', [id]));

/** Records the last use of sessions, at most once a minute for each. */
export const markSeen = (session: Session, ids: readonly string[]): Promise<object[]> =>
  session.query(
    `update sessions set last_seen_at = ledger_now() where id = any ($1::uuid[]) and last_seen_at <= ${A_MINUTE_AGO}`,
    [ids],
  );

/** The names of a user and the tenant. */
export async function namesOf(
  session: Session,
  userId: string,
): Promise<{ name: string | null; tenantName: string }> {
  const [row] = await session.query<{ name: string | null; tenantName: string }>(
    'select u.name, t.name as tenant_name from users u join tenants t on t.id = u.tenant_id where u.id = $1',
    [userId],
  );
  if (!row) throw new Error('A user who is signed in is gone.');
  return row;
}

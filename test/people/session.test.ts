/** A browser signs in with a key, is identified by a cookie, and loses access in time. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUser, issueKey, type Scope } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { codeOf, cookieOf, openBrowser, OURS, type Browser } from '../harness/browser.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let signIn: Browser['signIn'];
let cookieFor: Browser['cookieFor'];
let ask: Browser['ask'];
let status: Browser['status'];
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 2_000 } });
  ({ signIn, cookieFor, ask, status } = openBrowser(system.url));
});
afterAll(() => system.stop());

test('a browser signs in, is identified and signs out; only hashes are stored', async () => {
  const key = await system.keyFor('acme', 4, 'tenant_admin');
  const response = await signIn(` ${key}\n`, OURS);
  expect(response.status).toBe(201);
  const session = await response.json();
  expect(session).toMatchObject({
    email: 'tenant_admin@acme.test',
    name: null,
    role: 'tenant_admin',
    scopes: [],
    tenantName: 'acme',
    tier: 4,
    commercial: true,
  });
  const left = Date.parse((session as { expiresAt: string }).expiresAt) - Date.now();
  expect(Math.abs(left - 12 * 3_600_000)).toBeLessThan(60_000);
  expect(response.headers.get('set-cookie')).toMatch(
    /^radiant=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );

  const cookie = cookieOf(response);
  expect(await (await ask(cookie, '/v1/session')).json()).toEqual(session);
  expect((await ask(cookie, '/v1/workflows')).status).toBe(200);
  const [{ hash, everything, audit }] = (
    await system.owner.query<{ hash: string; everything: string; audit: string }>(
      `select encode(secret_hash, 'hex') as hash, s::text as everything,
         (select string_agg(l::text, '') from orchestration_audit_log l) as audit from sessions s`,
    )
  ).rows as [{ hash: string; everything: string; audit: string }];
  expect(everything + audit).not.toContain(cookie.split('=')[1]);
  expect(everything).toContain(hash);
  expect(audit).not.toContain(hash);

  const out = await ask(cookie, '/v1/session', { method: 'DELETE', ...OURS });
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    204,
    'radiant=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
  ]);
  expect(await status(cookie)).toBe(401);
  const { rows } = await system.owner.query(
    `select action, actor_type as type, ip_address is not null as placed, request_id is not null as traced
     from orchestration_audit_log where entity_type = 'session' order by seq`,
  );
  expect(rows).toEqual(
    ['created', 'deleted'].map((action) => ({ action, type: 'user', placed: true, traced: true })),
  );
});

describe('a session ends', () => {
  const change = (sql: string, values: unknown[] = []) =>
    system.ledger.as(SYSTEM, (session) => session.query(sql, values));
  test.each([
    ['with its key', 'update api_keys set revoked_at = ledger_now() where user_id = $1'],
    [
      'when its key expires',
      "update api_keys set expires_at = ledger_now() - interval '1 s' where user_id = $1",
    ],
    ['with its user', 'update users set enabled = false where id = $1'],
    [
      'with its tenant',
      'update tenants set enabled = false where id = (select tenant_id from users where id = $1)',
    ],
    [
      'after its lifetime, however much it was used',
      `update sessions set created_at = created_at - interval '12 hours', expires_at = ledger_now(), last_seen_at = ledger_now()
       where user_id = $1`,
    ],
  ])('%s, at once', async (why, sql) => {
    const cookie = await cookieFor(await system.keyFor(why.replaceAll(/\W/g, ''), 4));
    const { userId } = (await (await ask(cookie, '/v1/session')).json()) as { userId: string };
    await change(sql, [userId]);
    expect(await status(cookie)).toBe(401);
  });

  test('a session, and a stream opened with it, lasts no longer than its key', async () => {
    const key = await system.keyFor('brief', 4, 'tenant_admin');
    await change(`update api_keys set expires_at = ledger_now() + interval '1 hour' where key_id = $1`, [
      key.slice(4, 16),
    ]);
    const response = await signIn(key);
    const { expiresAt } = (await response.json()) as { expiresAt: string };
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(3_600_001);

    const authorization = `Bearer ${key}`;
    const made = await system.ask(
      'POST',
      '/v1/workflows/protein_folding_alphafold2/executions',
      { parameters: { sequence: 'ACDEFGHIKLMNPQRSTVWY' } },
      { authorization },
    );
    const { id } = (await made.json()) as { id: string };
    const stream = await ask(cookieOf(response), `/v1/executions/${id}/events`);
    expect(stream.status).toBe(200);
    await change('update api_keys set revoked_at = ledger_now() where key_id = $1', [key.slice(4, 16)]);
    await expect(stream.text()).rejects.toThrow(/terminated/);
  });

  test('an expired session is deleted when somebody signs in', async () => {
    await change(
      "update sessions set created_at = created_at - interval '13 hours', expires_at = ledger_now() - interval '1 s'",
    );
    await cookieFor(system.key);
    const { rows } = await system.owner.query('select count(*)::int as sessions from sessions');
    expect(rows).toEqual([{ sessions: 1 }]);
  });
});

test("a cookie has its key's rights, works for the board, and yields to a key in the same request", async () => {
  const user = await addUser(system.ledger, {
    tenant: { name: 'staff', tier: 1 },
    email: 'operator@staff.test',
    role: 'tenant_user',
    administrator: 'operator',
  });
  const key = await issueKey(system.ledger, user, 'reads only', SYSTEM);
  const scopes: Scope[] = ['read'];
  await system.ledger.as(SYSTEM, (session) =>
    session.query('update api_keys set scopes = $1 where user_id = $2', [scopes, user.userId]),
  );
  const cookie = await cookieFor(key);
  expect(await (await ask(cookie, '/v1/session')).json()).toMatchObject({ role: 'operator', scopes });
  expect((await ask(cookie, '/queues')).status).toBe(200);
  const brakes = await ask(cookie, '/v1/thermal/brakes', { method: 'PUT', ...OURS });
  expect(await codeOf(brakes)).toEqual([403, 'scope_required']);
  expect((await ask(cookie, '/v1/session', { authorization: 'Bearer x' })).status).toBe(401);
  expect((await ask(cookie, '/v1/session', { authorization: `Bearer ${key}` })).status).toBe(401);
  expect((await ask(cookie, '/v1/session', { method: 'DELETE', ...OURS })).status).toBe(204);
});

test('the time of last use is written once a minute', async () => {
  const cookie = await cookieFor(await system.keyFor('seen', 4));
  const seen = async () => {
    const { rows } = await system.owner.query<{ at: Date; id: string }>(
      `select s.id, s.last_seen_at as at from sessions s join users u on u.id = s.user_id where u.email = 'tenant_user@seen.test'`,
    );
    return rows[0] as { at: Date; id: string };
  };
  const { at: first, id } = await seen();
  expect(await status(cookie)).toBe(200);
  expect((await seen()).at).toEqual(first);
  await system.owner.query(
    `update sessions set last_seen_at = last_seen_at - interval '61 s' where id = $1`,
    [id],
  );
  expect(await status(cookie)).toBe(200);
  await expect.poll(async () => (await seen()).at >= first).toBe(true);
});

test('wrong keys and forged cookies are refused, and soon rate limited', async () => {
  expect(await codeOf(await signIn('rdt_x'))).toEqual([401, 'unauthenticated']);
  for (const cookie of [
    'radiant=',
    `radiant=${'A'.repeat(43)}`,
    'radiant=%',
    `__Host-radiant=${'A'.repeat(43)}`,
  ])
    expect(await status(cookie)).toBe(401);
  const wrong = `rdt_${'a'.repeat(12)}_${'b'.repeat(43)}`;
  const answers = await Promise.all(Array.from({ length: 40 }, () => signIn(wrong)));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401, 429]));
  expect(answers.every((answer) => answer.headers.get('set-cookie') === null)).toBe(true);
  expect((await signIn(system.key)).status).toBe(201);
});

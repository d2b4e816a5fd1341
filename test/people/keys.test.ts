/** Keys are administered through the API: within the caller's reach, audited, and never with more rights than their maker. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openPeopleHarness, type Item, type People } from './people-harness.js';

let system: TestSystem;
let ask: People['ask'];
let refusal: People['refusal'];
let works: People['works'];
let auditOf: People['auditOf'];
let inTenant: People['inTenant'];
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { rateLimit: 10_000 } });
  ({ ask, refusal, works, auditOf, inTenant } = openPeopleHarness(system));
});
afterAll(() => system.stop());

describe('a key', () => {
  test('is made and shown once, works, is listed, and ends when it is revoked', async () => {
    const made = await ask('POST', '/v1/api-keys', { name: ' laptop ', scopes: ['run', 'read', 'run'] });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'laptop',
        role: 'platform_admin',
        userEmail: 'admin@localhost',
        tenantName: 'default',
        scopes: ['read', 'run'],
        expiresAt: null,
        lastUsedAt: null,
        revokedAt: null,
      },
    });
    const { key, id, keyId } = made.body;
    expect(key).toMatch(new RegExp(`^rdt_${keyId}_[A-Za-z0-9]{43}$`));
    expect(await works(key)).toBe(true);
    const { key: _, ...shown } = made.body;
    await expect
      .poll(async () => (await ask('GET', '/v1/api-keys')).body.items[0])
      .toMatchObject({ ...shown, lastUsedAt: expect.any(String) });
    const listed = await ask('GET', '/v1/api-keys');
    expect(listed.text).not.toContain(key.split('_')[2]);

    for (const again of [204, 204]) expect((await ask('DELETE', `/v1/api-keys/${id}`)).status).toBe(again);
    await expect.poll(() => works(key), { timeout: 8_000 }).toBe(false);
    const audit = await auditOf(id);
    expect(audit.changes).toEqual(
      ['created', 'updated'].map((action) => ({
        entity: 'api key',
        action,
        actor: 'admin',
        request: 'asked-1',
      })),
    );
    expect(audit.text).not.toContain(key.split('_')[2]);
    expect(audit.text).not.toContain('secret_hash');
  });

  test('expires, and is not made for the past', async () => {
    const past = new Date(Date.now() - 1_000).toISOString();
    expect(await refusal('POST', '/v1/api-keys', { name: 'x', expiresAt: past })).toEqual([
      422,
      'invalid_input',
    ]);
    const soon = new Date(Date.now() + 1_500).toISOString();
    const { body } = await ask('POST', '/v1/api-keys', { name: 'x', expiresAt: soon });
    expect(await works(body.key)).toBe(true);
    await expect.poll(() => works(body.key), { timeout: 9_000 }).toBe(false);
  });

  test('makes no key with more rights than itself', async () => {
    const { body } = await ask('POST', '/v1/api-keys', { name: 'few', scopes: ['read', 'administer'] });
    const make = (scopes?: string[]) =>
      ask('POST', '/v1/api-keys', { name: 'more', ...(scopes && { scopes }) }, body.key);
    for (const scopes of [undefined, [], ['run'], ['read', 'run', 'administer']])
      expect((await make(scopes)).body.code, String(scopes)).toBe('scope_required');
    expect((await make(['read'])).status).toBe(201);
    const reads = (await make(['read'])).body.key;
    expect(await refusal('POST', '/v1/api-keys', { name: 'x', scopes: ['read'] }, reads)).toEqual([
      403,
      'scope_required',
    ]);
  });

  test("is seen and revoked by its owner, the tenant's administrator and the platform, and nobody else", async () => {
    const user = await inTenant('acme');
    const admin = await inTenant('acme', 'tenant_admin');
    const operator = await inTenant('acme', 'tenant_user', 'operator');
    const stranger = await inTenant('globex', 'tenant_admin');
    const emails = async (key: string) =>
      new Set(
        (await ask('GET', '/v1/api-keys', undefined, key)).body.items.map(({ userEmail }) => userEmail),
      );
    expect(await emails(user.key)).toEqual(new Set(['tenant_user@acme.test']));
    expect(await emails(admin.key)).toEqual(new Set(['tenant_user@acme.test', 'tenant_admin@acme.test']));
    expect(await emails(operator.key)).toEqual(new Set(['operator@acme.test']));
    expect((await emails(system.key)).size).toBeGreaterThanOrEqual(5);

    const keyOf = async (email: string) =>
      (await ask('GET', '/v1/api-keys?limit=200')).body.items.find(
        (item) => item.userEmail === email,
      ) as Item;
    const users = `/v1/api-keys/${(await keyOf('tenant_user@acme.test')).id}`;
    const operators = `/v1/api-keys/${(await keyOf('operator@acme.test')).id}`;
    expect(await refusal('DELETE', users, undefined, stranger.key)).toEqual([404, 'not_found']);
    expect(await refusal('DELETE', operators, undefined, admin.key)).toEqual([404, 'not_found']);
    expect(await works(user.key)).toBe(true);
    expect((await ask('DELETE', users, undefined, admin.key)).status).toBe(204);
    await expect.poll(() => works(user.key), { timeout: 8_000 }).toBe(false);

    const forAnother = (userId: string, key: string) =>
      ask('POST', '/v1/api-keys', { name: 'x', userId }, key);
    for (const [userId, key] of [
      [admin.userId, operator.key],
      [operator.userId, admin.key],
      [user.userId, stranger.key],
      [stranger.userId, admin.key],
    ] as const)
      expect((await forAnother(userId, key)).status).toBe(404);
    expect((await forAnother(user.userId, admin.key)).body).toMatchObject({
      userEmail: 'tenant_user@acme.test',
      role: 'tenant_user',
    });
    expect((await forAnother(operator.userId, system.key)).body).toMatchObject({ role: 'operator' });
  });

  test('shows when it was last used, written once a minute at most', async () => {
    const { key } = await inTenant('used');
    const used = async () =>
      (
        await system.owner.query<{ at: Date | null }>(
          'select last_used_at as at from api_keys where key_id = $1',
          [key.slice(4, 16)],
        )
      ).rows[0]?.at;
    expect(await used()).toBeNull();
    expect(await works(key)).toBe(true);
    await expect.poll(used).not.toBeNull();
    const first = (await used()) as Date;
    const other = await system.open(['api']);
    const askOther = async () =>
      (await fetch(`${other.url}/v1/workflows`, { headers: { authorization: `Bearer ${key}` } })).status;
    // Another process has not read the key yet, and finds that the time is recent enough.
    expect(await askOther()).toBe(200);
    await system.ledger.query('update api_keys set last_used_at = $1 where key_id = $2', [
      new Date(first.getTime() - 61_000),
      key.slice(4, 16),
    ]);
    await expect
      .poll(async () => (await askOther(), await used()), { timeout: 8_000 })
      .toSatisfy((at) => (at as Date) >= first);
    const { rows } = await system.owner.query(
      `select from orchestration_audit_log where entity_type = 'api key' and action = 'updated'
         and new_state ->> 'key_id' = $1`,
      [key.slice(4, 16)],
    );
    expect(rows).toEqual([]);
  });

  test('pages of keys lose and repeat nothing', async () => {
    const { key, userId } = await inTenant('many');
    await system.owner.query(
      `select set_config('radiant.actor_type', 'system', false);
       insert into api_keys (key_id, secret_hash, tenant_id, user_id, name, created_at)
       select 'many' || n, sha256(n::text::bytea), tenant_id, id, 'k' || n, '2026-01-02T03:04:05.678901Z'
       from users, generate_series(1, 11) n where id = '${userId}'`,
    );
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/v1/api-keys?limit=5${cursor && `&cursor=${cursor}`}`;
      const page = (await ask('GET', path, undefined, key)).body;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([12, 12]);
  });
});

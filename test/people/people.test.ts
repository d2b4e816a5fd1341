/** Keys identify the caller: a key must be whole, known, in force, and belong to an enabled user and tenant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addUser, bootstrap, issueKey, callerOf } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
});
afterAll(() => system.stop());

const who = (key: string) => callerOf(system.ledger, key);
const change = (sql: string, values: unknown[]) =>
  system.ledger.as(SYSTEM, (session) => session.query(sql, values));

async function newKey(tenant: string) {
  const owner = await addUser(system.ledger, {
    tenant: { name: tenant, tier: 2 },
    email: `user@${tenant}.test`,
    role: 'tenant_user',
  });
  return { ...owner, key: await issueKey(system.ledger, owner, 'test', SYSTEM) };
}
const idOf = (key: string) => key.split('_')[1] as string;
const secretOf = (key: string) => key.split('_')[2] as string;

test('a key identifies its owner, and only its hash is stored', async () => {
  const { key, tenantId, userId } = await newKey('whole');
  expect(await who(key)).toEqual({
    role: 'tenant_user',
    userId,
    tenantId,
    tier: 2,
    commercial: true,
    email: 'user@whole.test',
    administratorId: null,
    mustQuote: false,
  });
  expect(await who(system.key)).toMatchObject({
    role: 'platform_admin',
    administratorId: expect.any(String),
  });
  const { rows } = await system.owner.query('select k::text as row from api_keys k');
  expect(JSON.stringify(rows)).not.toContain(secretOf(key));
});

test('malformed, unknown and mismatched keys identify nobody', async () => {
  const [mine, other] = [(await newKey('one')).key, (await newKey('two')).key];
  const wrong = [
    '',
    'rdt_',
    mine.slice(0, -1),
    `${mine} `,
    `x${mine}`,
    mine.replace('rdt', 'sk'),
    `rdt_${idOf(mine)}_${'A'.repeat(43)}`,
    `rdt_${'A'.repeat(12)}_${secretOf(mine)}`,
    `rdt_${idOf(mine)}_${secretOf(other)}`,
    `rdt_${idOf(mine)}_${secretOf(mine).toLowerCase()}`,
    "rdt_' or 1=1 --_x",
  ];
  for (const key of wrong) expect(await who(key), key).toBeNull();
});

test.each([
  ['revoked', `update api_keys set revoked_at = now() where user_id = $1`],
  ['expired', `update api_keys set expires_at = now() - interval '1 second' where user_id = $1`],
  ["a disabled user's", 'update users set enabled = false where id = $1'],
  [
    "a disabled tenant's",
    'update tenants set enabled = false where id = (select tenant_id from users where id = $1)',
  ],
])('%s key identifies nobody, at once', async (why, sql) => {
  const { key, userId } = await newKey(why.replace(/\W/g, ''));
  expect(await who(key)).not.toBeNull();
  await change(sql, [userId]);
  expect(await who(key)).toBeNull();
});

test("a disabled administrator has only a user's rights again", async () => {
  const owner = await addUser(system.ledger, {
    tenant: { name: 'staff', tier: 1 },
    email: 'operator@staff.test',
    role: 'tenant_admin',
    administrator: 'operator',
  });
  const key = await issueKey(system.ledger, owner, 'test', SYSTEM);
  expect(await who(key)).toMatchObject({ role: 'operator' });
  await change('update administrators set enabled = false where user_id = $1', [owner.userId]);
  expect(await who(key)).toMatchObject({ role: 'tenant_admin', administratorId: null });
});

test('an address is one user within a tenant: another tenant may have a user of that address, and never learns of it', async () => {
  const user = { email: 'same@x.test', role: 'tenant_user' as const };
  const first = await addUser(system.ledger, { ...user, tenant: { name: 'x', tier: 1 } });
  expect(await addUser(system.ledger, { ...user, tenant: { name: 'x', tier: 1 } })).toEqual(first);
  const other = await addUser(system.ledger, { ...user, tenant: { name: 'y', tier: 1 } });
  expect([other.userId === first.userId, other.tenantId === first.tenantId]).toEqual([false, false]);
});

test('the first key is made once, also when several processes start at once', async () => {
  expect(await bootstrap(system.ledger)).toBeNull();
  await change('delete from api_keys', []);
  // As many connections as callers, so that none waits for another's.
  await Promise.all(Array.from({ length: 5 }, () => system.ledger.query('select 1')));
  const made = await Promise.all(Array.from({ length: 5 }, () => bootstrap(system.ledger)));
  expect(made.filter((key) => key !== null)).toHaveLength(1);
  const { rows } = await system.owner.query(`select count(*)::int as keys from api_keys`);
  expect(rows).toEqual([{ keys: 1 }]);
});

/** Users and tenants are administered through the API: within reach, audited, and with immediate effect. */
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

describe('users', () => {
  test('are added, renamed, given a platform role and relieved of it; each change is in the log', async () => {
    const made = await ask('POST', '/v1/users', { email: ' New@Acme.test', role: 'auditor' });
    expect(made).toMatchObject({
      status: 201,
      body: { email: 'new@acme.test', name: null, role: 'auditor', tenantName: 'default', enabled: true },
    });
    const { id } = made.body;
    expect(await refusal('POST', '/v1/users', { email: 'new@acme.test', role: 'tenant_user' })).toEqual([
      409,
      'email_taken',
    ]);
    const { body: issued } = await ask('POST', '/v1/api-keys', { name: 'theirs', userId: id });
    const role = async () =>
      (await system.ask('GET', '/v1/thermal', undefined, { authorization: `Bearer ${issued.key}` })).status;
    expect(await role()).toBe(200);
    expect((await ask('PATCH', `/v1/users/${id}`, { name: 'Ada' })).body).toMatchObject({
      name: 'Ada',
      role: 'auditor',
    });
    expect((await ask('PATCH', `/v1/users/${id}`, { role: 'tenant_admin' })).body).toMatchObject({
      role: 'tenant_admin',
    });
    await expect.poll(role, { timeout: 8_000 }).toBe(403);
    expect((await ask('PATCH', `/v1/users/${id}`, { role: 'operator', name: null })).body).toMatchObject({
      role: 'operator',
      name: null,
    });
    expect((await ask('PATCH', `/v1/users/${id}`, {})).status).toBe(200);
    expect(
      (await auditOf(id)).changes.map(({ entity, action, request }) => `${entity} ${action} ${request}`),
    ).toEqual([
      'user created asked-1',
      'administrator created asked-1',
      'user updated asked-1',
      'user updated asked-1',
      'administrator disabled asked-1',
      'user updated asked-1',
      'administrator restored asked-1',
    ]);
  });

  test('lose access within seconds when disabled, by keys and sessions alike', async () => {
    const { key, userId } = await inTenant('leaving');
    const signedIn = await fetch(`${system.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const session = async () => (await fetch(`${system.url}/v1/session`, { headers: { cookie } })).status;
    expect([await works(key), await session()]).toEqual([true, 200]);
    expect((await ask('PATCH', `/v1/users/${userId}`, { enabled: false })).body).toMatchObject({
      enabled: false,
    });
    expect(await session()).toBe(401);
    await expect.poll(() => works(key), { timeout: 8_000 }).toBe(false);
    expect((await ask('POST', '/v1/api-keys', { name: 'x', userId })).status).toBe(404);
    await ask('PATCH', `/v1/users/${userId}`, { enabled: true });
    expect(await session()).toBe(200);
  });

  test('nobody learns which addresses other tenants have', async () => {
    const admin = await inTenant('curious', 'tenant_admin');
    await ask('POST', '/v1/users', { email: 'here@default.test', role: 'tenant_user' });
    const add = (email: string) => ask('POST', '/v1/users', { email, role: 'tenant_user' }, admin.key);
    const [known, unknown] = [await add('here@default.test'), await add('nowhere@default.test')];
    expect([known.status, unknown.status]).toEqual([201, 201]);
    const shapeOf = ({ body }: { body: object }) => Object.keys(body);
    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect(known.body).toMatchObject({ tenantName: 'curious' });
    // Within the tenant the answer says so, as it must.
    expect((await add('here@default.test')).body.code).toBe('email_taken');
  });

  test("a tenant's administrator stays within the tenant and below the platform", async () => {
    const admin = await inTenant('initech', 'tenant_admin');
    const operator = await inTenant('initech', 'tenant_user', 'operator');
    const other = await inTenant('umbrella');
    const add = (body: object) =>
      ask('POST', '/v1/users', { email: 'x@initech.test', role: 'tenant_user', ...body }, admin.key);
    for (const role of ['platform_admin', 'operator', 'auditor'])
      expect((await add({ role })).body.code).toBe('role_required');
    expect((await add({ tenantId: other.tenantId })).body.code).toBe('role_required');
    const made = await add({});
    expect(made).toMatchObject({ status: 201, body: { tenantName: 'initech' } });
    const change = (id: string, body: object) => refusal('PATCH', `/v1/users/${id}`, body, admin.key);
    expect(await change(made.body.id, { role: 'operator' })).toEqual([403, 'role_required']);
    for (const id of [operator.userId, other.userId, crypto.randomUUID()])
      expect(await change(id, { enabled: false })).toEqual([404, 'not_found']);
    const listed = await ask('GET', '/v1/users', undefined, admin.key);
    expect(listed.body.items.map(({ email }) => email)).toEqual([
      'x@initech.test',
      'tenant_admin@initech.test',
    ]);
    expect(
      (await ask('PATCH', `/v1/users/${made.body.id}`, { role: 'tenant_admin' }, admin.key)).body,
    ).toMatchObject({
      role: 'tenant_admin',
    });
  });

  test('nobody can lock themselves out', async () => {
    const me = (await ask('GET', '/v1/users?limit=200')).body.items.find(
      ({ email }) => email === 'admin@localhost',
    ) as Item;
    for (const body of [{ enabled: false }, { role: 'tenant_user' }])
      expect(await refusal('PATCH', `/v1/users/${me.id}`, body)).toEqual([409, 'own_account']);
    expect(await refusal('PATCH', `/v1/tenants/${me.tenantId}`, { enabled: false })).toEqual([
      409,
      'own_account',
    ]);
    expect(
      (await ask('PATCH', `/v1/users/${me.id}`, { name: 'Me', role: 'platform_admin' })).body,
    ).toMatchObject({ name: 'Me' });
  });
});

test('tenants are added, changed and disabled; their people lose access within seconds', async () => {
  const made = await ask('POST', '/v1/tenants', { name: 'hooli', tier: 2, commercial: false });
  expect(made).toMatchObject({
    status: 201,
    body: { name: 'hooli', tier: 2, commercial: false, enabled: true, budgetUsd: null },
  });
  const again = { name: 'hooli', tier: 1, commercial: true };
  expect(await refusal('POST', '/v1/tenants', again)).toEqual([409, 'name_taken']);
  await ask('POST', '/v1/tenants', { ...again, name: 'pied' });
  const { id } = made.body;
  expect(await refusal('PATCH', `/v1/tenants/${id}`, { name: 'pied' })).toEqual([409, 'name_taken']);
  expect(await refusal('PATCH', `/v1/tenants/${crypto.randomUUID()}`, { tier: 1 })).toEqual([
    404,
    'not_found',
  ]);
  await ask('PUT', `/v1/tenants/${id}/budget`, { monthlyUsd: '500' });
  const webhookSecret =
    'aws-sm:arn:aws:secretsmanager:us-east-1:123456789012:secret:radiant/hooli-AbCdEf#sign';
  expect((await ask('PATCH', `/v1/tenants/${id}`, { webhookSecret: 'whsec_c2VjcmV0' })).status).toBe(422);
  expect((await ask('PATCH', `/v1/tenants/${id}`, { webhookSecret })).body).toMatchObject({ webhookSecret });
  const user = await ask('POST', '/v1/users', { email: 'u@hooli.test', role: 'tenant_user', tenantId: id });
  const { body: issued } = await ask('POST', '/v1/api-keys', { name: 'x', userId: user.body.id });
  expect(await works(issued.key)).toBe(true);
  expect(
    (await ask('PATCH', `/v1/tenants/${id}`, { enabled: false, tier: 3, name: 'hooli inc' })).body,
  ).toMatchObject({
    name: 'hooli inc',
    tier: 3,
    commercial: false,
    enabled: false,
    budgetUsd: '500.00',
    webhookSecret,
  });
  await expect.poll(() => works(issued.key), { timeout: 8_000 }).toBe(false);
  expect((await ask('GET', '/v1/tenants')).body.items.map(({ name }) => name).slice(0, 2)).toEqual([
    'pied',
    'hooli inc',
  ]);
  expect((await auditOf(id)).changes.map(({ action }) => action)).toEqual([
    'created',
    'updated',
    'updated',
    'disabled',
  ]);
});

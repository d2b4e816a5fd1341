/** Access by role and key, and the rate limits. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { route, type Route } from '../../src/api/http/route.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import type { TestSystem } from '../harness/system.js';
import { openApiHarness, type ApiHarness } from './api-harness.js';

let system: TestSystem;
let harness: ApiHarness;
let routes: Route[];
let build: ApiHarness['build'];
beforeAll(async () => {
  harness = await openApiHarness();
  ({ system, routes, build } = harness);
});
afterAll(() => harness.stop());

describe('access', () => {
  test('a route that does not state its roles does not start', () => {
    const withoutRoles = {
      ...route({
        method: 'get',
        path: '/x',
        roles: [],
        summary: '',
        status: 200,
        response: 'text/plain',
        handle: () => ({}),
      }),
    };
    expect(() => build([withoutRoles])).toThrow(/does not state its roles/);
  });

  test('without a key no route under /v1 and /queues answers, whatever other credentials are sent', async () => {
    const closed = routes.filter(({ roles }) => roles !== 'public');
    expect(closed.map(({ path }) => path).filter((path) => !/^\/(v1|queues)/.test(path))).toEqual([]);
    const open = routes.filter(({ path, roles }) => path.startsWith('/v1') && roles === 'public');
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /v1/session',
      // The signature of its body takes the place of a key.
      'post /v1/hooks/:triggerId',
    ]);
    const unknown = `rdt_${'a'.repeat(12)}_${'b'.repeat(43)}`;
    const credentials = [
      undefined,
      'Bearer',
      'Bearer x',
      `Bearer ${unknown}`,
      `Basic ${btoa(`x:${unknown}`)}`,
    ];
    for (const { method, path, basic } of closed) {
      for (const authorization of credentials.slice(0, basic ? 5 : 2)) {
        const response = await fetch(`${system.url}${path.replaceAll(/:\w+/g, 'x')}`, {
          method: method.toUpperCase(),
          headers: authorization ? { authorization } : {},
        });
        expect([response.status, response.headers.get('www-authenticate')], `${method} ${path}`).toEqual([
          401,
          `${basic ? 'Basic' : 'Bearer'} realm="Radiant"`,
        ]);
      }
    }
  });

  test('a board key is not accepted elsewhere', async () => {
    const asPassword = { authorization: `Basic ${btoa(`anybody:${system.key}`)}` };
    expect((await fetch(`${system.url}/queues`, { headers: asPassword })).status).toBe(200);
    expect((await fetch(`${system.url}/v1/models`, { headers: asPassword })).status).toBe(401);
  });

  test('tenants see neither deployments nor disabled models', async () => {
    const authorization = `Bearer ${await system.keyFor('acme', 4)}`;
    const seen = async (path: string) => (await system.ask('GET', path, undefined, { authorization })).json();
    expect(await seen('/v1/models/alphafold2')).not.toHaveProperty('deployment');
    expect(await seen('/v1/models')).toMatchObject({ items: [{ id: 'alphafold2' }] });
    expect(JSON.stringify(await seen('/v1/models'))).not.toMatch(/deployment|s3:/);
    expect(await seen('/v1/models?includeDisabled=true')).toMatchObject({
      status: 403,
      code: 'role_required',
    });
    expect(await (await system.ask('GET', '/v1/models/alphafold2')).json()).toHaveProperty(
      'deployment.instanceType',
    );
  });

  test('a revoked key is refused within seconds', async () => {
    const key = await system.keyFor('left', 4);
    const status = async () =>
      (await system.ask('GET', '/v1/workflows', undefined, { authorization: `Bearer ${key}` })).status;
    expect(await status()).toBe(200);
    await system.ledger.as(SYSTEM, (session) =>
      session.query('update api_keys set revoked_at = now() where key_id = $1', [key.slice(4, 16)]),
    );
    await expect.poll(status, { timeout: 8_000, interval: 500 }).toBe(401);
  });
});

describe('rate limits', () => {
  test('each key has its own limit; wrong keys are counted by address', async () => {
    const server = build(routes).listen(0);
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as { port: number };
    const ask = (key: string) =>
      fetch(`http://127.0.0.1:${port}/v1/workflows`, { headers: { authorization: `Bearer ${key}` } });
    const statuses = async (key: string, times: number) =>
      (await Promise.all(Array.from({ length: times }, () => ask(key)))).map(({ status }) => status);
    expect(new Set(await statuses(system.key, 100))).toEqual(new Set([200]));
    const refused = await ask(system.key);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', title: 'Too Many Requests' });
    expect((await ask(await system.keyFor('other', 4))).status).toBe(200);
    expect(new Set(await statuses('wrong', 70))).toEqual(new Set([401, 429]));
    server.close();
    server.closeAllConnections();
  });
});

/** The contract: what the document says is what there is, who may ask what, and how refusals look. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openAuth } from '../src/api/auth.js';
import { openBoard } from '../src/api/board.js';
import { makeLimits } from '../src/api/limits.js';
import { openMetrics } from '../src/api/metrics.js';
import { templateOf } from '../src/api/openapi.js';
import { route, type Route } from '../src/api/route.js';
import { allRoutes } from '../src/api/routes.js';
import { buildServer } from '../src/api/server.js';
import { openWatches } from '../src/api/watch.js';
import { diskBlobs } from '../src/blobs/index.js';
import { connectQueue } from '../src/queue/connect.js';
import { makeSender } from '../src/queue/send.js';
import { listen } from '../src/store/events.js';
import { openModels } from '../src/store/models.js';
import { makeEndpoints } from '../src/endpoints/index.js';
import { addUser, issueKey } from '../src/store/people.js';
import { SYSTEM } from '../src/store/pool.js';
import { openWorkflows } from '../src/store/workflows.js';
import { openHouse, type House } from './house.js';
import { submit } from './plant.js';

let house: House;
let routes: Route[];
let build: (routes: readonly Route[]) => express.Express;
const close: (() => unknown)[] = [];

beforeAll(async () => {
  house = await openHouse({ rooms: ['api'] });
  const { config, ledger, servers } = house;
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const events = await listen(servers.databaseUrl, () => {});
  const queue = await connectQueue({
    redisUrl: servers.redisUrl,
    postgresUrl: servers.queueUrl,
    prefix: config.queuePrefix,
    onError: () => {},
  });
  const cellar = {
    config,
    log,
    ledger,
    events,
    queue,
    models: openModels(ledger, events),
    workflows: openWorkflows(ledger, events),
    sender: makeSender(queue),
    blobs: diskBlobs(config.dataDir),
    endpoints: makeEndpoints({ s3Bucket: config.s3Bucket, region: 'us-east-1' }),
  };
  const metrics = openMetrics(cellar);
  const board = await openBoard(cellar);
  close.push(
    () => board.stop(),
    () => queue.close(),
    () => events.stop(),
    () => cellar.endpoints.stop(),
  );
  routes = allRoutes(cellar, { board, metrics, watches: openWatches(events) });
  build = (table) =>
    buildServer({
      routes: table,
      auth: openAuth(ledger),
      limits: makeLimits(100),
      log,
      observe: metrics.observe,
    });
});
afterAll(async () => {
  for (const stop of close) await stop();
  await house.stop();
});

interface Document {
  paths: Record<
    string,
    Record<
      string,
      { security: unknown[]; responses: Record<string, { content: Record<string, { schema: object }> }> }
    >
  >;
  components: object;
}
const document = async () => (await (await fetch(`${house.url}/openapi.json`)).json()) as Document;

describe('the document', () => {
  test('names every route of the app, and no other', async () => {
    const described = Object.entries((await document()).paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const served = build(routes).router.stack.flatMap(({ route }) =>
      (route?.stack ?? [])
        .filter(({ method }) => method)
        .map(({ method }) => `${method} ${templateOf({ path: String(route?.path) })}`),
    );
    const mounted = routes.filter(({ mount }) => mount).map(({ path }) => `get ${path}`);
    expect(described.toSorted()).toEqual([...new Set(served), ...mounted].toSorted());
  });

  test('tells the truth about what is answered', async () => {
    const { paths, components } = await document();
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const id = await submit(house, 'protein_folding_alphafold2', { sequence: 'ACDEFGHIKLMNPQRSTVWY' });
    const answers: [string, string][] = [
      ['/v1/executions/{id}', `/v1/executions/${id}`],
      ['/v1/executions/{id}/tasks/{taskId}', `/v1/executions/${id}/tasks/relaxation`],
      ['/v1/executions/{id}/artifacts', `/v1/executions/${id}/artifacts`],
      ['/v1/executions', '/v1/executions'],
      ['/v1/models', '/v1/models?includeDisabled=true'],
      ['/v1/models/{modelId}', '/v1/models/alphafold2'],
      ['/v1/workflows', '/v1/workflows'],
      ['/v1/workflows/{workflowId}', '/v1/workflows/protein_folding_alphafold2'],
      ['/v1/licenses/summary', '/v1/licenses/summary'],
      ['/healthz', '/healthz'],
      ['/readyz', '/readyz'],
    ];
    for (const [template, path] of answers) {
      const response = await house.ask('GET', path);
      const schema = paths[template]?.get?.responses['200']?.content['application/json']?.schema;
      const check = ajv.compile({ ...schema, components });
      expect([response.status, check(await response.json()), check.errors], path).toEqual([200, true, null]);
    }
  });
});

describe('who may ask', () => {
  test('a route that does not say so does not start', () => {
    const careless = {
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
    expect(() => build([careless])).toThrow(/does not say who may ask/);
  });

  test('without a key nothing under /v1 and /queues answers, whatever is sent instead', async () => {
    const closed = routes.filter(({ roles }) => roles !== 'public');
    expect(closed.map(({ path }) => path).filter((path) => !/^\/(v1|queues)/.test(path))).toEqual([]);
    expect(routes.filter(({ path, roles }) => path.startsWith('/v1') && roles === 'public')).toEqual([]);
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
        const response = await fetch(`${house.url}${path.replaceAll(/:\w+/g, 'x')}`, {
          method,
          headers: authorization ? { authorization } : {},
        });
        expect([response.status, response.headers.get('www-authenticate')], `${method} ${path}`).toEqual([
          401,
          `${basic ? 'Basic' : 'Bearer'} realm="Radiant"`,
        ]);
      }
    }
  });

  test('each role gets its routes and no more; a board key is no key elsewhere', async () => {
    const administrator = async (role: 'operator' | 'auditor') => {
      const user = await addUser(house.ledger, {
        tenant: { name: 'default', tier: 5 },
        email: `${role}@localhost`,
        role: 'tenant_user',
        administrator: role,
      });
      return issueKey(house.ledger, user, role, SYSTEM);
    };
    const keys = {
      platform_admin: house.key,
      operator: await administrator('operator'),
      auditor: await administrator('auditor'),
      tenant_admin: await house.keyFor('acme', 4, 'tenant_admin'),
      tenant_user: await house.keyFor('acme', 4),
    } as const;
    for (const [role, key] of Object.entries(keys)) {
      for (const { method, path, roles, mount } of routes) {
        if (roles === 'public') continue;
        const response = await fetch(`${house.url}${path.replaceAll(/:\w+/g, 'x')}`, {
          method,
          headers: { authorization: `Bearer ${key}` },
        });
        await response.body?.cancel();
        const allowed = roles.some((allowed) => allowed === role);
        expect(response.status === 403, `${role} ${method} ${path} ${response.status}`).toBe(!allowed);
        if (mount && allowed) expect(response.status).toBe(200);
      }
    }
    const asPassword = { authorization: `Basic ${btoa(`anybody:${house.key}`)}` };
    expect((await fetch(`${house.url}/queues`, { headers: asPassword })).status).toBe(200);
    expect((await fetch(`${house.url}/v1/models`, { headers: asPassword })).status).toBe(401);
  });

  test('tenants see neither deployments nor disabled models', async () => {
    const authorization = `Bearer ${await house.keyFor('acme', 4)}`;
    const seen = async (path: string) => (await house.ask('GET', path, undefined, { authorization })).json();
    expect(await seen('/v1/models/alphafold2')).not.toHaveProperty('deployment');
    expect(await seen('/v1/models')).toMatchObject({ items: [{ id: 'alphafold2' }] });
    expect(JSON.stringify(await seen('/v1/models'))).not.toMatch(/deployment|s3:/);
    expect(await seen('/v1/models?includeDisabled=true')).toMatchObject({
      status: 403,
      code: 'role_required',
    });
    expect(await (await house.ask('GET', '/v1/models/alphafold2')).json()).toHaveProperty(
      'deployment.instanceType',
    );
  });

  test('a revoked key stops working within seconds', async () => {
    const key = await house.keyFor('left', 4);
    const status = async () =>
      (await house.ask('GET', '/v1/workflows', undefined, { authorization: `Bearer ${key}` })).status;
    expect(await status()).toBe(200);
    await house.ledger.as(SYSTEM, (session) =>
      session.query('update api_keys set revoked_at = now() where key_id = $1', [key.slice(4, 16)]),
    );
    await expect.poll(status, { timeout: 8_000, interval: 500 }).toBe(401);
  });
});

describe('how much may be asked', () => {
  test('a key has its share, another key its own; wrong keys are counted for each address', async () => {
    const server = build(routes).listen(0);
    await vi.waitFor(() => expect(server.listening).toBe(true));
    const { port } = server.address() as { port: number };
    const ask = (key: string) =>
      fetch(`http://127.0.0.1:${port}/v1/workflows`, { headers: { authorization: `Bearer ${key}` } });
    const statuses = async (key: string, times: number) =>
      (await Promise.all(Array.from({ length: times }, () => ask(key)))).map(({ status }) => status);
    expect(new Set(await statuses(house.key, 100))).toEqual(new Set([200]));
    const refused = await ask(house.key);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', title: 'Too Many Requests' });
    expect((await ask(await house.keyFor('other', 4))).status).toBe(200);
    expect(new Set(await statuses('wrong', 70))).toEqual(new Set([401, 429]));
    server.close();
    server.closeAllConnections();
  });
});

describe('refusals and pages', () => {
  test.each<[number, string, string, string]>([
    [404, 'route_unknown', 'GET', '/v2/nothing'],
    [405, 'method_not_allowed', 'DELETE', '/v1/executions'],
    [404, 'not_found', 'GET', '/v1/executions/not-an-id'],
    [404, 'not_found', 'GET', '/v1/models/none'],
    [404, 'not_found', 'GET', '/v1/workflows/none'],
    [422, 'invalid_input', 'GET', '/v1/executions?limit=201'],
    [422, 'invalid_input', 'GET', '/v1/executions?cursor=eyJ9'],
    [422, 'invalid_input', 'GET', '/v1/executions?stray=1'],
    [400, 'request_malformed', 'GET', '/v1/models/%ff'],
  ])('%i %s: %s %s', async (status, code, method, path) => {
    const response = await house.ask(method, path, undefined, { 'x-request-id': 'mine-1' });
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    expect(await response.json()).toMatchObject({
      status,
      code,
      type: `urn:radiant:problem:${code}`,
      requestId: 'mine-1',
    });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
    expect(response.headers.get('x-request-id')).toBe('mine-1');
  });

  test('an error of ours says nothing of itself', async () => {
    const secret = 'ACDEFGHIKLMNPQRSTVWY';
    const broken = {
      ...route({
        method: 'get',
        path: '/x',
        roles: 'public',
        summary: '',
        status: 200,
        response: 'text/plain',
        handle: () => {
          throw new TypeError(secret);
        },
      }),
    };
    const server = build([broken]).listen(0);
    const response = await fetch(`http://127.0.0.1:${(server.address() as { port: number }).port}/x`);
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([500, { code: 'internal' }]);
    expect(text).not.toContain(secret);
    server.close();
    server.closeAllConnections();
  });
});

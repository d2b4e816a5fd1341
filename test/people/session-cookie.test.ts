/** A session's cookie: no script reads it, no neighbour sets it, and no other site can use it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, openBrowser, OURS, type Browser } from '../harness/browser.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { submit } from '../harness/fixtures.js';

let system: TestSystem;
let signIn: Browser['signIn'];
let cookieFor: Browser['cookieFor'];
let ask: Browser['ask'];
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  ({ signIn, cookieFor, ask } = openBrowser(system.url));
});
afterAll(() => system.stop());

/** Sends a request as a browser would behind TLS, under another host's name, which fetch does not allow. */
const askAs = (host: string, method: string, headers: Record<string, string>, body?: string) =>
  new Promise<{ status: number; cookie: string }>((resolve, reject) => {
    const asked = request(
      `${system.url}/v1/session`,
      { method, headers: { ...headers, host } },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie'] ?? '') });
      },
    );
    asked.on('error', reject).end(body);
  });

test('away from loopback, or behind TLS, the cookie is for this host alone and for TLS only', async () => {
  const body = JSON.stringify({ key: system.key });
  const headers = { 'content-type': 'application/json' };
  const FULL = /^__Host-radiant=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/;
  for (const [host, more] of [
    ['radiant.example', {}],
    ['localhost.example:80', {}],
    ['127.0.0.1', { 'x-forwarded-proto': 'https' }],
  ] as const) {
    expect((await askAs(host, 'POST', { ...headers, ...more }, body)).cookie, host).toMatch(FULL);
  }
  for (const host of ['localhost:8080', '127.0.0.1', '[::1]:8080'])
    expect((await askAs(host, 'POST', headers, body)).cookie, host).toMatch(/^radiant=/);

  const { cookie } = await askAs('radiant.example', 'POST', headers, body);
  const [full = ''] = cookie.split(';');
  expect((await askAs('radiant.example', 'GET', { cookie: full })).status).toBe(200);
  // A neighbour could have set a name without the prefix.
  const plain = full.replace('__Host-', '');
  expect((await askAs('radiant.example', 'GET', { cookie: plain })).status).toBe(401);
});

describe('a change by cookie', () => {
  const foreign: [string, Record<string, string>, boolean][] = [
    ['from a page of ours', OURS, true],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, false],
    ['from a neighbouring host', { 'sec-fetch-site': 'same-site' }, false],
    ['from nowhere', { 'sec-fetch-site': 'none' }, false],
    ['by a browser that sends neither header', {}, false],
    ['by an older browser, from elsewhere', { origin: 'http://evil.example' }, false],
    ['by an older browser, from a sandbox', { origin: 'null' }, false],
    ['whose origin is ours but whose site is not', { origin: 'OURS', 'sec-fetch-site': 'cross-site' }, false],
    ['by an older browser, from a page of ours', { origin: 'OURS' }, true],
  ];
  test.each(foreign)('%s', async (_, given, allowed) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value === 'OURS' ? system.url : value]),
    );
    const cookie = await cookieFor(system.key);
    const id = await submit(system, 'protein_folding_alphafold2', { sequence: 'ACDEFGHIKLMNPQRSTVWY' });
    const cancelled = await ask(cookie, `/v1/executions/${id}/cancel`, { method: 'POST', ...headers });
    if (allowed) expect(cancelled.status).toBe(200);
    else expect(await codeOf(cancelled)).toEqual([403, 'cross_site']);
    expect(
      (await system.owner.query('select status from workflow_executions where id = $1', [id])).rows,
    ).toEqual([{ status: allowed ? 'cancelled' : 'pending' }]);
    // Reading changes nothing, and SameSite keeps the cookie from other sites' pages.
    expect((await ask(cookie, '/v1/workflows', headers)).status).toBe(200);
  });

  test('a key needs no such proof, and no other site can sign a browser in', async () => {
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    expect(
      (await system.ask('POST', `/v1/executions/${crypto.randomUUID()}/cancel`, undefined, elsewhere)).status,
    ).toBe(404);
    expect(await codeOf(await signIn(system.key, elsewhere))).toEqual([403, 'cross_site']);
    expect(await codeOf(await signIn(system.key, { origin: 'http://evil.example' }))).toEqual([
      403,
      'cross_site',
    ]);
  });
});

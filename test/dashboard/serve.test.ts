/** The api serves the dashboard's files: pages under a strict policy, hashed files cached for ever, nothing else. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';

const SCRIPT = `console.log(${JSON.stringify('a'.repeat(5_000))});\n`;
const folder = mkdtempSync(join(tmpdir(), 'radiant-dashboard-'));
let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'], config: { dashboardDir: folder } });
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, '.vite'), { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><meta name="csp-nonce" content="__NONCE__">app __NONCE__',
  );
  writeFileSync(join(folder, '.vite', 'manifest.json'), '{}');
  writeFileSync(join(folder, 'assets', 'index-Ab_9-xYz.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'radiant.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
}
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${system.url}${path}`, { headers });

/** The response as sent: fetch would decompress it and forbid cached answers. */
const receive = (path: string, headers: Record<string, string>) =>
  new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>(
    (resolve, reject) => {
      const asked = request(`${system.url}${path}`, { headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      asked.on('error', reject).end();
    },
  );

test('without a built dashboard the page shows links, and how to build it', async () => {
  for (const path of ['/', '/executions/1']) {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const text = await response.text();
    for (const part of ['npm run build', 'href="/docs"', 'href="/queues"']) expect(text).toContain(part);
  }
  expect((await get('/assets/index-Ab_9-xYz.js')).status).toBe(404);
  // It is served as soon as it is built.
  build();
  expect(await (await get('/')).text()).toContain('app');
});

/** Every address of a dashboard page, with a value for each parameter. */
const pages = readdirSync(join(import.meta.dirname, '../../dashboard/src/pages')).flatMap((group) =>
  [
    ...readFileSync(
      join(import.meta.dirname, '../../dashboard/src/pages', group, 'routes.ts'),
      'utf8',
    ).matchAll(/path: '(\/[^']*)'/g),
  ].map(([, path = '']) => path.replaceAll(/\$\w+/g, 'a.b-c')),
);

test('each page of the dashboard is served with nonce, policy and the other headers', async () => {
  expect(pages.length).toBeGreaterThan(15);
  const nonces = new Set<string>();
  for (const path of ['/', '/executions/x/y?tab=tasks', ...pages]) {
    const response = await get(path);
    const text = await response.text();
    const nonce = /content="([\w+/]{22}==)"/.exec(text)?.[1] ?? '';
    nonces.add(nonce);
    expect([response.status, text], path).toEqual([
      200,
      `<!doctype html><meta name="csp-nonce" content="${nonce}">app ${nonce}`,
    ]);
    expect(Object.fromEntries(response.headers), path).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
  }
  expect(nonces.size).toBe(pages.length + 2);
  const head = await fetch(`${system.url}/models`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('an unknown address answers a problem, and the document lists no page', async () => {
  for (const path of [
    '/nothing',
    '/executionsx',
    '/v1/nothing',
    '/index.html',
    '/.vite/manifest.json',
    '/assets',
  ]) {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')], path).toEqual([
      404,
      'application/problem+json',
    ]);
  }
  expect((await fetch(`${system.url}/models`, { method: 'POST' })).status).toBe(405);
  const { paths } = (await (await get('/openapi.json')).json()) as { paths: object };
  expect(
    Object.keys(paths).filter((path) => !/^\/(v1|docs|queues|openapi|healthz|readyz|metrics)/.test(path)),
  ).toEqual([]);
});

test('hashed files are cached for ever, others for an hour, and missing files answer 404', async () => {
  const hashed = await get('/assets/index-Ab_9-xYz.js');
  expect([hashed.status, hashed.headers.get('cache-control'), hashed.headers.get('content-type')]).toEqual([
    200,
    'public, max-age=31536000, immutable',
    'text/javascript; charset=utf-8',
  ]);
  expect(await hashed.text()).toBe(SCRIPT);
  const plain = await get('/assets/radiant.svg');
  expect(plain.headers.get('cache-control')).toBe('public, max-age=3600');
  const again = await receive('/assets/radiant.svg', { 'if-none-match': plain.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  for (const path of [
    '/assets/index-00000000.js',
    '/assets/',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/.vite/manifest.json',
  ]) {
    const missing = await get(path);
    expect([missing.status, missing.headers.get('content-type')], path).toEqual([
      404,
      'application/problem+json',
    ]);
  }
  expect((await fetch(`${system.url}/assets/radiant.svg`, { method: 'PUT' })).status).toBe(405);
});

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
] as const)('scripts are sent as %s to clients that accept it', async (encoding, unpack) => {
  const { headers, body } = await receive('/assets/index-Ab_9-xYz.js', { 'accept-encoding': encoding });
  expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
  expect(body.length).toBeLessThan(SCRIPT.length / 10);
  expect(unpack(body).toString()).toBe(SCRIPT);
});

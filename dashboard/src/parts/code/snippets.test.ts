import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { curlOf, typescriptOf } from './snippets';

const ORIGIN = 'https://radiant.example';

it('writes a curl that a shell hands on unchanged, quotes and dollars included', () => {
  const body = { parameters: { note: `it's $HOME "here"\n\`x\`` } };
  const command = curlOf(ORIGIN, {
    method: 'POST',
    path: '/v1/things',
    body,
    headers: { 'Idempotency-Key': "o'k" },
  });
  const print = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const output = execFileSync('sh', ['-c', print], { env: { RADIANT_API_KEY: 'rdt_1' } })
    .toString()
    .split('\0')
    .slice(0, -1);
  expect(output).toEqual([
    '-X',
    'POST',
    `${ORIGIN}/v1/things`,
    '-H',
    'Authorization: Bearer rdt_1',
    '-H',
    "Idempotency-Key: o'k",
    '-H',
    'Content-Type: application/json',
    '-d',
    JSON.stringify(body),
  ]);
});

it('writes a GET without method and body', () => {
  expect(curlOf(ORIGIN, { method: 'GET', path: '/v1/x?a=b' })).toBe(
    `curl '${ORIGIN}/v1/x?a=b' \\\n  -H "Authorization: Bearer $RADIANT_API_KEY"`,
  );
  expect(typescriptOf(ORIGIN, { method: 'GET', path: '/v1/x' })).not.toContain('method');
});

it('writes TypeScript that sends the same', () => {
  const body = { a: [1, { b: "it's" }] };
  const source = typescriptOf(ORIGIN, {
    method: 'POST',
    path: '/v1/x',
    body,
    headers: { 'Idempotency-Key': 'k' },
  });
  const around = `globalThis.fetch = async (...call) => ({ ok: true, json: async () => call });
    ${source}
    console.log(JSON.stringify(answer));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', around], {
    env: { RADIANT_API_KEY: 'rdt_1' },
  });
  const [url, init] = JSON.parse(output.toString()) as [
    string,
    { method: string; headers: unknown; body: string },
  ];
  expect(url).toBe(`${ORIGIN}/v1/x`);
  expect(init.method).toBe('POST');
  expect(init.headers).toEqual({
    Authorization: 'Bearer rdt_1',
    'Content-Type': 'application/json',
    'Idempotency-Key': 'k',
  });
  expect(JSON.parse(init.body)).toEqual(body);
});

/** Promise: with the stand-in, no setting of the caller's for AWS, proxies or PostgreSQL has any effect. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

let folder: string;
let listener: Server;
let address: string;
let received = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'radiant-shield-'));
  listener = createServer((socket) => {
    received += 1;
    socket.destroy();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
});
afterAll(() => {
  listener.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Settings of a caller that each lead to the listener, or to an error when read. */
function hostile(home: string): Record<string, string> {
  mkdirSync(join(home, '.aws'), { recursive: true });
  writeFileSync(
    join(home, '.aws/config'),
    `[default]\nregion = nowhere\n[profile x]\nregion = nowhere\nendpoint_url = ${address}\nservices = all\nuse_fips_endpoint = true
credential_process = curl -s ${address}\nretry_mode = junk\n[services all]\nsagemaker =\n  endpoint_url = ${address}\ns3 =\n  endpoint_url = ${address}\n`,
  );
  writeFileSync(
    join(home, '.aws/credentials'),
    '[x]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n',
  );
  return {
    HOME: home,
    AWS_REGION: 'not a region',
    AWS_ENDPOINT_URL: address,
    AWS_ENDPOINT_URL_SAGEMAKER: address,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: address,
    AWS_ENDPOINT_URL_S3: address,
    AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING: address,
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_USE_DUALSTACK_ENDPOINT: 'true',
    AWS_DEFAULTS_MODE: 'auto',
    AWS_RETRY_MODE: 'junk',
    AWS_MAX_ATTEMPTS: 'junk',
    AWS_REQUEST_CHECKSUM_CALCULATION: 'junk',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'junk',
    AWS_S3_USE_ARN_REGION: 'junk',
    AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'junk',
    AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
    AWS_SIGV4A_SIGNING_REGION_SET: 'nowhere',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/real',
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, '.aws/credentials'),
    AWS_ENDPOINT_URL_STS: address,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: address,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
    AWS_CA_BUNDLE: '/nowhere',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    ALL_PROXY: address,
    PGSSLMODE: 'require',
    PGHOST: '127.0.0.1',
    PGPORT: new URL(address).port,
    PGOPTIONS: '-c search_path=nowhere',
  };
}

test.concurrent.each([
  ['with keys', { AWS_PROFILE: 'x', AWS_SDK_LOAD_CONFIG: '1' }],
  ['that is not there', { AWS_PROFILE: 'missing', RADIANT_BLOBS: 's3' }],
])('a profile %s', async (name, more: Record<string, string>) => {
  const home = join(folder, name.replaceAll(' ', '-'));
  const env = { PATH: process.env.PATH ?? '', ...hostile(home), ...more };
  const child = spawn(process.execPath, [MAIN, 'demo', '--exit'], {
    env: { ...env, PORT: '0', RADIANT_DATA_DIR: join(home, 'data'), RADIANT_STANDIN_SPEED: '1000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => output.push(String(text)));
  const [code] = (await once(child, 'exit')) as [number];
  expect(code, output.join('')).toBe(0);
  expect(output.join('')).toMatch(/succeeded/);
  expect(received).toBe(0);
});

/** Shared by the tests of external providers: a local server that answers as a test says, and endpoints that may call it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { deploymentConfig, thermalConfig, type ModelConfig } from '../../src/core/models/model.js';
import type { Call } from '../../src/endpoints/driver.js';
import { makeEndpoints } from '../../src/endpoints/index.js';

interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const secrets = (reference: string) => (reference === 'env:RADIANT_SECRET_KEY' ? 's3cr3t' : undefined);

/** Runs for a file's tests. */
export function openHttpHarness() {
  let server: Server;
  const open = makeEndpoints({ s3Bucket: 'unused', region: 'us-east-1', allowPrivateHosts: true, secrets });
  const guarded = makeEndpoints({ s3Bucket: 'unused', region: 'us-east-1', secrets });
  const harness = {
    /** The server's address. */
    url: '',
    /** Requests received since the test began. */
    received: [] as Received[],
    answer: (response: ServerResponse): unknown => response.end(),
    /** Endpoints that may call private addresses, such as the server's. */
    open,
    guarded,
    newCall(this: void, deployment: object = {}, parts: Partial<Call> = {}): Call {
      const model = {
        id: 'external',
        providerType: 'external',
        thermal: thermalConfig.parse({ maxInstances: 3 }),
        deployment: deploymentConfig.parse({ url: harness.url, ...deployment }),
      };
      return {
        model: model as ModelConfig,
        invocationId: 'invocation-1',
        body: new TextEncoder().encode('{"prompt":"private words"}'),
        timeoutMs: 5_000,
        signal: new AbortController().signal,
        adopt: false,
        onAccepted: () => Promise.resolve(),
        ...parts,
      };
    },
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        harness.received.push({ method: request.method, path: request.url, headers: request.headers, body });
        harness.answer(response);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    harness.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
  });
  beforeEach(() => {
    harness.received = [];
    harness.answer = (response) => response.end('{"text":"hi","usage":{"tokens":3}}');
  });
  afterAll(async () => {
    await Promise.all([open.stop(), guarded.stop()]);
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
  return harness;
}

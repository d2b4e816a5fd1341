/** Every way in which a connection fails, on real sockets: whether anything can have been sent, and the reason in words. */
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationError } from '../core/errors.js';
import { openHttpHarness } from '../../test/harness/http-harness.js';
import { watchedAgents } from './connection.js';
import { awsFault } from './sdk-errors.js';

const { open, newCall } = openHttpHarness();
const servers: Server[] = [];
const sockets = new Set<Socket>();

async function listen(server: Server): Promise<number> {
  servers.push(server.on('connection', (socket: Socket) => void sockets.add(socket)));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const closed = async (server: Server) => {
  const port = await listen(server);
  await new Promise((resolve) => void server.close(resolve));
  return port;
};

const ports: Record<string, number> = {};
beforeAll(async () => {
  ports['refused'] = await closed(createServer());
  // A server that does not speak TLS, one that closes at once, and one that closes after the first bytes.
  ports['plain'] = await listen(
    createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 No\r\n\r\n')),
  );
  ports['closes'] = await listen(
    createServer((socket) => void socket.once('data', () => void socket.destroy())),
  );
  ports['resets'] = await listen(
    createServer((socket) => void socket.once('data', () => void socket.resetAndDestroy())),
  );
  ports['babbles'] = await listen(
    createServer((socket) => void socket.once('data', () => void socket.end('what?\r\n'))),
  );
  // A TLS server without a certificate.
  ports['mute'] = await listen(createTlsServer({}));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    servers
      .filter(({ listening }) => listening)
      .map((server) => new Promise((resolve) => void server.close(resolve))),
  );
});

/** Made: the request may have been sent. */
const WAYS = [
  ['http', 'refused', false, /refused: nothing listens there \(ECONNREFUSED\)/],
  ['https', 'refused', false, /refused/],
  ['https', 'plain', false, /the TLS handshake/],
  ['https', 'mute', false, /the TLS handshake/],
  ['http', 'closes', true, /closed|reset/],
  ['http', 'resets', true, /closed|reset/],
  ['http', 'babbles', true, /not HTTP|failed/],
] as const;

describe.each(WAYS)('%s to one that %s', (scheme, who, made, words) => {
  const code = made ? 'connection_lost' : 'unreachable';

  it('over http', async () => {
    const url = `${scheme}://127.0.0.1:${ports[who]}/predict?key=hidden`;
    const error = (await open.invoke(newCall({ url })).catch((e: unknown) => e)) as InvocationError;
    expect(error).toMatchObject({ errorClass: 'transient', code });
    expect(error.message).toMatch(words);
    expect(error.details.evidence).toMatchObject({
      status: null,
      answer: null,
      cause: expect.stringMatching(words),
    });
    expect(JSON.stringify([error, error.message])).not.toMatch(/hidden|127\.0\.0\.1/);
  });

  it('through the AWS SDK', async () => {
    const client = new SageMakerRuntimeClient({
      endpoint: `${scheme}://127.0.0.1:${ports[who]}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(watchedAgents({ keepAlive: true })),
    });
    const error: unknown = await client
      .send(new InvokeEndpointCommand({ EndpointName: 'm', Body: new Uint8Array(2) }))
      .catch((e: unknown) => e);
    client.destroy();
    const fault = awsFault(error, 'm');
    expect(fault).toMatchObject({ errorClass: 'transient', code });
    expect(fault.message).toMatch(words);
  });
});

it('an unknown host is reported as such', async () => {
  const error = (await open
    .invoke(newCall({ url: 'http://no-such-host.invalid/' }))
    .catch((e: unknown) => e)) as InvocationError;
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(error.message).toMatch(/DNS/);
  expect(error.message).not.toContain('invalid');
});

it('after a connection was made the outcome is unknown, even on a reused connection', async () => {
  let answers = 0;
  const port = await listen(
    createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', () => {
          answers += 1;
          if (answers === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
          else socket.resetAndDestroy();
        });
    }),
  );
  const url = `http://127.0.0.1:${port}/`;
  expect((await open.invoke(newCall({ url }))).answer).toEqual({});
  await expect(open.invoke(newCall({ url }))).rejects.toMatchObject({ code: 'connection_lost' });
  expect(answers).toBe(2);
});

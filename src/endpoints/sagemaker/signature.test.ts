/** A request with an outdated signature is signed again and sent once more. Nothing else is ever sent twice. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FRESH_SIGNATURE_ONLY } from './signature.js';
import { awsFault } from '../sdk-errors.js';

let server: Server;
let received: IncomingMessage[] = [];
let answers: [status: number, name: string, message: string, date?: Date][] = [];
beforeEach(async () => {
  received = [];
  server = createServer((request, response) => {
    received.push(request);
    request.resume().on('end', () => {
      const [status, name, message, date] = answers.shift() ?? [200, '', '{}'];
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(name && { 'x-amzn-errortype': name }),
        ...(date && { date: date.toUTCString() }),
      });
      response.end(status === 200 ? '{}' : JSON.stringify({ message }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => void server.close(resolve)));

async function invoke(): Promise<unknown> {
  const client = new SageMakerRuntimeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    retryStrategy: FRESH_SIGNATURE_ONLY,
  });
  try {
    return await client.send(new InvokeEndpointCommand({ EndpointName: 'm', Body: Buffer.from('{}') }));
  } catch (error) {
    return awsFault(error, 'm');
  } finally {
    client.destroy();
  }
}

const EXPIRED = [
  'InvalidSignatureException',
  'Signature expired: 20260101T000000Z is now earlier than …',
] as const;

it.each([
  [403, ...EXPIRED],
  [403, 'InvalidSignatureException', 'Signature not yet current: …'],
  [403, 'RequestExpired', ''],
  [400, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'],
] as const)('%i %s "%s" is sent again, once', async (status, name, message) => {
  answers = [[status, name, message]];
  expect(await invoke()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  expect(received).toHaveLength(2);
  answers = Array.from({ length: 5 }, () => [status, name, message]);
  expect(await invoke()).toMatchObject({ errorClass: 'transient', code: 'clock_skew' });
  expect(received).toHaveLength(4);
});

it('signs again by the clock of the server that refused', async () => {
  const theirs = new Date(Date.now() + 3_600_000);
  answers = [[403, ...EXPIRED, theirs]];
  await invoke();
  const [first, second] = received.map(({ headers }) => String(headers['x-amz-date']));
  expect(second?.slice(0, 11)).toBe(theirs.toISOString().replace(/[-:]/g, '').slice(0, 11));
  expect(second).not.toBe(first);
});

it.each([
  [403, 'InvalidSignatureException', 'The request signature we calculated does not match', 'access_denied'],
  [500, 'InternalFailure', '', 'service_failed'],
  [429, 'ThrottlingException', '', 'throttled'],
  [424, 'ModelError', '', 'model_failed'],
] as const)('%i %s "%s" is sent once', async (status, name, message, code) => {
  answers = [[status, name, message]];
  expect(await invoke()).toMatchObject({ code });
  expect(received).toHaveLength(1);
});

/** The http driver against a local server. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openHttpHarness } from '../../../test/harness/http-harness.js';
import type { InvocationError } from '../../core/errors.js';

const harness = openHttpHarness();
const { open, guarded, newCall } = harness;

describe('an external provider', () => {
  it('gets the body, an idempotency key and headers with their secrets', async () => {
    const call = newCall({ headers: { Authorization: 'Bearer env:RADIANT_SECRET_KEY', 'X-Plain': 'yes' } });
    expect(await open.invoke(call)).toEqual({
      answer: { text: 'hi' },
      faults: [],
      usage: { tokens: 3 },
      bytes: 34,
    });
    expect(harness.received).toMatchObject([
      {
        body: '{"prompt":"private words"}',
        headers: { authorization: 'Bearer s3cr3t', 'x-plain': 'yes', 'idempotency-key': 'invocation-1' },
      },
    ]);
    expect(open.plan(call.model, 'i', 300_000)).toMatchObject({
      driver: 'http',
      outputLocation: null,
      cancellable: true,
    });
  });

  it('is always on', async () => {
    const { model } = newCall();
    expect(open.canWake(model)).toBe(false);
    expect(open.ownedBy(model)).toEqual([]);
    expect(await open.describe(model)).toMatchObject({ kind: 'known', serving: 3, wanted: 3, billed: 0 });
    expect(await open.warm(model, 1)).toBe('done');
    expect(await open.cool(model)).toBe('done');
    expect(await open.roll(model)).toBe('done');
    expect(await open.remove(model)).toBe('done');
    await open.renewDeadMan(model, new Date());
    expect(harness.received).toEqual([]);
  });

  it.each(['env:RADIANT_SECRET_OTHER', 'env:AWS_SECRET_ACCESS_KEY'])(
    'never hears of %s, which it may not',
    async (Authorization) => {
      await expect(open.invoke(newCall({ headers: { Authorization } }))).rejects.toMatchObject({
        errorClass: 'invalid',
        code: 'secret_missing',
      });
      expect(harness.received).toEqual([]);
    },
  );

  it.each([
    [400, 'invalid', 'request_refused'],
    [401, 'invalid', 'access_denied'],
    [413, 'invalid', 'request_too_large'],
    [429, 'throttled', 'throttled'],
    [500, 'transient', 'service_failed'],
    [503, 'transient', 'service_failed'],
    [307, 'invalid', 'redirected'],
  ])('answering %i means %s', async (status, errorClass, code) => {
    harness.answer = (response) =>
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end('private words');
    const error = (await open.invoke(newCall()).catch((e: unknown) => e)) as Error;
    expect(error).toMatchObject({ errorClass, code });
    expect(error.message).not.toContain('private');
    expect(harness.received).toHaveLength(1);
  });

  it.each([
    ['7', 7_000, 7_000],
    [new Date(Date.now() + 60_000).toUTCString(), 50_000, 60_000],
  ])('that says to come again after %s is heard', async (value, least, most) => {
    harness.answer = (response) => response.writeHead(429, { 'retry-after': value }).end();
    const { details } = (await open.invoke(newCall()).catch((e: unknown) => e)) as InvocationError;
    const { retryAfterMs } = details;
    expect(retryAfterMs).toBeGreaterThanOrEqual(least);
    expect(retryAfterMs).toBeLessThanOrEqual(most);
  });

  it.each([
    ['a page', (response: ServerResponse) => response.end('<html>private</html>'), 'invalid_response'],
    ['nothing', (response: ServerResponse) => response.writeHead(204).end(), 'invalid_response'],
    ['half a text', (response: ServerResponse) => response.end('{"text":'), 'invalid_response'],
    ['a hang-up', (response: ServerResponse) => response.destroy(), 'connection_lost'],
    [
      'a promise not kept',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"te', () => response.destroy());
      },
      'connection_lost',
    ],
  ])('answering %s is transient', async (_, broken, code) => {
    harness.answer = broken;
    const error = (await open.invoke(newCall()).catch((e: unknown) => e)) as Error;
    expect(error).toMatchObject({ errorClass: 'transient', code });
    expect(error.message).not.toContain('private');
  });

  it('cannot fill the memory', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    harness.answer = (response) => {
      const more = (): void => void (response.destroyed || (response.write(chunk), setImmediate(more)));
      more();
    };
    await expect(open.invoke(newCall())).rejects.toMatchObject({
      errorClass: 'invalid',
      code: 'answer_too_large',
    });
  });

  it('that stops responding is given up, before its headers or in its body', async () => {
    harness.answer = () => undefined;
    await expect(open.invoke(newCall({}, { timeoutMs: 200 }))).rejects.toMatchObject({
      errorClass: 'timeout',
    });
    harness.answer = (response) => response.write('{');
    await expect(open.invoke(newCall({}, { timeoutMs: 200 }))).rejects.toMatchObject({
      errorClass: 'timeout',
    });
  });

  it('is disconnected at an abort', async () => {
    const abort = new AbortController();
    const closed = new Promise((resolve) => {
      harness.answer = (response) => {
        response.on('close', resolve);
        abort.abort();
      };
    });
    await expect(open.invoke(newCall({}, { signal: abort.signal }))).rejects.toMatchObject({
      errorClass: 'cancelled',
    });
    await closed;
  });
});

describe('a URL that leads to a private address', () => {
  const port = () => new URL(harness.url).port;

  it.each([
    () => harness.url,
    () => 'ftp://example.com/',
    () => 'file:///etc/passwd',
    () => 'not a url',
    () => 'https://user:word@example.com/',
    () => `https://127.0.0.1:${port()}/`,
    () => `https://2130706433:${port()}/`,
    () => `https://0x7f.1:${port()}/`,
    () => 'https://169.254.169.254/latest/meta-data',
    () => `https://[::1]:${port()}/`,
    () => `https://[::ffff:127.0.0.1]:${port()}/`,
    () => 'https://[fd00:ec2::254]/',
    // Only the resolver shows that this one is private.
    () => `https://localhost:${port()}/`,
  ])('%s is refused before a byte is sent', async (address) => {
    const error = guarded.invoke(newCall({ url: address() }));
    await expect(error).rejects.toMatchObject({ errorClass: 'invalid', code: 'url_refused' });
    expect(harness.received).toEqual([]);
  });
});

/** External providers that are woken and stopped, against a local server. */
import { describe, expect, it } from 'vitest';
import { openHttpHarness } from '../../../test/harness/http-harness.js';

const harness = openHttpHarness();
const { open, guarded, newCall } = harness;

describe('an external provider with a switch', () => {
  const at = (path: string) => new URL(path, harness.url).href;
  const headers = { Authorization: 'Bearer env:RADIANT_SECRET_KEY' };
  const model = () => newCall({ wakeUrl: at('/state'), stopUrl: at('/stop'), headers }).model;
  const says = (status: number, body = '') => {
    harness.answer = (response) => response.writeHead(status).end(body);
  };

  it.each([
    [200, '{"instances":2}', { exists: true, serving: 2, wanted: 2, billed: 2, inProgress: false }],
    [200, '', { exists: true, serving: 1, wanted: 1, billed: 1, inProgress: false }],
    [200, 'OK', { serving: 1 }],
    [202, '', { exists: true, serving: 0, wanted: 1, billed: 1, inProgress: true }],
    [503, '{"instances":3}', { exists: true, serving: 0, wanted: 3, inProgress: true }],
    [404, '', { exists: false, serving: 0, wanted: 0, billed: 0, inProgress: false }],
    [410, '<html>', { exists: false, wanted: 0, billed: 0 }],
    [500, '{"instances":3}', { exists: false, wanted: 0, billed: 0 }],
  ])('that answers %i %s is seen', async (status, body, facts) => {
    says(status, body);
    expect(open.canWake(model())).toBe(true);
    expect(await open.describe(model())).toMatchObject({ kind: 'known', outdated: false, ...facts });
    expect(harness.received).toMatchObject([
      { method: 'GET', path: '/state', headers: { authorization: 'Bearer s3cr3t' } },
    ]);
  });

  it.each([
    [200, '<html>', 'does not answer its wakeUrl'],
    [200, '{"instances":-1}', 'does not answer its wakeUrl'],
    [200, '{"instances":1e9}', 'does not answer its wakeUrl'],
    [202, '{"instances":"two"}', 'does not answer its wakeUrl'],
    [301, '', 'redirect'],
    [401, '', 'Access was denied'],
    [403, '', 'Access was denied'],
    [400, '', 'refused the request'],
    [429, '', 'Too many requests'],
  ])('of which nothing can be learned by %i %s is unknown, in words', async (status, body, reason) => {
    says(status, body);
    expect(await open.describe(model())).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining(reason),
    });
  });

  it('is woken and stopped, without repeated requests', async () => {
    says(404);
    expect(await open.cool(model())).toBe('done');
    expect(await open.remove(model())).toBe('done');
    harness.answer = (response) =>
      response.writeHead(harness.received.at(-1)?.method === 'GET' ? 404 : 202).end();
    expect(await open.warm(model(), 0)).toBe('done');
    expect(harness.received.at(-1)).toMatchObject({
      method: 'POST',
      path: '/state',
      body: '{"instances":1}',
    });
    says(202);
    expect(await open.warm(model(), 2)).toBe('done');
    expect(harness.received.at(-1)).toMatchObject({ method: 'GET' });
    says(200, '{"instances":2}');
    expect(await open.warm(model(), 2)).toBe('done');
    expect(harness.received.at(-1)).toMatchObject({ method: 'GET' });
    expect(await open.cool(model())).toBe('done');
    expect(harness.received.at(-1)).toMatchObject({
      method: 'POST',
      path: '/stop',
      headers: { authorization: 'Bearer s3cr3t' },
    });
    expect(await open.remove(model())).toBe('busy');
    expect(harness.received.at(-1)).toMatchObject({ method: 'POST', path: '/stop' });
  });

  it('that is busy or refuses is reported so', async () => {
    const post = (status: number) => {
      harness.answer = (response) =>
        response.writeHead(harness.received.at(-1)?.method === 'GET' ? 404 : status).end('private');
    };
    post(409);
    expect(await open.warm(model(), 1)).toBe('busy');
    post(403);
    const error = (await open.warm(model(), 1).catch((e: unknown) => e)) as Error;
    expect(error).toMatchObject({ errorClass: 'invalid', code: 'access_denied' });
    expect(error.message).not.toContain('private');
  });

  it('that cannot be reached is unknown, not off', async () => {
    harness.answer = (response) => response.destroy();
    expect(await open.describe(model())).toMatchObject({ kind: 'unknown' });
  });

  it('is not called at a private address', async () => {
    await expect(guarded.warm(model(), 1)).rejects.toMatchObject({ code: 'url_refused' });
    expect(await guarded.describe(model())).toMatchObject({ kind: 'unknown' });
    expect(harness.received).toEqual([]);
  });
});

/** Promise: a webhook survives the death of its sender, never calls a forbidden address, and is shown to its own tenant only. */
import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { openWebhookSender } from '../../src/endpoints/webhook-sender.js';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { noteTry, takeDue } from '../../src/store/webhook-outbox.js';
import { eventually, SECRET, status, useHooks } from './webhook-harness.js';

const { system, ask, receiver, enqueue, useSecret, rowOf } = useHooks();

describe('delivery is safe', () => {
  test('another process delivers what a dead process had taken, under the same id', async () => {
    const there = await receiver();
    const taken = await system().ledger.transaction(async (session) => {
      await session.query(
        `select enqueue_webhook((select id from tenants where name = 'default'), $1, 'test', '{}')`,
        [there.url],
      );
      return takeDue({ ...system().ledger, ...session }, { atMost: 9, perHost: 4, busy: {}, leaseMs: 1_500 });
    });
    expect(taken).toMatchObject([{ url: there.url, attempts: 1 }]);
    expect(there.received).toEqual([]);
    await eventually(() => there.received.map(({ id }) => id)).toEqual(taken.map(({ id }) => id));
    await eventually(async () => (await rowOf(there.url)).delivered_at).not.toBeNull();
    // The dead process comes back, too late.
    const [late] = taken;
    if (late)
      await noteTry(system().ledger, late, { kind: 'retry', delayMs: 0 }, { status: 500, error: 'x' });
    expect(await rowOf(there.url)).toMatchObject({ attempts: 2, next_at: null, last_status: 204 });
  });

  test('two services deliver each webhook once; one that stops hands back what it could not finish', async () => {
    const there = await receiver();
    const other = await system().open(['scheduler']);
    await enqueue(there.url, 60);
    await eventually(() => there.received.length).toBe(60);
    expect(new Set(there.received.map(({ id }) => id)).size).toBe(60);
    const held: ServerResponse[] = [];
    there.react = (response) => void held.push(response);
    await enqueue(there.url, 8);
    await eventually(() => held.length).toBe(8);
    there.react = status(204);
    await other.stop();
    const handedBack = await ask(
      'select id from webhook_deliveries where url = $1 and delivered_at is null and next_at <= ledger_now()',
      [there.url],
    );
    expect(handedBack).toHaveLength(4);
    for (const response of held) response.writeHead(204).end();
    await eventually(() => there.received.length).toBe(72);
    await eventually(() =>
      ask('select id from webhook_deliveries where url = $1 and delivered_at is null', [there.url]),
    ).toEqual([]);
    expect(new Set(there.received.map(({ id }) => id)).size).toBe(68);
  });

  test.each([
    ['env:RADIANT_SECRET_NONE', 'cannot be read'],
    ['env:RADIANT_SECRET_ODD', 'does not have the form'],
  ])('nothing is sent unsigned because of %s', async (reference, says) => {
    await useSecret(reference);
    const there = await receiver();
    await enqueue(there.url);
    await eventually(async () => (await rowOf(there.url)).last_error).toContain(says);
    expect(there.received).toEqual([]);
    await useSecret(null);
  });

  test('a tenant stores a reference to its secret, never the secret', async () => {
    await expect(useSecret(SECRET)).rejects.toThrow(/check/);
  });

  test.each([
    ['http://receiver.test/', 'https'],
    ['https://127.0.0.1/', 'private address'],
    ['https://[::1]/', 'private address'],
    ['https://0x7f000001/', 'private address'],
    ['https://localhost/', 'private address'],
    ['https://x:y@receiver.test/', 'must not contain a user'],
  ])('%s is not called where private hosts are refused', async (url, says) => {
    const hooks = openWebhookSender({ resolve: (text) => Promise.resolve(text), allowPrivateHosts: false });
    const hook = { id: 'x', url, body: {}, secret: null, at: new Date() };
    expect(await hooks.post(hook, new AbortController().signal)).toEqual({
      status: null,
      error: expect.stringContaining(says),
    });
    await hooks.stop();
  });

  test('a receiver that is slower than the limit is given up', async () => {
    const there = await receiver();
    there.react = () => {};
    const hooks = openWebhookSender({
      resolve: (text) => Promise.resolve(text),
      allowPrivateHosts: true,
      timeoutMs: 200,
    });
    const hook = { id: 'x', url: there.url, body: {}, secret: null, at: new Date() };
    expect(await hooks.post(hook, new AbortController().signal)).toEqual({
      status: null,
      error: 'No answer within 0.2 s.',
    });
    await hooks.stop();
  });
});

describe('the list', () => {
  const read = async (path: string, key?: string) => {
    const response = await system().ask(
      'GET',
      path,
      undefined,
      key ? { authorization: `Bearer ${key}` } : {},
    );
    return (await response.json()) as {
      items: { id: string; url: string; state: string }[];
      nextCursor: string | null;
    };
  };

  test('shows tenants their own webhooks, and administrators all of them, without secrets', async () => {
    const url = 'https://receiver.test/with/a/token?x=1';
    const key = await system().keyFor('acme', 5, 'tenant_admin');
    const auditor = await addUser(system().ledger, {
      tenant: { name: 'default', tier: 5 },
      email: 'auditor@localhost',
      role: 'tenant_user',
      administrator: 'auditor',
    });
    const auditorKey = await issueKey(system().ledger, auditor, 'for tests', SYSTEM);
    await ask(
      `insert into webhook_deliveries (id, tenant_id, url, event, body, give_up_at)
       select gen_random_uuid(), id, $1, 'page', '{}', ledger_now() from tenants, generate_series(1, 5) where name in ('acme', 'default')`,
      [url],
    );
    const mine: { id: string; url: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await read(`/v1/webhooks?event=page&limit=2${cursor && `&cursor=${cursor}`}`, key);
      mine.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(new Set(mine.map(({ id }) => id)).size).toBe(5);
    expect(mine.every((item) => item.url === url)).toBe(true);
    for (const reader of [system().key, auditorKey]) {
      const { items } = await read('/v1/webhooks?event=page', reader);
      const foreign = items.filter(({ id }) => mine.some((own) => own.id === id));
      expect([items.length, foreign.length]).toEqual([10, 5]);
      expect(new Set(foreign.map((item) => item.url))).toEqual(new Set(['https://receiver.test']));
    }
    const retry = (by: string, id = mine[0]?.id) =>
      system().ask('POST', `/v1/webhooks/${id}/retry`, undefined, { authorization: `Bearer ${by}` });
    expect((await retry(auditorKey)).status).toBe(403);
    expect((await retry(await system().keyFor('globex'))).status).toBe(404);
    expect((await retry(key)).status).toBe(202);
  });
});

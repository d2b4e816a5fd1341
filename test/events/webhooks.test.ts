/** Promise: a webhook is delivered at least once, under one id, and a receiver that does not answer delays no other. */
import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { submit } from '../harness/fixtures.js';
import { eventually, SECRET, status, useHooks, type Reaction, type Received } from './webhook-harness.js';

const { system, ask, receiver, enqueue, useSecret, rowOf, dueNow } = useHooks();

describe('the end of an execution', () => {
  test('is delivered with its signature, without payloads, and once', async () => {
    await useSecret('env:RADIANT_SECRET_HOOK');
    const there = await receiver();
    const done = await submit(system(), 'quick', {}, { webhookUrl: there.url });
    await eventually(() => there.received.length).toBe(1);
    const [sent] = there.received as [Received];
    expect(sent.body).toEqual({
      id: sent.id,
      event: 'execution.succeeded',
      at: expect.stringMatching(/^20/),
      executionId: done,
      workflowId: 'quick',
      status: 'succeeded',
      errorCode: null,
      costUsd: '0.000000000',
    });
    const verify = (text: string) => new Webhook(SECRET).verify(text, sent.headers as Record<string, string>);
    expect(verify(sent.text)).toEqual(sent.body);
    expect(() => verify(`${sent.text} `)).toThrow(/signature/);
    expect(sent.headers['content-type']).toBe('application/json');
    await eventually(async () => (await rowOf(there.url)).delivered_at).not.toBeNull();
    expect(await rowOf(there.url)).toMatchObject({
      attempts: 1,
      next_at: null,
      last_status: 204,
      last_error: null,
    });
    await useSecret(null);
  });

  test.each<[string, string, (id: string) => Promise<unknown>]>([
    ['execution.cancelled', 'cancelled', (id) => system().ask('POST', `/v1/executions/${id}/cancel`)],
    [
      'execution.failed',
      'failed',
      (id) =>
        ask(
          `update workflow_executions set status = 'failed', error_code = 'odd', completed_at = ledger_now() where id = $1`,
          [id],
        ),
    ],
    [
      'execution.timed_out',
      'timed_out',
      (id) =>
        ask(
          `update workflow_executions set status = 'timed_out', error_code = 'timeout', completed_at = ledger_now() where id = $1`,
          [id],
        ),
    ],
  ])('%s, is delivered unsigned where the tenant has no secret', async (event, ended, end) => {
    const there = await receiver();
    const id = await submit(system(), 'long', {}, { webhookUrl: there.url });
    await end(id);
    await eventually(() => there.received.map(({ body }) => body)).toMatchObject([
      { event, executionId: id, status: ended },
    ]);
    expect(there.received[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  test('is not delivered when it did not happen, nor when nobody asked for it', async () => {
    const there = await receiver();
    const id = await submit(system(), 'long', {}, { webhookUrl: there.url });
    const undone = system().ledger.transaction(async (session) => {
      await session.query(
        `update workflow_executions set status = 'cancelled', completed_at = ledger_now() where id = $1`,
        [id],
      );
      expect(await session.query('select from webhook_deliveries where url = $1', [there.url])).toHaveLength(
        1,
      );
      throw new Error('never mind');
    });
    await expect(undone).rejects.toThrow('never mind');
    expect(await rowOf(there.url)).toBeUndefined();
    const before = await ask('select id from webhook_deliveries');
    await system().ask('POST', `/v1/executions/${await submit(system(), 'long')}/cancel`);
    expect(await ask('select id from webhook_deliveries')).toEqual(before);
  });

  test.each(['https://user:secret@receiver.test/', 'ftp://receiver.test/', 'nonsense'])(
    'cannot be delivered to %s',
    async (webhookUrl) => {
      const response = await system().ask('POST', '/v1/workflows/quick/executions', {
        parameters: {},
        webhookUrl,
      });
      expect([response.status, await response.json()]).toMatchObject([
        422,
        { errors: [{ path: 'webhookUrl' }] },
      ]);
    },
  );
});

describe('a receiver that', () => {
  test.each<[string, Reaction, number | null, RegExp]>([
    ['answers 500', status(500), 500, /rejected the webhook/],
    ['sends us elsewhere', status(307, { location: 'http://127.0.0.1:1/' }), 307, /redirect/],
    ['hangs up', (response) => response.destroy(), null, /cannot be reached \(UND_ERR_SOCKET\)/],
  ])('%s is called again, under the same id, until it accepts', async (_, reaction, code, says) => {
    const there = await receiver();
    there.react = reaction;
    await enqueue(there.url);
    await eventually(async () => (await rowOf(there.url)).last_error).toMatch(says);
    const failed = await rowOf(there.url);
    expect(failed).toMatchObject({ attempts: 1, delivered_at: null, last_status: code });
    expect(failed.wait).toBeGreaterThan(7);
    expect(failed.wait).toBeLessThan(11);
    await dueNow(there.url);
    // Twice as long as before. The lease of a running attempt does not count.
    await eventually(async () => Math.round((await rowOf(there.url)).wait ?? 0)).toSatisfy(
      (seconds: number) => seconds >= 16 && seconds <= 22,
    );
    there.react = status(200);
    await dueNow(there.url);
    await eventually(async () => (await rowOf(there.url)).delivered_at).not.toBeNull();
    expect(new Set(there.received.map(({ id, text }) => id + text)).size).toBe(1);
    expect(there.received).toHaveLength(3);
    expect(await rowOf(there.url)).toMatchObject({ attempts: 3, last_status: 200, last_error: null });
  });

  test('is slow delays neither other receivers nor the engine', async () => {
    const [slow, quick] = [await receiver(), await receiver()];
    const held: ServerResponse[] = [];
    slow.react = (response) => void held.push(response);
    await enqueue(slow.url, 20);
    await eventually(() => held.length).toBe(4);
    await enqueue(quick.url, 20);
    await submit(system(), 'quick', {}, { webhookUrl: quick.url });
    await eventually(() => quick.received.length).toBe(21);
    expect(quick.most).toBeLessThanOrEqual(4);
    expect([slow.most, held.length]).toEqual([4, 4]);
    slow.react = status(204);
    for (const response of held) response.writeHead(204).end();
    await eventually(() => new Set(slow.received.map(({ id }) => id)).size).toBe(20);
    expect(slow.received).toHaveLength(20);
  });

  test('never ends its answer has received the webhook all the same', async () => {
    const there = await receiver();
    there.react = (response) => {
      response.writeHead(200);
      const more = () => response.write('x'.repeat(1_000), () => !response.destroyed && setImmediate(more));
      more();
    };
    await enqueue(there.url);
    await eventually(async () => (await rowOf(there.url)).delivered_at).not.toBeNull();
  });

  test('never answers is given up after a day, and can be retried', async () => {
    const there = await receiver();
    there.react = status(503);
    await enqueue(there.url);
    await eventually(async () => (await rowOf(there.url)).last_status).toBe(503);
    await ask(
      'update webhook_deliveries set give_up_at = ledger_now(), next_at = ledger_now() where url = $1',
      [there.url],
    );
    await eventually(async () => (await rowOf(there.url)).next_at).toBeNull();
    const { id } = await rowOf(there.url);
    const list = async () =>
      (await (await system().ask('GET', '/v1/webhooks?state=given_up')).json()) as object;
    expect(await list()).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id, state: 'given_up', attempts: 2, lastStatus: 503, nextAt: null }),
      ]),
    });
    expect(system().troubles.join()).toContain(`webhook.given_up {"id":"${id}"`);
    there.react = status(204);
    const retry = () => system().ask('POST', `/v1/webhooks/${id}/retry`);
    expect((await retry()).status).toBe(202);
    await eventually(async () => (await rowOf(there.url)).delivered_at).not.toBeNull();
    const again = await retry();
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'already_delivered' }]);
    expect(new Set(there.received.map((one) => one.id))).toEqual(new Set([id]));
  });
});

/** Slots of failed requests: each is free again as soon as the endpoint cannot work on it any more, and an operator may say so. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectInvariants } from '../harness/invariants.js';
import { submit } from '../harness/fixtures.js';
import { startFailingEndpoint, type FailingEndpoint } from '../reliability/failing-endpoint.js';

let endpoint: FailingEndpoint;
beforeAll(async () => {
  endpoint = await startFailingEndpoint();
});
beforeEach(() => {
  endpoint.received = 0;
});
afterAll(() => endpoint.stop());

describe('the slot', () => {
  test('of a connection that was never made is free at once', async () => {
    const id = await endpoint.run('refuses');
    const { attempts } = await endpoint.taskOf(id, 'tenant_user');
    expect(attempts).toMatchObject([
      {
        error: { code: 'unreachable' },
        costUsd: '0.00',
        failure: { cause: expect.stringMatching(/refused/) },
      },
    ]);
    expect(await endpoint.held('refuses')).toBe(0);
  });

  test('of a silent connection is held, says why, and is freed by an operator with a reason', async () => {
    endpoint.answer = () => undefined;
    await endpoint.run('answers');
    expect(await endpoint.held('answers')).toBe(1);
    endpoint.answer = (response) => response.end('{"ok": true}');
    const next = await submit(endpoint.system, 'answers', {}, {}, endpoint.as('tenant_user'));
    await expect
      .poll(
        async () =>
          (
            await endpoint.read<{ waiting: { reason: string } | null }>(
              `/v1/executions/${next}`,
              'tenant_user',
            )
          ).waiting?.reason,
        { timeout: 20_000 },
      )
      .toMatch(
        /1 of 1 in use, 0 ahead\. 1 held for requests that were given up, because the endpoint may still work on them: for \d+ (s|min) more, unless an operator frees it earlier\./,
      );
    const { slots } = await endpoint.read<{ slots: { doubted: number; doubtUntil: string } }>(
      '/v1/models/answers/thermal',
      'auditor',
    );
    expect(slots.doubted).toBe(1);
    expect(Date.parse(slots.doubtUntil)).toBeGreaterThan(Date.now());

    const free = (role: string, body: object) =>
      endpoint.system.ask('POST', '/v1/models/answers/slots/release', body, endpoint.as(role));
    for (const role of ['tenant_user', 'auditor'])
      expect((await free(role, { reason: 'restarted' })).status).toBe(403);
    expect((await free('operator', { reason: ' ' })).status).toBe(422);
    const freed = await free('operator', { reason: 'it was restarted' });
    expect([freed.status, await freed.json()]).toEqual([200, { released: 1 }]);
    await endpoint.ended(next);
    expect(await (await free('operator', { reason: 'once more' })).json()).toEqual({ released: 0 });

    const audited = await endpoint.system.owner.query(
      `select actor_type, new_state ->> 'slots' as slots, new_state ->> 'reason' as reason
       from orchestration_audit_log where entity_type = 'slot release'`,
    );
    expect(audited.rows).toEqual([{ actor_type: 'admin', slots: '1', reason: 'it was restarted' }]);
    const { items } = await endpoint.read<{ items: object[] }>('/v1/models/answers/history', 'auditor');
    expect(items).toContainEqual(expect.objectContaining({ summary: 'Slot Release answers created' }));
    await expectInvariants(endpoint.system);
  });

  test('of work under way is never freed by hand', async () => {
    let finish = (): unknown => undefined;
    endpoint.answer = (response) => (finish = () => response.end('{}'));
    const id = await submit(endpoint.system, 'answers', {}, {}, endpoint.as('tenant_user'));
    await expect.poll(() => endpoint.received, { timeout: 20_000 }).toBe(1);
    const freed = await endpoint.system.ask(
      'POST',
      '/v1/models/answers/slots/release',
      { reason: 'by mistake' },
      endpoint.as('operator'),
    );
    expect(await freed.json()).toEqual({ released: 0 });
    expect(await endpoint.held('answers')).toBe(1);
    finish();
    await endpoint.ended(id);
  });
});

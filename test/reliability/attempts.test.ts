/** A failing endpoint's answer is shown to those it concerns; one that is loading is asked again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestSystem } from '../harness/system.js';
import { startFailingEndpoint, type FailingEndpoint } from './failing-endpoint.js';

let endpoint: FailingEndpoint;
beforeAll(async () => {
  endpoint = await startFailingEndpoint();
});
beforeEach(() => {
  endpoint.received = 0;
});
afterAll(() => endpoint.stop());

describe('the answer of a failing endpoint', () => {
  test('is shown with the input that was sent, to each role what it may see', async () => {
    endpoint.answer = (response) => response.writeHead(500).end('{"error":"CUDA out of memory"}');
    const id = await endpoint.run('answers');
    const failure = { status: 500, modelStatus: null, answer: '{"error":"CUDA out of memory"}', cause: null };
    const address = `${endpoint.base}/run`;
    const input = { a: 'private words', fail: 0 };
    expect(await endpoint.taskOf(id, 'tenant_user')).toMatchObject({
      input,
      attempts: [{ failure, address: null }],
    });
    expect(await endpoint.taskOf(id, 'platform_admin')).toMatchObject({
      input,
      attempts: [{ failure, address }],
    });
    for (const role of ['operator', 'auditor'])
      expect(await endpoint.taskOf(id, role)).toMatchObject({
        input: null,
        attempts: [{ failure: { ...failure, answer: null }, address }],
      });
    const { rows } = await endpoint.system.owner.query(`select error_message from task_attempts`);
    expect(JSON.stringify([rows, endpoint.system.troubles])).not.toMatch(/CUDA|hidden|private/);
  });

  test('is shown for an asynchronous endpoint too', async () => {
    const id = await endpoint.run('echo', { fail: 500 });
    const { attempts } = await endpoint.taskOf(id, 'tenant_user');
    expect(attempts[0]?.failure).toMatchObject({
      modelStatus: 500,
      answer: expect.stringContaining('asked to fail with 500'),
    });
  });

  test('is hidden from other tenants, and the address from every tenant', async () => {
    await endpoint.system.keyFor('other');
    const tenant = (await endpoint.row(`select id from tenants where name = 'other'`))?.id as string;
    const claims = { tenantId: tenant } as Parameters<TestSystem['ledger']['within']>[0];
    const seen = await endpoint.system.ledger.within(claims, (session) =>
      session.query('select failure_details from task_attempts'),
    );
    expect(seen).toEqual([]);
    await expect(
      endpoint.system.ledger.within(claims, (session) => session.query('select address from task_attempts')),
    ).rejects.toThrow(/permission denied/);
  });

  test('an answer with NaN is one failure, and paid for once', async () => {
    endpoint.answer = (response) => response.end('{"score": NaN}');
    const id = await endpoint.run('answers');
    const { attempts } = await endpoint.taskOf(id, 'tenant_user');
    expect(attempts).toMatchObject([
      { error: { code: 'unusable_answer' }, costUsd: '1.00', failure: { answer: '{"score": NaN}' } },
    ]);
    expect(endpoint.received).toBe(1);
  });
});

test('a loading endpoint is asked again until it is ready, within the only attempt', async () => {
  endpoint.answer = (response) =>
    endpoint.received < 3
      ? response.writeHead(503, { 'retry-after': '0' }).end('{"error":"loading"}')
      : response.end('{"ok": true}');
  const id = await endpoint.run('answers');
  const { attempts } = await endpoint.taskOf(id, 'tenant_user');
  expect(attempts.map(({ status, error }) => [status, error?.code ?? null])).toEqual([
    ['failed', 'model_loading'],
    ['failed', 'model_loading'],
    ['succeeded', null],
  ]);
  expect(
    await endpoint.row('select attempts_used from task_executions where workflow_execution_id = $1', [id]),
  ).toEqual({ attempts_used: 1 });
});

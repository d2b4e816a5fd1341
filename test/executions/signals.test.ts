/** Signals: kept until a task waits for them, taken once, checked when they arrive, and never lost. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await publishWorkflow(system, 'two', [waitFor('first', 'go'), waitFor('second', 'go', ['first'])]);
  await publishWorkflow(system, 'late', [
    { id: 'pause', type: 'wait', config: { wait: { seconds: 3600 } } },
    waitFor('then', 'go', ['pause']),
  ]);
  await publishWorkflow(system, 'checked', [
    { id: 'ask', type: 'wait', config: { wait: { signal: 'answer', schema: SCHEMA } } },
    { id: 'use', type: 'transform', after: ['ask'], input: { said: 'tasks.ask.output.ok' } },
  ]);
  // What `ask` ends reads an output of before.
  await publishWorkflow(
    system,
    'remembers',
    [
      { id: 'before', type: 'transform', input: { n: '7' } },
      { id: 'ask', type: 'wait', after: ['before'], config: { wait: { signal: 'answer' } } },
      { id: 'use', type: 'transform', after: ['before', 'ask'], input: { n: 'tasks.before.output.n' } },
      { id: 'ask2', type: 'wait', after: ['use'], config: { wait: { signal: 'answer' } } },
    ],
    { outputMapping: { n: 'tasks.before.output.n', used: 'tasks.use.output.n', said: 'tasks.ask2.output' } },
  );
  await publishWorkflow(system, 'brief', [waitFor('ask', 'answer')], { timeout: 2 });
  await publishWorkflow(system, 'impatient', [
    { id: 'ask', type: 'wait', config: { wait: { signal: 'answer', timeoutSeconds: 1 } } },
  ]);
});
afterAll(() => system.stop());

const SCHEMA = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
const waitFor = (id: string, signal: string, after: string[] = []): TaskFixture => ({
  id,
  type: 'wait',
  after,
  config: { wait: { signal } },
});

const read = async (path: string) =>
  (await (await system.ask('GET', path)).json()) as Record<string, unknown>;
const send = async (id: string, body: object, headers: Record<string, string> = {}) => {
  const response = await system.ask('POST', `/v1/executions/${id}/signal`, body, headers);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const statusesOf = async (id: string) =>
  ((await read(`/v1/executions/${id}`))['tasks'] as { status: string }[]).map(({ status }) => status);
const kept = async (id: string) =>
  ((await read(`/v1/executions/${id}/signals`))['items'] as { taskId: string | null }[]).map(
    ({ taskId }) => taskId,
  );

describe('a signal', () => {
  test('is the output of the task that waits for it', async () => {
    const id = await submit(system, 'checked');
    await expect.poll(() => statusesOf(id)).toEqual(['waiting', 'pending']);
    expect((await read(`/v1/executions/${id}`))['waiting']).toMatchObject({
      reason: 'Waiting for the signal answer.',
    });
    const sent = await send(id, { name: 'answer', payload: { ok: true } });
    expect(sent).toMatchObject({
      status: 202,
      body: { name: 'answer', payload: { ok: true }, taskId: null },
    });
    await untilAllEnded(system);
    expect(await read(`/v1/executions/${id}`)).toMatchObject({ output: { use: { said: true } } });
    expect(await read(`/v1/executions/${id}/tasks/ask`)).toMatchObject({
      input: { signal: 'answer' },
      output: { ok: true },
    });
    expect(await kept(id)).toEqual(['ask']);
  });

  test('that comes before its wait is kept, each goes to one task, and there are no more than waits', async () => {
    const id = await submit(system, 'two');
    const answers = await Promise.all([1, 2, 3, 4].map((payload) => send(id, { name: 'go', payload })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 202, 409, 409]);
    // The execution ends as soon as both are taken.
    for (const { status, body } of answers)
      if (status === 409) expect(['signal_not_awaited', 'execution_ended']).toContain(body['code']);
    await untilAllEnded(system);
    expect(await kept(id)).toEqual(['first', 'second']);
    expect((await send(id, { name: 'go' })).body).toMatchObject({ code: 'execution_ended' });
  });

  test('with the same Idempotency-Key is the same signal', async () => {
    const id = await submit(system, 'late');
    const key = { 'idempotency-key': 'once' };
    const answers = await Promise.all(
      [1, 2, 3].map(() => send(id, { name: 'go', payload: { a: 1, b: 2 } }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    const other = await send(id, { name: 'go', payload: { a: 2 } }, key);
    expect([other.status, other.body['code']]).toEqual([409, 'idempotency_key_reused']);
    expect((await send(id, { name: 'go' })).body).toMatchObject({ code: 'signal_not_awaited' });
    expect(await kept(id)).toEqual([null]);
    expect(await read(`/v1/executions/${id}/signals?limit=1`)).toMatchObject({ nextCursor: null });
    await system.ask('POST', `/v1/executions/${id}/cancel`);
  });

  test.each([
    [{ name: 'other' }, 'unknown_signal', 'body.name'],
    [{ name: 'answer', payload: { ok: 'yes' } }, 'invalid_payload', 'body.payload.ok'],
    [{ name: 'answer', payload: { $file: { key: 'x' } } }, 'invalid_payload', 'body.payload'],
    [{ name: 'answer' }, 'invalid_payload', 'body.payload'],
  ])('%o is refused', async (body, code, path) => {
    const id = await submit(system, 'checked');
    const refused = await send(id, body);
    expect(refused).toMatchObject({ status: 422, body: { code, errors: [{ path }] } });
    expect(await kept(id)).toEqual([]);
    await system.ask('POST', `/v1/executions/${id}/cancel`);
  });

  test('of another tenant is not found', async () => {
    const id = await submit(system, 'checked');
    const key = await system.keyFor('other', 5, 'tenant_user');
    const foreign = { authorization: `Bearer ${key}` };
    const refused = await send(id, { name: 'answer', payload: { ok: true } }, foreign);
    expect(refused.status).toBe(404);
    expect((await system.ask('GET', `/v1/executions/${id}/signals`, undefined, foreign)).status).toBe(404);
    await system.ask('POST', `/v1/executions/${id}/cancel`);
  });

  test('is refused when a hundred are kept, and they are listed page by page', async () => {
    await publishWorkflow(system, 'many', [
      { id: 'pause', type: 'wait', config: { wait: { seconds: 3600 } } },
      ...Array.from({ length: 101 }, (_, n) => waitFor(`w${n}`, 'go', ['pause'])),
    ]);
    const id = await submit(system, 'many');
    for (let n = 0; n < 100; n += 1) expect((await send(id, { name: 'go', payload: n })).status).toBe(202);
    expect((await send(id, { name: 'go' })).body).toMatchObject({ code: 'too_many_signals' });
    const payloads: unknown[] = [];
    for (let path = `/v1/executions/${id}/signals?limit=40`, cursor: string | null = ''; cursor !== null;) {
      const page = await read(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      payloads.push(...(page['items'] as { payload: number }[]).map(({ payload }) => payload));
      cursor = page['nextCursor'] as string | null;
    }
    expect(payloads).toEqual(Array.from({ length: 100 }, (_, n) => n));
    await system.ask('POST', `/v1/executions/${id}/cancel`);
  });

  test('that ends a wait leaves the other outputs readable', async () => {
    const id = await submit(system, 'remembers');
    await expect.poll(() => statusesOf(id)).toEqual(['succeeded', 'waiting', 'pending', 'pending']);
    await send(id, { name: 'answer', payload: 1 });
    await expect.poll(() => statusesOf(id)).toEqual(['succeeded', 'succeeded', 'succeeded', 'waiting']);
    await send(id, { name: 'answer', payload: 2 });
    await untilAllEnded(system);
    expect(await read(`/v1/executions/${id}`)).toMatchObject({
      status: 'succeeded',
      output: { n: 7, used: 7, said: 2 },
    });
  });

  test('that never comes is waited for as long as the execution may take', async () => {
    const id = await submit(system, 'brief');
    await untilAllEnded(system);
    expect(await read(`/v1/executions/${id}`)).toMatchObject({ status: 'timed_out' });
  });

  test('that does not come in time fails its task', async () => {
    const id = await submit(system, 'impatient');
    await untilAllEnded(system);
    expect(await read(`/v1/executions/${id}`)).toMatchObject({
      status: 'failed',
      tasks: [{ error: { code: 'signal_timeout', message: 'The signal answer did not arrive in time.' } }],
    });
  });
});

test('a signal whose message is lost is taken by the sweep', async () => {
  const id = await submit(system, 'checked');
  await expect.poll(() => statusesOf(id)).toEqual(['waiting', 'pending']);
  await system.owner.query(
    `with kept as (
       insert into execution_signals (workflow_execution_id, tenant_id, name, payload)
       select id, tenant_id, 'answer', '{"ok": false}' from workflow_executions where id = $1
     )
     update workflow_executions set decide_whole = true, advanced_at = null where id = $1`,
    [id],
  );
  await untilAllEnded(system);
  expect(await kept(id)).toEqual(['ask']);
  await expectInvariants(system);
});

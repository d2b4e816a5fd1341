/** A failing endpoint's answer is shown to those it concerns, and its slots are reused as soon as that is safe. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { openSecondProcess } from '../harness/second-process.js';

interface Attempt {
  status: string;
  costUsd: string;
  error: { code: string; message: string } | null;
  address: string | null;
  failure: {
    status: number | null;
    modelStatus: number | null;
    answer: string | null;
    cause: string | null;
  } | null;
}

let system: TestSystem;
let server: Server;
let answer: (response: ServerResponse) => void;
let received = 0;
let base: string;
const keys: Record<string, string> = {};
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      received += 1;
      answer(response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  system = await startTestSystem({ config: { thermalTickMs: 100 } });
  const side = await openSecondProcess(system);
  const nobody = createServer();
  await new Promise<void>((resolve) => void nobody.listen(0, '127.0.0.1', resolve));
  const refused = `http://127.0.0.1:${(nobody.address() as AddressInfo).port}`;
  await new Promise((resolve) => void nobody.close(resolve));
  for (const [modelId, url] of Object.entries({
    answers: `${base}/run?key=hidden`,
    refuses: `${refused}/run`,
  }))
    await side.models.create(
      {
        modelId,
        name: modelId,
        displayName: modelId,
        category: 'test',
        providerType: 'external',
        deployment: { url },
        licenses: [{ type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant' }],
        thermal: { maxInstances: 1 },
        pricing: { perRequest: '1', markup: '0' },
      },
      SYSTEM,
    );
  await side.stop();
  await registerEchoModel(system, 'echo', { warmupSeconds: 0 });
  for (const model of ['answers', 'refuses', 'echo'])
    await publishWorkflow(
      system,
      model,
      [
        {
          id: 'only',
          model,
          timeout: 2,
          config: { retry: { maxAttempts: 1 } },
          input: { a: "'private ' + params.word", fail: 'params.fail' },
        },
      ],
      {
        parameters: [
          { name: 'word', type: 'string', default: 'words' },
          { name: 'fail', type: 'number', default: 0 },
        ],
      },
    );
  keys['tenant_user'] = await system.keyFor('lab');
  for (const role of ['operator', 'auditor'] as const) {
    const user = await addUser(system.ledger, {
      tenant: { name: 'system', tier: 5 },
      email: `${role}@system.test`,
      role: 'tenant_user',
      administrator: role,
    });
    keys[role] = await issueKey(system.ledger, user, 'for tests', SYSTEM);
  }
  keys['platform_admin'] = system.key;
});
beforeEach(() => {
  received = 0;
});
afterAll(async () => {
  await system.stop();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const as = (role: string) => ({ authorization: `Bearer ${keys[role]}` });
async function read<T>(path: string, role: string): Promise<T> {
  const response = await system.ask('GET', path, undefined, as(role));
  return (await response.json()) as T;
}
const row = async (sql: string, values: unknown[] = []) => (await system.owner.query(sql, values)).rows[0];
const ended = (id: string) =>
  expect
    .poll(async () => (await row('select status from workflow_executions where id = $1', [id]))?.status, {
      timeout: 30_000,
    })
    .toMatch(/succeeded|failed/);
const run = async (workflow: string, parameters: Record<string, unknown> = {}) => {
  const id = await submit(system, workflow, parameters, {}, as('tenant_user'));
  await ended(id);
  return id;
};
const taskOf = (id: string, role: string) =>
  read<{ input: unknown; attempts: Attempt[] }>(`/v1/executions/${id}/tasks/only`, role);
const held = async (model: string) =>
  (
    await row(
      `select count(*)::int as n from model_slots s join ai_models m on m.id = s.model_id where m.model_id = $1 and held_until >= now()`,
      [model],
    )
  )?.n as number;

describe('the answer of a failing endpoint', () => {
  test('is shown with the input that was sent, to each role what it may see', async () => {
    answer = (response) => response.writeHead(500).end('{"error":"CUDA out of memory"}');
    const id = await run('answers');
    const failure = { status: 500, modelStatus: null, answer: '{"error":"CUDA out of memory"}', cause: null };
    const address = `${base}/run`;
    const input = { a: 'private words', fail: 0 };
    expect(await taskOf(id, 'tenant_user')).toMatchObject({ input, attempts: [{ failure, address: null }] });
    expect(await taskOf(id, 'platform_admin')).toMatchObject({ input, attempts: [{ failure, address }] });
    for (const role of ['operator', 'auditor'])
      expect(await taskOf(id, role)).toMatchObject({
        input: null,
        attempts: [{ failure: { ...failure, answer: null }, address }],
      });
    const { rows } = await system.owner.query(`select error_message from task_attempts`);
    expect(JSON.stringify([rows, system.troubles])).not.toMatch(/CUDA|hidden|private/);
  });

  test('is shown for an asynchronous endpoint too', async () => {
    const id = await run('echo', { fail: 500 });
    const { attempts } = await taskOf(id, 'tenant_user');
    expect(attempts[0]?.failure).toMatchObject({
      modelStatus: 500,
      answer: expect.stringContaining('asked to fail with 500'),
    });
  });

  test('is hidden from other tenants, and the address from every tenant', async () => {
    await system.keyFor('other');
    const tenant = (await row(`select id from tenants where name = 'other'`))?.id as string;
    const claims = { tenantId: tenant } as Parameters<TestSystem['ledger']['within']>[0];
    const seen = await system.ledger.within(claims, (session) =>
      session.query('select failure_details from task_attempts'),
    );
    expect(seen).toEqual([]);
    await expect(
      system.ledger.within(claims, (session) => session.query('select address from task_attempts')),
    ).rejects.toThrow(/permission denied/);
  });

  test('an answer with NaN is one failure, and paid for once', async () => {
    answer = (response) => response.end('{"score": NaN}');
    const id = await run('answers');
    const { attempts } = await taskOf(id, 'tenant_user');
    expect(attempts).toMatchObject([
      { error: { code: 'unusable_answer' }, costUsd: '1.00', failure: { answer: '{"score": NaN}' } },
    ]);
    expect(received).toBe(1);
  });
});

test('a loading endpoint is asked again until it is ready, within the only attempt', async () => {
  answer = (response) =>
    received < 3
      ? response.writeHead(503, { 'retry-after': '0' }).end('{"error":"loading"}')
      : response.end('{"ok": true}');
  const id = await run('answers');
  const { attempts } = await taskOf(id, 'tenant_user');
  expect(attempts.map(({ status, error }) => [status, error?.code ?? null])).toEqual([
    ['failed', 'model_loading'],
    ['failed', 'model_loading'],
    ['succeeded', null],
  ]);
  expect(
    await row('select attempts_used from task_executions where workflow_execution_id = $1', [id]),
  ).toEqual({ attempts_used: 1 });
});

describe('the slot', () => {
  test('of a connection that was never made is free at once', async () => {
    const id = await run('refuses');
    const { attempts } = await taskOf(id, 'tenant_user');
    expect(attempts).toMatchObject([
      {
        error: { code: 'unreachable' },
        costUsd: '0.00',
        failure: { cause: expect.stringMatching(/refused/) },
      },
    ]);
    expect(await held('refuses')).toBe(0);
  });

  test('of a silent connection is held, says why, and is freed by an operator with a reason', async () => {
    answer = () => undefined;
    await run('answers');
    expect(await held('answers')).toBe(1);
    answer = (response) => response.end('{"ok": true}');
    const next = await submit(system, 'answers', {}, {}, as('tenant_user'));
    await expect
      .poll(
        async () =>
          (await read<{ waiting: { reason: string } | null }>(`/v1/executions/${next}`, 'tenant_user'))
            .waiting?.reason,
        { timeout: 20_000 },
      )
      .toMatch(
        /1 of 1 in use, 0 ahead\. 1 held for requests that were given up, because the endpoint may still work on them: for \d+ (s|min) more, unless an operator frees it earlier\./,
      );
    const { slots } = await read<{ slots: { doubted: number; doubtUntil: string } }>(
      '/v1/models/answers/thermal',
      'auditor',
    );
    expect(slots.doubted).toBe(1);
    expect(Date.parse(slots.doubtUntil)).toBeGreaterThan(Date.now());

    const free = (role: string, body: object) =>
      system.ask('POST', '/v1/models/answers/slots/release', body, as(role));
    for (const role of ['tenant_user', 'auditor'])
      expect((await free(role, { reason: 'restarted' })).status).toBe(403);
    expect((await free('operator', { reason: ' ' })).status).toBe(422);
    const freed = await free('operator', { reason: 'it was restarted' });
    expect([freed.status, await freed.json()]).toEqual([200, { released: 1 }]);
    await ended(next);
    expect(await (await free('operator', { reason: 'once more' })).json()).toEqual({ released: 0 });

    const audited = await system.owner.query(
      `select actor_type, new_state ->> 'slots' as slots, new_state ->> 'reason' as reason
       from orchestration_audit_log where entity_type = 'slot release'`,
    );
    expect(audited.rows).toEqual([{ actor_type: 'admin', slots: '1', reason: 'it was restarted' }]);
    const { items } = await read<{ items: object[] }>('/v1/models/answers/history', 'auditor');
    expect(items).toContainEqual(expect.objectContaining({ summary: 'Slot Release answers created' }));
    await expectInvariants(system);
  });

  test('of work under way is never freed by hand', async () => {
    let finish = (): unknown => undefined;
    answer = (response) => (finish = () => response.end('{}'));
    const id = await submit(system, 'answers', {}, {}, as('tenant_user'));
    await expect.poll(() => received, { timeout: 20_000 }).toBe(1);
    const freed = await system.ask(
      'POST',
      '/v1/models/answers/slots/release',
      { reason: 'by mistake' },
      as('operator'),
    );
    expect(await freed.json()).toEqual({ released: 0 });
    expect(await held('answers')).toBe(1);
    finish();
    await ended(id);
  });
});

/** Inbound webhooks: a signed delivery starts one execution, as a request of the trigger's user would. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { addUser } from '../../src/store/people/identity.js';
import { publishWorkflow, registerEchoModel } from '../harness/fixtures.js';
import { untilAllEnded } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

const SECRETS: Record<string, string> = {
  'env:RADIANT_SECRET_HOOK_A': 'the first secret',
  'env:RADIANT_SECRET_HOOK_B': 'the second secret',
};

interface Body {
  id: string;
  path: string;
  code?: string;
  errors?: { path: string }[];
  items: Record<string, unknown>[];
  outcome: string;
  executionId: string | null;
  deliveryId: string;
  rejected: number;
}

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({
    config: { rateLimit: 100_000, secret: (reference) => SECRETS[reference] },
  });
  await publishWorkflow(system, 'greet', [{ id: 'say', type: 'transform', input: { hello: 'params.who' } }], {
    parameters: [
      { name: 'who', type: 'string', validation: { minLength: 2 } },
      { name: 'loud', type: 'boolean', default: false },
    ],
    outputMapping: { greeting: 'tasks.say.output.hello' },
  });
});
afterAll(() => system.stop());

const say = async (method: string, path: string, body?: unknown, headers = {}): Promise<[number, Body]> => {
  const response = await system.ask(method, path, body, headers);
  return [response.status, (response.status === 204 ? {} : await response.json()) as Body];
};

let made = 0;
async function makeTrigger(change: object = {}): Promise<Body> {
  const [status, trigger] = await say('POST', '/v1/triggers', {
    workflowId: 'greet',
    name: `trigger ${(made += 1)}`,
    scheme: 'github',
    secret: 'env:RADIANT_SECRET_HOOK_A',
    parameters: { who: 'body.sender.login' },
    ...change,
  });
  expect(status).toBe(201);
  return trigger;
}

/** As GitHub sends it. */
async function deliver(
  path: string,
  body: unknown,
  {
    id = crypto.randomUUID(),
    secret = 'the first secret',
    headers = {},
    url = system.url,
  }: { id?: string; secret?: string; headers?: Record<string, string>; url?: string | undefined } = {},
): Promise<[number, Body]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const signature = createHmac('sha256', secret).update(text).digest('hex');
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${signature}`,
      ...headers,
    },
    body: text,
  });
  return [response.status, (await response.json()) as Body];
}
const OCTOCAT = { action: 'opened', sender: { login: 'octocat' } };
const deliveriesOf = async (id: string) => (await say('GET', `/v1/triggers/${id}/deliveries`))[1].items;
const count = async () =>
  (await system.owner.query<{ n: number }>('select count(*)::int as n from workflow_executions')).rows[0]?.n;

describe('a delivery', () => {
  test('starts an execution with the parameters that the expressions make', async () => {
    const { id, path } = await makeTrigger({
      parameters: { who: 'body.sender.login + " " + headers["x-github-event"]' },
      request: { tags: ['hook'], priority: 3 },
    });
    const [status, { executionId, outcome, deliveryId }] = await deliver(path, OCTOCAT, {
      id: 'first',
      headers: { 'x-github-event': 'issues' },
    });
    expect([status, outcome, deliveryId]).toEqual([202, 'started', 'first']);
    await untilAllEnded(system);
    expect((await say('GET', `/v1/executions/${executionId}`))[1]).toMatchObject({
      status: 'succeeded',
      tags: ['hook'],
      priority: 3,
      submittedBy: 'admin@localhost',
      output: { greeting: 'octocat issues' },
    });
    expect(await deliveriesOf(id)).toEqual([
      {
        id: expect.any(String),
        deliveryId: 'first',
        outcome: 'started',
        code: null,
        message: null,
        executionId,
        attempts: 1,
        receivedAt: expect.any(String),
      },
    ]);
  });

  test('is accepted once, whichever process receives it, at the same moment and later', async () => {
    const { id, path } = await makeTrigger();
    const other = await system.open(['api']);
    const before = (await count()) ?? 0;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, nth) =>
        deliver(path, OCTOCAT, { id: 'same', url: nth % 2 ? system.url : other.url }),
      ),
    );
    answers.push(await deliver(path, OCTOCAT, { id: 'same' }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(202);
    expect(await count()).toBe(before + 1);
    expect(await deliveriesOf(id)).toHaveLength(1);
  });

  test('whose condition is false starts nothing, and is listed', async () => {
    const { id, path } = await makeTrigger({ condition: 'body.action == "closed"' });
    const before = await count();
    for (const _ of [1, 2])
      expect(await deliver(path, OCTOCAT, { id: 'x' })).toMatchObject([
        200,
        { outcome: 'ignored', executionId: null },
      ]);
    expect(await count()).toBe(before);
    expect(await deliveriesOf(id)).toMatchObject([{ outcome: 'ignored', attempts: 1 }]);
  });

  test.each<[string, object, unknown, number, string]>([
    ['wrong parameters', {}, { sender: { login: 'x' } }, 422, 'invalid_parameters'],
    ['a body without the field', {}, {}, 422, 'expression_failed'],
    [
      'an expression for the id that fails',
      { deliveryId: 'body.event.id' },
      OCTOCAT,
      422,
      'expression_failed',
    ],
    ['a parameter that nobody may set', { parameters: { stray: '1' } }, OCTOCAT, 422, 'invalid_parameters'],
  ])('with %s is refused as a request would be', async (_, change, body, status, code) => {
    const { id, path } = await makeTrigger(change);
    const [answered, problem] = await deliver(path, body);
    expect([answered, problem.code]).toEqual([status, code]);
    expect(await deliveriesOf(id)).toMatchObject([{ outcome: 'refused', code, executionId: null }]);
  });

  test('that was refused is accepted when the reason is gone', async () => {
    const { id, path } = await makeTrigger({ parameters: { who: '"x"' } });
    const codes = [];
    for (const _ of [1, 2]) codes.push((await deliver(path, OCTOCAT, { id: 'again' }))[1].code);
    expect(codes).toEqual(['invalid_parameters', 'invalid_parameters']);
    expect(await deliveriesOf(id)).toMatchObject([{ outcome: 'refused', attempts: 2 }]);
    await say('PATCH', `/v1/triggers/${id}`, { parameters: { who: 'body.sender.login' } });
    expect((await deliver(path, OCTOCAT, { id: 'again' }))[0]).toBe(202);
    expect(await deliveriesOf(id)).toMatchObject([{ outcome: 'started', code: null, attempts: 3 }]);
  });

  test('is refused by the budget, and recorded with that', async () => {
    const [{ id: tenant } = { id: '' }] = (
      await system.owner.query<{ id: string }>(`select id from tenants where name = 'default'`)
    ).rows;
    // Nobody knows what it costs, so it reserves its own limit.
    await registerEchoModel(system, 'echo');
    await publishWorkflow(system, 'paid', [{ id: 'only', model: 'echo' }]);
    const { id, path } = await makeTrigger({
      workflowId: 'paid',
      parameters: {},
      request: { budgetUsd: '1' },
    });
    await say('PUT', `/v1/tenants/${tenant}/budget`, { monthlyUsd: '0.5' });
    expect((await deliver(path, OCTOCAT, { id: 'poor' }))[1].code).toBe('budget_exceeded');
    expect(await deliveriesOf(id)).toMatchObject([{ outcome: 'refused', code: 'budget_exceeded' }]);
    await say('PUT', `/v1/tenants/${tenant}/budget`, { monthlyUsd: null });
    expect((await deliver(path, OCTOCAT, { id: 'poor' }))[0]).toBe(202);
  });

  test('is not read if it is too large, no JSON, or for a trigger that is not there', async () => {
    const { path } = await makeTrigger();
    expect((await deliver(path, { text: 'a'.repeat(1_100_000) }))[1].code).toBe('body_too_large');
    expect((await deliver(path, '{'))[1].code).toBe('body_malformed');
    expect((await deliver(path, OCTOCAT, { headers: { 'content-type': 'text/plain' } }))[0]).toBe(415);
    expect((await deliver(`/v1/hooks/${crypto.randomUUID()}`, OCTOCAT))[0]).toBe(404);
    expect((await deliver(path, { text: 'é'.repeat(200_000), ...OCTOCAT }))[0]).toBe(202);
  });
});

describe('a signature that does not fit', () => {
  test('starts nothing, and is counted, not kept', async () => {
    const { id, path } = await makeTrigger();
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => deliver(path, OCTOCAT, { secret: 'guess' })),
      deliver(path, OCTOCAT, { headers: { 'x-hub-signature-256': '' } }),
    ]);
    expect(answers.map(([status, { code }]) => [status, code])).toEqual([
      ...Array.from({ length: 5 }, () => [401, 'signature_wrong']),
      [401, 'signature_missing'],
    ]);
    expect((await say('GET', `/v1/triggers/${id}`))[1].rejected).toBe(6);
    expect(await deliveriesOf(id)).toEqual([]);
  });

  test('says so when its time is over', async () => {
    const { path } = await makeTrigger({
      scheme: 'stripe',
      parameters: { who: 'body.id' },
      deliveryId: 'body.id',
    });
    const send = (at: number, id = 'evt_1') => {
      const text = JSON.stringify({ id });
      const v1 = createHmac('sha256', 'the first secret').update(`${at}.${text}`).digest('hex');
      return deliver(path, text, { headers: { 'stripe-signature': `t=${at},v1=${v1}` } });
    };
    const now = Math.floor(Date.now() / 1_000);
    expect((await send(now - 400))[1].code).toBe('signature_expired');
    expect((await send(now))[1]).toMatchObject({ deliveryId: 'evt_1', outcome: 'started' });
    expect((await send(now + 1))[1]).toMatchObject({ deliveryId: 'evt_1', outcome: 'started' });
  });

  test('while the secret cannot be read, the sender tries again', async () => {
    const { id, path } = await makeTrigger({ secret: 'env:RADIANT_SECRET_HOOK_NONE' });
    expect(await deliver(path, OCTOCAT)).toMatchObject([503, { code: 'secret_unavailable' }]);
    expect(await deliveriesOf(id)).toEqual([]);
  });
});

describe('a trigger', () => {
  test('never shows its secret, and rotates it with an overlap', async () => {
    const { id, path } = await makeTrigger();
    expect(JSON.stringify(await say('GET', `/v1/triggers/${id}`))).not.toContain('RADIANT_SECRET');
    const secret = 'env:RADIANT_SECRET_HOOK_B';
    const [, rotated] = await say('POST', `/v1/triggers/${id}/rotate`, { secret, keepSeconds: 3_600 });
    expect(rotated).toMatchObject({ previousUntil: expect.any(String) });
    const works = async (key: string) => (await deliver(path, OCTOCAT, { secret: key }))[0] === 202;
    expect([await works('the first secret'), await works('the second secret')]).toEqual([true, true]);
    await system.ledger.as(SYSTEM, async (session) => {
      await session.query('update triggers set previous_until = ledger_now() where id = $1', [id]);
    });
    expect([await works('the first secret'), await works('the second secret')]).toEqual([false, true]);
    const audit = JSON.stringify((await say('GET', `/v1/audit?entityId=${id}`))[1]);
    expect(audit).toContain('"created"');
    expect(audit).not.toContain('RADIANT_SECRET');
    expect(audit).not.toContain('octocat');
  });

  test.each<[string, object, string]>([
    ['the secret of a model', { secret: 'env:RADIANT_SECRET_OPENAI' }, 'secret'],
    ['a secret itself', { secret: 'whsec_abc' }, 'secret'],
    [
      'an expression over what a delivery does not have',
      { parameters: { who: 'params.who' } },
      'parameters.who',
    ],
    ['a condition that is no condition', { condition: '"x"' }, 'condition'],
    ['a header of another scheme', { signatureHeader: 'x-mine' }, 'signatureHeader'],
    ['a scheme that nobody knows', { scheme: 'basic' }, 'scheme'],
    ['a deadline', { request: { deadline: '2030-01-01T00:00:00Z' } }, 'request.deadline'],
  ])('is not created with %s', async (_, change, path) => {
    const [status, { errors }] = await say('POST', '/v1/triggers', {
      workflowId: 'greet',
      name: 'wrong',
      scheme: 'github',
      secret: 'env:RADIANT_SECRET_HOOK_A',
      parameters: { who: '"x"' },
      ...change,
    });
    expect([status, errors?.map((fault) => fault.path)]).toEqual([422, [path]]);
  });

  test('is listed, changed, disabled and deleted', async () => {
    const { id, path } = await makeTrigger({ name: 'one of a kind' });
    const [taken] = await say('POST', '/v1/triggers', {
      workflowId: 'greet',
      name: 'one of a kind',
      scheme: 'github',
      secret: 'env:RADIANT_SECRET_HOOK_A',
      parameters: {},
    });
    expect(taken).toBe(409);
    expect((await say('GET', '/v1/triggers?workflowId=greet'))[1].items[0]).toMatchObject({
      id,
      path: `/v1/hooks/${id}`,
    });
    expect((await say('PATCH', `/v1/triggers/${id}`, { enabled: false }, { 'if-match': '"1"' }))[0]).toBe(
      200,
    );
    expect((await say('PATCH', `/v1/triggers/${id}`, { enabled: true }, { 'if-match': '"1"' }))[1].code).toBe(
      'stale_version',
    );
    expect((await deliver(path, OCTOCAT))[0]).toBe(404);
    expect((await say('DELETE', `/v1/triggers/${id}`))[0]).toBe(204);
    expect((await say('GET', `/v1/triggers/${id}`))[0]).toBe(404);
  });

  test('belongs to its tenant, and to administrators', async () => {
    const { id } = await makeTrigger();
    const stranger = { authorization: `Bearer ${await system.keyFor('stranger', 3, 'tenant_admin')}` };
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['GET', '/deliveries'],
    ] as const) {
      const body =
        method === 'PATCH' ? {} : path === '/rotate' ? { secret: 'env:RADIANT_SECRET_HOOK_B' } : undefined;
      expect((await say(method, `/v1/triggers/${id}${path}`, body, stranger))[0]).toBe(404);
    }
    expect((await say('GET', '/v1/triggers', undefined, stranger))[1].items).toEqual([]);
    const user = { authorization: `Bearer ${await system.keyFor('default', 5, 'tenant_user')}` };
    expect((await say('DELETE', `/v1/triggers/${id}`, undefined, user))[1].code).toBe('role_required');
  });

  test('starts nothing for a user who may not run workflows any more', async () => {
    const { path, id } = await makeTrigger();
    const other = await addUser(system.ledger, {
      tenant: { name: 'default', tier: 5 },
      email: 'gone@localhost',
      role: 'tenant_admin',
    });
    await system.ledger.as(SYSTEM, async (session) => {
      await session.query('update triggers set user_id = $2 where id = $1', [id, other.userId]);
      await session.query('update users set enabled = false where id = $1', [other.userId]);
    });
    expect(await deliver(path, OCTOCAT)).toMatchObject([403, { code: 'user_may_not_run' }]);
  });
});

test('deliveries are deleted after 30 days, a few with each new one', async () => {
  const { id, path } = await makeTrigger();
  for (const nth of [1, 2, 3]) await deliver(path, OCTOCAT, { id: String(nth) });
  await system.owner.query(
    `update trigger_deliveries set received_at = now() - interval '31 days' where trigger_id = $1`,
    [id],
  );
  await deliver(path, OCTOCAT, { id: '4' });
  expect(await deliveriesOf(id)).toHaveLength(2);
  await deliver(path, OCTOCAT, { id: '5' });
  expect((await deliveriesOf(id)).map(({ deliveryId }) => deliveryId)).toEqual(['5', '4']);
});

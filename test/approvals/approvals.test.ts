/** Approvals: shown to those who may decide, decided once, and ended by their time limit or with their execution. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { openPeopleHarness, type People } from '../people/people-harness.js';

let system: TestSystem;
let people: People;
/** Two users and an administrator of one tenant. */
let ada: string;
let bob: string;
let boss: string;

const FORM = { type: 'object', properties: { seats: { type: 'integer' } }, required: ['seats'] };
const ask = (approval: object, more: Partial<TaskFixture> = {}): TaskFixture => ({
  id: 'ask',
  type: 'approval',
  config: { approval, ...more.config },
  ...(more.input && { input: more.input }),
});
const PARAMETERS = [{ name: 'target', type: 'string', default: 'lysozyme' }];

beforeAll(async () => {
  system = await startTestSystem({ services: ['api', 'scheduler', 'workers'] });
  people = openPeopleHarness(system);
  ada = (await people.inTenant('lab')).key;
  boss = (await people.inTenant('lab', 'tenant_admin')).key;
  const lab = { tenant: { name: 'lab', tier: 3 }, email: 'bob@lab.test', role: 'tenant_user' as const };
  bob = await issueKey(system.ledger, await addUser(system.ledger, lab), 'for tests', SYSTEM);
  const text = '"Publish " + params.target + "?"';
  const use = { id: 'use', type: 'transform', after: ['ask'], input: { by: 'tasks.ask.output.outcome' } };
  const facts = { input: { target: 'params.target' } };
  const publish = (id: string, tasks: TaskFixture[]) =>
    publishWorkflow(system, id, tasks, { parameters: PARAMETERS });
  await publish('asks', [ask({ text, form: FORM, timeoutSeconds: 3600 }, facts), use]);
  await publish('plain', [ask({})]);
  await publish('bosses', [ask({ roles: ['tenant_admin'] })]);
  await publish('named', [ask({ users: ['Tenant_User@lab.test'] })]);
  await publish('others', [ask({ allowSelf: false })]);
  await publish('goes_on', [
    ask({}, { config: { onFailure: 'continue' } }),
    {
      id: 'else',
      type: 'transform',
      after: ['ask'],
      config: { join: 'one_failed' },
      input: { said: '"no"' },
    },
  ]);
  await publish('says_no', [ask({ onRejection: 'succeed' }), use]);
  for (const outcome of ['approved', 'rejected', 'fail'])
    await publish(`then_${outcome}`, [ask({ timeoutSeconds: 1, defaultOutcome: outcome })]);
});
afterAll(() => system.stop());

const as = (key: string) => ({ authorization: `Bearer ${key}` });
const get = async (path: string, key = ada) =>
  (await (await system.ask('GET', path, undefined, as(key))).json()) as Record<string, unknown>;
const submitAs = (key: string, workflow: string, more: object = {}) =>
  submit(system, workflow, {}, { ...more }, as(key));

/** The id of the approval, once it waits. */
async function asked(executionId: string): Promise<string> {
  const idOf = async () => {
    const { tasks } = (await get(`/v1/executions/${executionId}`)) as {
      tasks: { approvalId: string | null }[];
    };
    return tasks[0]?.approvalId;
  };
  await expect.poll(idOf).toBeTruthy();
  return String(await idOf());
}

async function decide(id: string, body: object, key = ada, headers: Record<string, string> = {}) {
  const response = await system.ask('POST', `/v1/approvals/${id}/decision`, body, { ...as(key), ...headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const inbox = async (key: string, status = 'waiting') =>
  ((await get(`/v1/approvals?status=${status}`, key))['items'] as { id: string }[]).map(({ id }) => id);
const count = async (key: string) => (await get('/v1/approvals/count', key))['waiting'];

describe('an approval', () => {
  test('shows what it is about, says who may decide, and its decision is the output of the task', async () => {
    const execution = await submitAs(ada, 'asks');
    const id = await asked(execution);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject({
      status: 'running',
      tasks: [{ status: 'waiting', approvalId: id }, { status: 'pending' }],
      waiting: {
        reason: expect.stringMatching(
          /^Waiting for the approval of a user of the tenant, for at most (60|59) min/,
        ),
        failsAt: expect.stringMatching(/^20/),
      },
    });
    expect(await get(`/v1/approvals/${id}`)).toMatchObject({
      status: 'waiting',
      executionId: execution,
      workflowId: 'asks',
      taskId: 'ask',
      text: 'Publish lysozyme?',
      facts: { target: 'lysozyme' },
      formSchema: FORM,
      approvers: ['tenant_user'],
      requestedBy: 'tenant_user@lab.test',
      dueAt: expect.stringMatching(/^20/),
      mayDecide: true,
      decidedAt: null,
    });
    const decided = await decide(id, { outcome: 'approved', comment: ' Go. ', form: { seats: 2 } }, boss);
    const made = { comment: 'Go.', form: { seats: 2 }, decidedBy: 'tenant_admin@lab.test' };
    expect(decided).toMatchObject({ status: 200, body: { status: 'approved', ...made, mayDecide: false } });
    await untilAllEnded(system);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject({ output: { use: { by: 'approved' } } });
    expect(await get(`/v1/executions/${execution}/tasks/ask`)).toMatchObject({
      input: { target: 'lysozyme' },
      output: { outcome: 'approved', ...made, decidedAt: expect.stringMatching(/^20/) },
      attempts: [],
    });
  });

  test('that is rejected fails its task', async () => {
    const execution = await submitAs(ada, 'plain');
    await decide(await asked(execution), { outcome: 'rejected' });
    await untilAllEnded(system);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject({
      status: 'failed',
      error: { code: 'rejected' },
      tasks: [{ error: { code: 'rejected', message: 'It was rejected by tenant_user@lab.test.' } }],
    });
  });

  test.each([
    ['goes_on', { else: { said: 'no' } }],
    ['says_no', { use: { by: 'rejected' } }],
  ])('that is rejected may be branched on: %s', async (workflow, output) => {
    const execution = await submitAs(ada, workflow);
    await decide(await asked(execution), { outcome: 'rejected' });
    await untilAllEnded(system);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject({ status: 'succeeded', output });
  });

  test.each([
    [
      'approved',
      { status: 'succeeded', output: { ask: { outcome: 'approved', decidedBy: null, form: null } } },
      'approved',
    ],
    ['rejected', { status: 'failed', error: { code: 'rejected' } }, 'rejected'],
    ['fail', { status: 'failed', error: { code: 'approval_timeout' } }, 'timed_out'],
  ])('that nobody decides in time counts as %s', async (outcome, expected, status) => {
    const execution = await submitAs(ada, `then_${outcome}`);
    const id = await asked(execution);
    await untilAllEnded(system);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject(expected);
    expect(await get(`/v1/approvals/${id}`)).toMatchObject({ status, decidedBy: null, dueAt: null });
    const late = await decide(id, { outcome: 'approved' });
    expect([late.status, late.body['code']]).toEqual([
      409,
      status === 'timed_out' ? 'approval_timed_out' : 'already_decided',
    ]);
  });

  test('ends with its execution, and leaves the inbox', async () => {
    const execution = await submitAs(ada, 'plain');
    const id = await asked(execution);
    expect(await inbox(ada)).toContain(id);
    await system.ask('POST', `/v1/executions/${execution}/cancel`, undefined, as(ada));
    expect(await inbox(ada)).not.toContain(id);
    expect(await inbox(ada, 'decided')).toContain(id);
    expect(await decide(id, { outcome: 'approved' })).toMatchObject({
      status: 409,
      body: { code: 'execution_ended' },
    });
    expect(await get(`/v1/approvals/${id}`)).toMatchObject({ status: 'cancelled' });
  });

  test('is reused by a rerun, and asked again when its task is repeated', async () => {
    const execution = await submitAs(ada, 'asks');
    const id = await asked(execution);
    await decide(id, { outcome: 'approved', form: { seats: 1 } });
    await untilAllEnded(system);
    const rerun = async (from: string) => {
      const response = await system.ask('POST', `/v1/executions/${execution}/rerun`, { from }, as(ada));
      return ((await response.json()) as { id: string }).id;
    };
    const reused = await rerun('use');
    await untilAllEnded(system);
    expect(await get(`/v1/executions/${reused}`)).toMatchObject({
      status: 'succeeded',
      tasks: [{ status: 'succeeded', approvalId: null }, {}],
    });
    const again = await rerun('ask');
    expect(await asked(again)).not.toBe(id);
    await system.ask('POST', `/v1/executions/${again}/cancel`, undefined, as(ada));
  });
});

describe('a decision', () => {
  test.each([
    [{ outcome: 'approved' }, 'body.form'],
    [{ outcome: 'approved', form: { seats: 'two' } }, 'body.form.seats'],
    [{ outcome: 'rejected', form: {} }, 'body.form.seats'],
    [{ outcome: 'approved', form: { seats: 1, $blob: 1 } }, 'body.form'],
    [{ outcome: 'maybe' }, 'outcome'],
    [{ outcome: 'approved', comment: 'x'.repeat(2_001) }, 'comment'],
    [{ outcome: 'approved', note: 'x' }, 'note'],
  ])('%o is refused', async (body, path) => {
    const execution = await submitAs(ada, 'asks');
    const id = await asked(execution);
    const refused = await decide(id, body);
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    expect(await get(`/v1/approvals/${id}`)).toMatchObject({ status: 'waiting' });
    await system.ask('POST', `/v1/executions/${execution}/cancel`, undefined, as(ada));
  });

  test.each([
    ['bosses', () => bob, 403, 'not_an_approver'],
    ['bosses', () => boss, 200, undefined],
    ['named', () => bob, 403, 'not_an_approver'],
    ['named', () => boss, 403, 'not_an_approver'],
    ['named', () => ada, 200, undefined],
    ['others', () => ada, 403, 'self_approval'],
    ['others', () => bob, 200, undefined],
    ['plain', () => system.key, 403, 'not_an_approver'],
  ])('of %s is for approvers alone (%#)', async (workflow, keyOf, status, code) => {
    const key = keyOf();
    const execution = await submitAs(ada, workflow);
    const id = await asked(execution);
    const may = status === 200;
    expect(await get(`/v1/approvals/${id}`, key)).toMatchObject({ mayDecide: may });
    expect((await inbox(key)).includes(id)).toBe(may);
    expect(await count(key)).toBe((await inbox(key)).length);
    const answer = await decide(id, { outcome: 'approved' }, key);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    await system.ask('POST', `/v1/executions/${execution}/cancel`, undefined, as(ada));
  });

  test('of another tenant is not found', async () => {
    const stranger = (await people.inTenant('elsewhere', 'tenant_admin')).key;
    const execution = await submitAs(ada, 'plain');
    const id = await asked(execution);
    expect((await decide(id, { outcome: 'approved' }, stranger)).status).toBe(404);
    expect((await system.ask('GET', `/v1/approvals/${id}`, undefined, as(stranger))).status).toBe(404);
    expect(await inbox(stranger)).toEqual([]);
    const nowhere = await decide('00000000-0000-4000-8000-000000000000', { outcome: 'approved' }, system.key);
    expect(nowhere.status).toBe(404);
    await system.ask('POST', `/v1/executions/${execution}/cancel`, undefined, as(ada));
  });

  test('with the same Idempotency-Key is the same decision', async () => {
    const id = await asked(await submitAs(ada, 'plain'));
    const key = { 'idempotency-key': 'once' };
    const yes = { outcome: 'approved', comment: 'Go.' };
    const answers = await Promise.all([1, 2, 3].map(() => decide(id, yes, ada, key)));
    expect(answers.map(({ status, body }) => [status, body['status']])).toEqual(
      [1, 2, 3].map(() => [200, 'approved']),
    );
    for (const other of [decide(id, { outcome: 'approved' }, ada, key), decide(id, yes, bob, key)])
      expect(await other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
    expect(await decide(id, yes)).toMatchObject({ status: 409, body: { code: 'already_decided' } });
  });

  test('is in the audit, without what was written', async () => {
    const id = await asked(await submitAs(ada, 'plain'));
    await decide(id, { outcome: 'rejected', comment: 'Ask Grace.' }, boss);
    const { changes, text } = await people.auditOf(id);
    expect(changes).toMatchObject([{ entity: 'approval', action: 'rejected', actor: 'user' }]);
    expect(text).not.toContain('Grace');
  });

  test('of a paused execution counts, and its dependents wait', async () => {
    const execution = await submitAs(ada, 'asks');
    const id = await asked(execution);
    await system.ask('POST', `/v1/executions/${execution}/pause`, undefined, as(ada));
    expect((await decide(id, { outcome: 'approved', form: { seats: 1 } })).status).toBe(200);
    expect(await get(`/v1/executions/${execution}`)).toMatchObject({
      status: 'paused',
      tasks: [{ status: 'succeeded' }, { status: 'pending' }],
    });
    await system.ask('POST', `/v1/executions/${execution}/resume`, {}, as(ada));
    await untilAllEnded(system);
  });
});

test('the inbox has pages, newest first', async () => {
  const owner = (await people.inTenant('pages')).key;
  const made: string[] = [];
  for (const _ of [1, 2, 3]) {
    const execution = await submitAs(owner, 'plain');
    await expect.poll(() => count(owner)).toBe(made.length + 1);
    made.unshift(execution);
  }
  const seen: string[] = [];
  for (let cursor: unknown = ''; cursor !== null;) {
    const page = await get(`/v1/approvals?limit=2${cursor ? `&cursor=${cursor as string}` : ''}`, owner);
    seen.push(...(page['items'] as { executionId: string }[]).map(({ executionId }) => executionId));
    cursor = page['nextCursor'];
  }
  expect(seen).toEqual(made);
  for (const id of made) await system.ask('POST', `/v1/executions/${id}/cancel`, undefined, as(owner));
  expect(await count(owner)).toBe(0);
});

test('everything has ended as it must', async () => {
  await untilAllEnded(system);
  await expectInvariants(system);
});

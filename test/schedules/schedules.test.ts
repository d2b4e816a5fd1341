/** Schedules as users make, read and change them: checks, rights, audit, and runs by hand. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_SCHEDULES } from '../../src/store/schedules/schedule-changes.js';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { publishWorkflow } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { openScheduleHarness, type Item, type Schedules } from './schedule-harness.js';

let system: TestSystem;
let schedules: Schedules;
let acme: string;
let operator: string;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api', 'scheduler'] });
  schedules = openScheduleHarness(system);
  await publishWorkflow(system, 'quick', [{ id: 'only', type: 'transform' }]);
  await publishWorkflow(system, 'slow', [{ id: 'ask', type: 'wait', config: { wait: { signal: 'go' } } }]);
  await publishWorkflow(system, 'typed', [{ id: 'only', type: 'transform' }], {
    parameters: [{ name: 'count', type: 'integer', validation: { maximum: 5 } }],
  });
  acme = await system.keyFor('acme');
  const user = await addUser(system.ledger, {
    tenant: { name: 'staff', tier: 5 },
    email: 'operator@staff.test',
    role: 'tenant_user',
    administrator: 'operator',
  });
  operator = await issueKey(system.ledger, user, 'for tests', SYSTEM);
});
afterAll(() => system.stop());

const DAY = 86_400_000;

describe('a schedule', () => {
  test('is created, shown with its next ten ticks, changed, paused, resumed and deleted', async () => {
    const made = await schedules.ask('POST', '/v1/schedules', {
      workflowId: 'quick',
      name: 'nightly',
      cron: '30 2 * * *',
      timeZone: 'Asia/Tokyo',
      request: { parameters: {}, tags: ['night'] },
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'nightly',
        overlap: 'skip',
        catchUpSeconds: 3_600,
        jitterSeconds: 0,
        intervalSeconds: null,
        runsAs: 'admin@localhost',
        request: { tags: ['night'] },
        paused: null,
        lastExecution: null,
        waiting: 0,
      },
    });
    const { id } = made.body;
    expect(made.headers.get('location')).toBe(`/v1/schedules/${id}`);
    const times = (made.body['nextTimes'] as string[]).map((at) => Date.parse(at));
    expect(times).toHaveLength(10);
    expect(new Date(times[0] as number).toISOString()).toMatch(/T17:30:00/);
    expect(times.map((at, nth) => at - nth * DAY)).toEqual(times.map(() => times[0]));
    expect(made.body['nextAt']).toBe((made.body['nextTimes'] as string[])[0]);

    const changed = await schedules.ask('PATCH', `/v1/schedules/${id}`, {
      cron: null,
      intervalSeconds: 7_200,
      request: { tags: null, priority: 3 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { cron: null, intervalSeconds: 7_200, request: { parameters: {}, priority: 3 }, rowVersion: 2 },
    });
    expect(changed.body['request']).not.toHaveProperty('tags');
    const stale = await system.ask('PATCH', `/v1/schedules/${id}`, { name: 'other' }, { 'if-match': '"1"' });
    expect([stale.status, ((await stale.json()) as Item)['code']]).toEqual([412, 'stale_version']);

    const paused = await schedules.ask('POST', `/v1/schedules/${id}/pause`, { reason: 'Service' });
    expect(paused.body).toMatchObject({
      nextAt: null,
      nextTimes: [],
      paused: { reason: 'Service', by: 'admin@localhost' },
    });
    expect((await schedules.ask('GET', '/v1/schedules?paused=true')).body['items']).toMatchObject([{ id }]);
    const resumed = await schedules.ask('POST', `/v1/schedules/${id}/resume`);
    expect(resumed.body).toMatchObject({ paused: null });
    expect(resumed.body['nextTimes']).toHaveLength(10);
    expect((await schedules.ask('POST', `/v1/schedules/${id}/resume`)).body['code']).toBe('not_paused');

    expect((await schedules.ask('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
    expect((await schedules.ask('GET', `/v1/schedules/${id}`)).status).toBe(404);
    const { body } = await schedules.ask('GET', `/v1/audit?entity=schedule&entityId=${id}`);
    const rows = body['items'] as { action: string; actorName: string; entityName: string }[];
    expect(rows.map(({ action }) => action)).toEqual(['deleted', 'resumed', 'paused', 'updated', 'created']);
    expect(rows[0]).toMatchObject({ actorName: 'admin@localhost', entityName: 'nightly' });
    expect(JSON.stringify(rows)).not.toContain('night"');
  });

  test.each([
    [{ cron: '61 * * * *' }, 'cron'],
    [{ cron: '0 0 30 2 *' }, 'cron'],
    [{ cron: '* * * * * *' }, 'cron'],
    [{ cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{}, 'cron'],
    [{ cron: '@daily', intervalSeconds: 60 }, 'cron'],
    [{ intervalSeconds: 59 }, 'intervalSeconds'],
    [{ intervalSeconds: 60, catchUpSeconds: 59 }, 'catchUpSeconds'],
    [{ intervalSeconds: 60, jitterSeconds: 3_601 }, 'jitterSeconds'],
    [{ intervalSeconds: 60, jitterSeconds: 61 }, 'jitterSeconds'],
    [{ intervalSeconds: 60, overlap: 'replace' }, 'overlap'],
    [{ intervalSeconds: 60, name: ' ' }, 'name'],
    [{ intervalSeconds: 60, request: { parameters: { count: 9 } } }, 'request.parameters.count'],
    [{ intervalSeconds: 60, request: { parameters: {}, priority: 11 } }, 'request.priority'],
    [
      { intervalSeconds: 60, request: { parameters: {}, deadline: '2030-01-01T00:00:00Z' } },
      'request.deadline',
    ],
  ])('%j is refused, and the fault names its field', async (changes, path) => {
    const wanted = { workflowId: 'typed', name: 'wrong', request: { parameters: {} }, ...changes };
    const { status, body } = await schedules.ask('POST', '/v1/schedules', wanted);
    expect([status, (body['errors'] as { path: string }[])[0]?.path]).toEqual([422, path]);
  });

  test('needs a name of its own, and a workflow', async () => {
    const { id } = await schedules.make({ name: 'twice' });
    const wanted = { workflowId: 'quick', name: 'twice', intervalSeconds: 60, request: { parameters: {} } };
    const ask = async (changes: object) =>
      (await schedules.ask('POST', '/v1/schedules', { ...wanted, ...changes })).body['code'];
    expect(await ask({})).toBe('name_taken');
    expect(await ask({ name: 'other', workflowId: 'nothing' })).toBe('not_found');
    const { id: other } = await schedules.make({ name: 'another' });
    expect((await schedules.ask('PATCH', `/v1/schedules/${other}`, { name: 'twice' })).body['code']).toBe(
      'name_taken',
    );
    await schedules.ask('DELETE', `/v1/schedules/${id}`);
    await schedules.make({ name: 'twice' });
  });

  test('is one of a limited number, however many requests arrive at once', async () => {
    const key = await system.keyFor('many');
    await schedules.make({}, key);
    await system.ledger.as(SYSTEM, (session) =>
      session.query(
        `insert into schedules (tenant_id, user_id, workflow_id, name, interval_seconds, request, overlap, catch_up_seconds, jitter_seconds)
         select tenant_id, user_id, workflow_id, nth, 60, '{"parameters": {}}', 'skip', 60, 0
         from schedules, generate_series(2, $1::int) nth where tenant_id = (select id from tenants where name = 'many')`,
        [MOST_SCHEDULES - 2],
      ),
    );
    const wanted = { workflowId: 'quick', intervalSeconds: 60, request: { parameters: {} } };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, nth) =>
        schedules.ask('POST', '/v1/schedules', { ...wanted, name: `at once ${nth}` }, key),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      201,
      ...Array<number>(6).fill(409),
    ]);
    expect(answers.find(({ status }) => status === 409)?.body['code']).toBe('too_many_schedules');
    const first = await schedules.ask('GET', '/v1/schedules?limit=60', undefined, key);
    const rest = await schedules.ask(
      'GET',
      `/v1/schedules?limit=60&cursor=${String(first.body['nextCursor'])}`,
      undefined,
      key,
    );
    expect((first.body['items'] as Item[]).length + (rest.body['items'] as Item[]).length).toBe(
      MOST_SCHEDULES,
    );
  });

  test('of another tenant is not found; administrators read it without its request, and may pause it', async () => {
    const { id } = await schedules.make({}, acme);
    const foreign = await system.keyFor('globex');
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/ticks', undefined],
      ['PATCH', '', { name: 'mine' }],
      ['DELETE', '', undefined],
      ['POST', '/pause', { reason: 'mine' }],
      ['POST', '/resume', undefined],
      ['POST', '/run', undefined],
    ] as const)
      expect(
        (await schedules.ask(method, `/v1/schedules/${id}${path}`, body, foreign)).status,
        `${method} ${path}`,
      ).toBe(404);
    expect((await schedules.ask('GET', '/v1/schedules', undefined, foreign)).body['items']).toEqual([]);
    expect((await schedules.ask('GET', `/v1/schedules/${id}`, undefined, operator)).body).toMatchObject({
      id,
      request: null,
    });
    expect((await schedules.ask('POST', `/v1/schedules/${id}/run`, undefined, operator)).status).toBe(403);
    expect((await schedules.ask('PATCH', `/v1/schedules/${id}`, { name: 'ours' })).body['code']).toBe(
      'foreign_tenant',
    );
    const { body } = await schedules.ask(
      'POST',
      `/v1/schedules/${id}/pause`,
      { reason: 'Too expensive' },
      operator,
    );
    expect(body).toMatchObject({ paused: { reason: 'Too expensive', by: 'an administrator' } });
  });
});

test.each([
  ['cron=30%202%20*%20*%20*&timeZone=Europe/Berlin', 200],
  ['intervalSeconds=90', 200],
  ['cron=61%20*%20*%20*%20*', 422],
  ['', 422],
])('the preview of %s', async (query, status) => {
  const answer = await schedules.ask('GET', `/v1/schedules/preview?${query}`);
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.body['nextTimes']).toHaveLength(10);
});

describe('run now', () => {
  test('starts an execution of the caller, and leaves the ticks as they are', async () => {
    const { id, nextAt } = await schedules.make();
    const ran = await schedules.ask('POST', `/v1/schedules/${id}/run`);
    expect(ran).toMatchObject({ status: 202, body: { state: 'started', manual: true } });
    const { id: execution } = ran.body['execution'] as { id: string };
    await expect
      .poll(async () => (await schedules.ask('GET', `/v1/executions/${execution}`)).body)
      .toMatchObject({
        status: 'succeeded',
        scheduleId: id,
        scheduledFor: ran.body['at'],
        lastAction: null,
      });
    expect(await schedules.read(id)).toMatchObject({ nextAt, lastExecution: { id: execution } });
  });

  test('obeys the overlap policy', async () => {
    const skipping = await schedules.make({ workflowId: 'slow' });
    const run = (id: string) => schedules.ask('POST', `/v1/schedules/${id}/run`);
    const answers = await Promise.all(Array.from({ length: 5 }, () => run(skipping.id)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'schedule_overlaps' });

    const queueing = await schedules.make({ workflowId: 'slow', overlap: 'queue' });
    const { id: first } = (await run(queueing.id)).body['execution'] as { id: string };
    expect((await run(queueing.id)).body).toMatchObject({
      state: 'waiting',
      message: 'Waiting for the executions before it to end.',
    });
    await schedules.ask('POST', `/v1/executions/${first}/cancel`);
    await expect.poll(() => schedules.states(queueing.id)).toEqual(['started', 'started']);
  });

  test('is refused as a request would be, and leaves nothing', async () => {
    const { id } = await schedules.make({ workflowId: 'typed' });
    await system.owner.query(`update schedules set request = '{"parameters": {"count": 9}}' where id = $1`, [
      id,
    ]);
    expect((await schedules.ask('POST', `/v1/schedules/${id}/run`)).body).toMatchObject({
      code: 'invalid_parameters',
    });
    expect(await schedules.ticks(id)).toEqual([]);
  });
});

/** Ticks of schedules: what each starts, and why it starts nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { publishWorkflow } from '../harness/fixtures.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { startVirtualTime, STARTED_AT, type VirtualTime } from '../harness/virtual-time.js';
import { openScheduleHarness, type Schedules } from './schedule-harness.js';

const HOUR = 3_600;
let system: VirtualTime;
let schedules: Schedules;
beforeAll(async () => {
  system = await startVirtualTime({ services: ['api', 'scheduler'] });
  schedules = openScheduleHarness(system);
  await publishWorkflow(system, 'quick', [{ id: 'only', type: 'transform' }]);
  await publishWorkflow(system, 'slow', [{ id: 'ask', type: 'wait', config: { wait: { signal: 'go' } } }], {
    timeout: 30 * 86_400,
  });
  await publishWorkflow(system, 'typed', [{ id: 'only', type: 'transform' }], {
    parameters: [{ name: 'count', type: 'integer', validation: { maximum: 5 } }],
  });
});
afterEach(async () => {
  const { body } = await schedules.ask('GET', '/v1/schedules?limit=200');
  for (const { id } of body['items'] as { id: string }[])
    await schedules.ask('DELETE', `/v1/schedules/${id}`);
  const { body: live } = await schedules.ask('GET', '/v1/executions?status=running&limit=200');
  for (const { id } of live['items'] as { id: string }[])
    await schedules.ask('POST', `/v1/executions/${id}/cancel`);
  await untilAllEnded(system);
  await expectInvariants(system);
});
afterAll(() => system.stop());

/** Hours since the start, as ticks are stored. */
const hoursOf = async (id: string) =>
  (await schedules.ticks(id)).map(({ at }) => (Date.parse(at) - STARTED_AT.getTime()) / 1_000 - now0);
let now0 = 0;
const begin = () => {
  now0 = system.now();
};
/** Lets time pass, until all that is due is decided. */
const pass = async (id: string, seconds: number) => {
  await system.jump(seconds);
  await expect
    .poll(async () => {
      const { nextAt } = await schedules.read(id);
      return nextAt === null || Date.parse(nextAt as string) > STARTED_AT.getTime() + system.now() * 1_000;
    })
    .toBe(true);
};
const until = (id: string) => expect.poll(() => schedules.states(id), { timeout: 15_000 });

describe('a tick', () => {
  test('starts an execution that names its schedule and its tick', async () => {
    begin();
    const { id } = await schedules.make({
      request: { parameters: {}, name: 'hourly', tags: ['a'], priority: 2 },
    });
    await system.jump(HOUR - 1);
    expect(await schedules.states(id)).toEqual([]);
    await system.jump(1);
    await until(id).toEqual(['started']);
    const [tick] = await schedules.ticks(id);
    const { body } = await schedules.ask('GET', `/v1/executions/${tick?.execution?.id}`);
    expect(body).toMatchObject({
      scheduleId: id,
      scheduledFor: tick?.at,
      name: 'hourly',
      tags: ['a'],
      priority: 2,
      submittedBy: 'admin@localhost',
    });
    expect(await hoursOf(id)).toEqual([HOUR]);
    expect(await schedules.read(id)).toMatchObject({
      lastExecution: { id: tick?.execution?.id, scheduledFor: tick?.at },
      nextAt: new Date(Date.parse(tick?.at ?? '') + HOUR * 1_000).toISOString(),
    });
  });

  test('that comes late is made up for within the catch-up window, in order; older ones are counted', async () => {
    begin();
    const { id } = await schedules.make({ catchUpSeconds: 2 * HOUR, overlap: 'allow' });
    await system.jump(10 * HOUR);
    await until(id).toEqual(['missed 7', 'started', 'started', 'started']);
    expect(await hoursOf(id)).toEqual([1, 8, 9, 10].map((hour) => hour * HOUR));
    await system.jump(5 * HOUR);
    await until(id).toEqual([
      'missed 7',
      'started',
      'started',
      'started',
      'missed 2',
      'started',
      'started',
      'started',
    ]);
  });

  test('of a very long pause of all schedulers is counted in one row', async () => {
    const { id } = await schedules.make({ intervalSeconds: 60, catchUpSeconds: 60, overlap: 'allow' });
    await system.jump(1_300 * 60);
    await until(id).toEqual(['missed 1298', 'started', 'started']);
  });

  test('is delayed by its jitter, and keeps its time', async () => {
    begin();
    const { id } = await schedules.make({ jitterSeconds: 3_000 });
    await system.jump(HOUR + 3_000);
    await until(id).toEqual(['started']);
    expect(await hoursOf(id)).toEqual([HOUR]);
  });
});

describe('while an execution of the schedule is live', () => {
  const live = async (overlap: string) => {
    const { id } = await schedules.make({ workflowId: 'slow', overlap });
    await pass(id, HOUR);
    await pass(id, HOUR);
    return id;
  };
  const executions = async (id: string) =>
    (await schedules.ticks(id)).map(({ execution }) => execution?.status ?? null);
  const send = async (id: string, nth: number) => {
    const execution = (await schedules.ticks(id))[nth]?.execution?.id;
    await expect
      .poll(
        async () =>
          (await schedules.ask('POST', `/v1/executions/${execution}/signal`, { name: 'go' })).status,
      )
      .toBe(202);
  };

  test('allow starts another', async () => {
    const id = await live('allow');
    await until(id).toEqual(['started', 'started']);
    await expect.poll(() => executions(id)).toEqual(['running', 'running']);
  });

  test('skip skips the tick, with the reason', async () => {
    const id = await live('skip');
    await until(id).toEqual(['started', 'skipped overlap']);
    await send(id, 0);
    await expect.poll(() => executions(id)).toEqual(['succeeded', null]);
    await system.jump(HOUR);
    await until(id).toEqual(['started', 'skipped overlap', 'started']);
  });

  test('cancel_other cancels the one before', async () => {
    const id = await live('cancel_other');
    await until(id).toEqual(['started', 'started']);
    await expect.poll(() => executions(id)).toEqual(['cancelled', 'running']);
  });

  test('queue lets ticks wait in order, at most ten', async () => {
    const id = await live('queue');
    await until(id).toEqual(['started', 'waiting']);
    for (let hour = 0; hour < 10; hour += 1) await pass(id, HOUR);
    await until(id).toEqual(['started', ...Array<string>(10).fill('waiting'), 'skipped queue_full']);
    expect(await schedules.read(id)).toMatchObject({ waiting: 10 });
    await send(id, 0);
    await until(id).toEqual([
      'started',
      'started',
      ...Array<string>(9).fill('waiting'),
      'skipped queue_full',
    ]);
    // A pause holds them, too.
    await schedules.ask('POST', `/v1/schedules/${id}/pause`, { reason: 'a test' });
    await send(id, 1);
    await expect
      .poll(async () => (await executions(id)).slice(0, 3))
      .toEqual(['succeeded', 'succeeded', null]);
    await schedules.ask('POST', `/v1/schedules/${id}/resume`);
    await expect
      .poll(async () => (await schedules.states(id)).slice(1, 4))
      .toEqual(['started', 'started', 'waiting']);
    await schedules.ask('DELETE', `/v1/schedules/${id}`);
    const { rows } = await system.owner.query(
      `select state, code, count(*)::int from schedule_ticks where schedule_id = $1 group by 1, 2 order by 1, 2`,
      [id],
    );
    expect(rows).toEqual([
      { state: 'skipped', code: 'deleted', count: 8 },
      { state: 'skipped', code: 'queue_full', count: 1 },
      { state: 'started', code: null, count: 3 },
    ]);
  });
});

describe('what a request would be refused for', () => {
  test('refuses the tick with the same code and text, and the next one is tried', async () => {
    const { id } = await schedules.make({ workflowId: 'typed', request: { parameters: { count: 5 } } });
    await system.owner.query(`update schedules set request = '{"parameters": {"count": 9}}' where id = $1`, [
      id,
    ]);
    await system.jump(HOUR);
    await until(id).toEqual(['refused invalid_parameters']);
    const { body } = await schedules.ask('POST', '/v1/workflows/typed/executions', {
      parameters: { count: 9 },
    });
    const [{ path, message }] = body['errors'] as [{ path: string; message: string }];
    expect((await schedules.ticks(id))[0]?.message).toBe(`${String(body['detail'])} ${path} ${message}`);
    expect(await schedules.read(id)).toMatchObject({ paused: null });
    await system.owner.query(`update schedules set request = '{"parameters": {"count": 5}}' where id = $1`, [
      id,
    ]);
    await system.jump(HOUR);
    await until(id).toEqual(['refused invalid_parameters', 'started']);
  });

  const limit = async (usd: string | null) => {
    await system.ledger.as(SYSTEM, (session) =>
      session.query(`update tenants set budget_usd = $1 where name = 'default'`, [usd]),
    );
    await system.owner.query(
      `insert into tenant_months (tenant_id, month, spent_usd)
       select id, date_trunc('month', timezone('UTC', ledger_now()))::date, 1 from tenants where name = 'default'
       on conflict (tenant_id, month) do update set spent_usd = $1`,
      [usd === null ? 0 : 1],
    );
  };

  test('what it was to replace goes on, if the new one is refused', async () => {
    const { id } = await schedules.make({ workflowId: 'slow', overlap: 'cancel_other' });
    await pass(id, HOUR);
    // From now on the tenant has spent its budget, which the insert itself finds.
    await limit('0');
    await pass(id, HOUR);
    await until(id).toEqual(['started', 'refused budget_exceeded']);
    const [first] = await schedules.ticks(id);
    expect(first?.execution?.status).toBe('running');
    await limit(null);
  });
});

describe('a schedule that can start nothing any more is paused, with the reason', () => {
  test('when its workflow is disabled', async () => {
    await publishWorkflow(system, 'fleeting', [{ id: 'only', type: 'transform' }]);
    const { id } = await schedules.make({ workflowId: 'fleeting' });
    await schedules.ask('DELETE', '/v1/workflows/fleeting');
    await pass(id, HOUR);
    expect(await schedules.states(id)).toEqual(['refused workflow_not_found']);
    expect(await schedules.read(id)).toMatchObject({
      nextAt: null,
      paused: { by: null, reason: 'Workflow fleeting is disabled: enable it, then resume the schedule.' },
    });
    await schedules.ask('POST', '/v1/workflows/fleeting/restore');
    await schedules.ask('POST', `/v1/schedules/${id}/resume`);
    await pass(id, HOUR);
    await until(id).toEqual(['refused workflow_not_found', 'started']);
  });

  test.each([
    ['disabled', `update users set enabled = false where email = $1`],
    [
      'made an auditor',
      `insert into administrators (user_id, role) select id, 'auditor' from users where email = $1`,
    ],
  ])('when its user is %s; it runs as the user who resumes it', async (how, change) => {
    const tenant = `leaver-${how.slice(0, 4)}`;
    const key = await system.keyFor(tenant, 5, 'tenant_user');
    const colleague = await system.keyFor(tenant, 5, 'tenant_admin');
    const { id } = await schedules.make({}, key);
    await system.ledger.as(SYSTEM, (session) => session.query(change, [`tenant_user@${tenant}.test`]));
    await pass(id, HOUR);
    expect(await schedules.states(id)).toEqual(['refused user_may_not_run']);
    expect(await schedules.read(id)).toMatchObject({
      paused: { by: null },
      runsAs: `tenant_user@${tenant}.test`,
    });
    const { body } = await schedules.ask('POST', `/v1/schedules/${id}/resume`, undefined, colleague);
    expect(body).toMatchObject({ paused: null, runsAs: `tenant_admin@${tenant}.test` });
    await pass(id, HOUR);
    await until(id).toEqual(['refused user_may_not_run', 'started']);
    await schedules.ask('DELETE', `/v1/schedules/${id}`, undefined, colleague);
  });
});

test('a pause starts nothing, and a resumed schedule makes up for nothing', async () => {
  begin();
  const { id } = await schedules.make({ catchUpSeconds: 86_400 });
  await schedules.ask('POST', `/v1/schedules/${id}/pause`, { reason: 'a test' });
  await system.jump(5 * HOUR);
  await schedules.ask('POST', `/v1/schedules/${id}/resume`);
  await pass(id, HOUR);
  await until(id).toEqual(['started']);
  expect(await hoursOf(id)).toEqual([6 * HOUR]);
});

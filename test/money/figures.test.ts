/** Figures, lists and the summary stream are true: operators see all tenants, tenants only their own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addUser, issueKey } from '../../src/store/people/identity.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
let asTenant: { authorization: string };
let asAuditor: { authorization: string };
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'echo', { maxInstances: 1, perInstance: 2 });
  await publishWorkflow(system, 'small', [{ id: 'first', type: 'validation' }]);
  await publishWorkflow(system, 'asks_echo', [{ id: 'say', model: 'echo' }]);
  asTenant = { authorization: `Bearer ${await system.keyFor('acme', 5, 'tenant_admin')}` };
  const auditor = await addUser(system.ledger, {
    tenant: { name: 'default', tier: 5 },
    email: 'auditor@localhost',
    role: 'tenant_user',
    administrator: 'auditor',
  });
  asAuditor = { authorization: `Bearer ${await issueKey(system.ledger, auditor, 'auditor', SYSTEM)}` };
});
afterAll(() => system.stop());

const ask = async <T>(path: string, headers: Record<string, string> = {}): Promise<T> => {
  const response = await system.ask('GET', path, undefined, headers);
  expect([response.status, path]).toEqual([200, path]);
  return (await response.json()) as T;
};
interface Item {
  id: string;
  parameters: object;
  submittedBy: string;
  tags: string[];
  waiting: { reason: string } | null;
}
const listed = async (query: string, headers = {}) =>
  (await ask<{ items: Item[] }>(`/v1/executions?${query}`, headers)).items;
const tasks = (set: string, id: string) =>
  system.owner.query(`update task_executions set ${set} where workflow_execution_id = $1`, [id]);

describe('lists', () => {
  test('show the caller, the tags and the reason for waiting', async () => {
    const id = await submit(system, 'asks_echo', {}, { tags: ['listed'] });
    await tasks(`status = 'ready', ready_at = ledger_now(), first_ready_at = ledger_now()`, id);
    const behind = await submit(system, 'asks_echo', {}, { tags: ['listed'] });
    await tasks(`status = 'ready', ready_at = ledger_now(), first_ready_at = ledger_now()`, behind);
    await system.ledger.query(`update ai_models set current_thermal_state = 'WARM' where model_id = 'echo'`);
    const rows = await listed('tag=listed');
    expect(rows.map(({ id }) => id)).toEqual([behind, id]);
    expect(rows).toMatchObject([
      {
        submittedBy: 'admin@localhost',
        tags: ['listed'],
        waiting: { reason: expect.stringMatching(/1 ahead/) },
      },
      { waiting: { reason: expect.stringMatching(/0 ahead/) } },
    ]);
    for (const { id, waiting } of rows) {
      const one = await ask<{ waiting: object }>(`/v1/executions/${id}`);
      expect(waiting).toEqual(one.waiting);
    }
    await system.ask('POST', '/v1/executions/bulk', { action: 'cancel', filter: { tag: 'listed' } });
    expect((await listed('tag=listed')).map(({ waiting }) => waiting)).toEqual([null, null]);
  });

  test('find the beginning of an id, a part of a workflow, or a tag; wildcards are literal', async () => {
    const id = await submit(system, 'small', {}, { tags: ['100%'] });
    const ids = async (q: string) => (await listed(`q=${encodeURIComponent(q)}`)).map((row) => row.id);
    expect(await ids(id.slice(0, 10))).toEqual([id]);
    expect(await ids(id.replaceAll('-', '').toUpperCase())).toEqual([id]);
    expect(await ids('100%')).toEqual([id]);
    expect(await ids('SMAL')).toContain(id);
    expect(await ids('smal_')).toEqual([]);
    expect(await ids('%')).toEqual([]);
    expect(await ids('0')).toEqual([]);
  });

  test('a tenant sees its own, an auditor all without payloads, the platform all with them', async () => {
    const theirs = await submit(system, 'small', {}, { tags: ['shared'] }, asTenant);
    const ours = await submit(system, 'small', {}, { tags: ['shared'] });
    await system.owner.query(
      `update workflow_executions set input_parameters = '{"secret": 1}', resolved_parameters = '{"secret": 1}' where id = any ($1)`,
      [[theirs, ours]],
    );
    expect((await listed('tag=shared', asTenant)).map(({ id }) => id)).toEqual([theirs]);
    expect((await listed('tag=shared')).map(({ id, parameters }) => [id, parameters])).toEqual([
      [ours, { secret: 1 }],
      [theirs, { secret: 1 }],
    ]);
    expect((await listed('tag=shared', asAuditor)).map(({ id, parameters }) => [id, parameters])).toEqual([
      [ours, {}],
      [theirs, {}],
    ]);
    expect(await ask(`/v1/executions/${theirs}`)).toMatchObject({ parameters: { secret: 1 } });
    const seen = await ask(`/v1/executions/${theirs}`, asAuditor);
    expect(seen).toMatchObject({ id: theirs, parameters: {}, resolvedParameters: {}, output: null });
    const task = await ask(`/v1/executions/${theirs}/tasks/first`, asAuditor);
    expect(task).toMatchObject({ input: null, output: null });
    const refused = await system.ask('POST', `/v1/executions/${theirs}/cancel`, {}, asAuditor);
    expect(refused.status).toBe(403);
    expect((await system.ask('GET', `/v1/executions/${theirs}/artifacts`, undefined, asAuditor)).status).toBe(
      403,
    );
    expect((await system.ask('GET', `/v1/executions/${ours}`, undefined, asTenant)).status).toBe(404);
    const cancelled = await system.ask('POST', `/v1/executions/${theirs}/cancel`);
    expect([cancelled.status, await cancelled.json()]).toMatchObject([200, { status: 'cancelled' }]);
    const rerun = await system.ask('POST', `/v1/executions/${theirs}/rerun`);
    expect([rerun.status, await rerun.json()]).toMatchObject([409, { code: 'foreign_tenant' }]);
  });
});

describe('figures', () => {
  /** A task of an execution of its own, over these times. */
  async function ran(ready: string, started: string | null, ended: string | null, cost = '0') {
    const id = await submit(system, 'asks_echo');
    await tasks(
      `status = '${ended ? 'succeeded' : started ? 'running' : 'ready'}', model_id = (select id from ai_models where model_id = 'echo'), ready_at = '${ready}', first_ready_at = '${ready}',
       started_at = ${started ? `'${started}'` : 'null'}, completed_at = ${ended ? `'${ended}'` : 'null'}, cost_usd = ${cost},
       lease_owner = ${started && !ended ? "'w'" : 'null'}, lease_until = ${started && !ended ? "'infinity'" : 'null'}`,
      id,
    );
    return id;
  }

  test('the queue over a period: the maximum in each step, and what is still open', async () => {
    await ran('2026-03-01T00:00:10Z', '2026-03-01T00:00:40Z', '2026-03-01T00:02:30Z');
    await ran('2026-03-01T00:00:15Z', '2026-03-01T00:01:10Z', '2026-03-01T00:01:20Z');
    await ran('2026-02-28T23:00:00Z', '2026-02-28T23:30:00Z', '2026-03-01T00:00:05Z');
    const series = await ask('/v1/metrics/queue?from=2026-03-01T00:00:00Z&to=2026-03-01T00:04:00Z&step=60');
    expect(series).toEqual({
      from: '2026-03-01T00:00:00.000Z',
      stepSeconds: 60,
      series: [
        { name: 'queued', points: [2, 1, 0, 0], last: 0 },
        { name: 'running', points: [1, 2, 1, 0], last: 0 },
      ],
    });
    // Fewer may be open at the end than in the last step.
    const earlier = await ask('/v1/metrics/queue?from=2026-03-01T00:00:00Z&to=2026-03-01T00:02:00Z&step=60');
    expect(earlier).toMatchObject({
      series: [
        { name: 'queued', points: [2, 1], last: 0 },
        { name: 'running', points: [1, 2], last: 1 },
      ],
    });
    const wrong = [
      'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
      'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z',
      'step=1',
    ];
    for (const query of wrong)
      expect((await system.ask('GET', `/v1/metrics/queue?${query}`)).status, query).toBe(422);
  });

  test('waiting tasks by model and tenant, and when they should be done', async () => {
    await system.owner.query(
      `delete from model_slots where model_id = (select id from ai_models where model_id = 'echo')`,
    );
    await system.owner.query(
      `insert into model_slots (model_id, slot_no) select id, generate_series(0, 1) from ai_models where model_id = 'echo'`,
    );
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
    for (const waited of [60, 50, 40]) await ran(ago(waited), null, null);
    await ran(ago(90), ago(30), null);
    const queue = async () =>
      (await ask<{ items: { modelId: string; oldestWaitSeconds: number }[] }>('/v1/queue')).items.find(
        ({ modelId }) => modelId === 'echo',
      );
    await expect.poll(queue, { timeout: 3_000 }).toMatchObject({
      displayName: 'echo',
      waiting: 3,
      running: 1,
      slots: 2,
      drainSeconds: expect.any(Number),
      byTenant: [{ tenant: 'default', waiting: 3, running: 1 }],
    });
    expect((await queue())?.oldestWaitSeconds).toBeGreaterThanOrEqual(60);
    expect(await ask('/v1/metrics/summary')).toMatchObject({
      queued: 3,
      oldestWaitSeconds: expect.any(Number),
      budgetUsd: null,
      idleAvoidedMethod: expect.stringMatching(/30 days/),
    });
  });

  test('thermal spans follow each other without a gap, from the state before the period', async () => {
    await system.ledger.as(SYSTEM, (session) =>
      session.query(`update ai_models set created_at = '2026-03-01' where model_id = 'echo'`),
    );
    await system.owner.query(
      `insert into thermal_events (model_id, at, from_heat, to_heat, instances, reason)
       select id, at::timestamptz, was, is_now, 1, 'r' from ai_models, (values
         ('2026-03-01T10:00:00Z', 'OFF', 'WARMING'), ('2026-03-01T12:10:00Z', 'WARMING', 'WARM'),
         ('2026-03-01T12:15:00Z', 'WARM', 'WARM'), ('2026-03-01T12:40:00Z', 'WARM', 'COOLING')) e (at, was, is_now)
       where model_id = 'echo'`,
    );
    const { items } = await ask<{ items: { modelId: string; spans: object[] }[] }>(
      '/v1/metrics/thermal?from=2026-03-01T12:00:00Z&to=2026-03-01T13:00:00Z',
    );
    const at = (time: string) => `2026-03-01T${time}:00.000Z`;
    expect(items.find(({ modelId }) => modelId === 'echo')?.spans).toEqual([
      { heat: 'WARMING', from: at('12:00'), to: at('12:10') },
      { heat: 'WARM', from: at('12:10'), to: at('12:40') },
      { heat: 'COOLING', from: at('12:40'), to: at('13:00') },
    ]);
    const early = await ask<{ items: { modelId: string; spans: object[] }[] }>(
      '/v1/metrics/thermal?from=2026-03-01T08:00:00Z&to=2026-03-01T09:00:00Z',
    );
    expect(early.items).toEqual([
      { modelId: 'echo', displayName: 'echo', spans: [{ heat: 'OFF', from: at('08:00'), to: at('09:00') }] },
    ]);
  });

  test('cost by day, and the avoided idle cost: always on, less the bill', async () => {
    const rows = await system.ledger.as(SYSTEM, (session) =>
      session.query(
        `with model as (
         update ai_models set requires_gpu = true, created_at = ledger_now() - interval '10 hours' where model_id = 'echo' returning id
       ), session as (
         insert into instance_sessions (model_id, endpoint, from_at, to_at, cost_usd, settled_from, settled_at)
         select id, 'e', ledger_now() - interval '1 hour', ledger_now(), 3, 'metered', ledger_now() from model returning id
       ), span as (
         insert into instance_spans (session_id, model_id, endpoint, instances, hourly_rate, from_at, to_at)
         select s.id, m.id, 'e', 2, 10, ledger_now() - interval '1 hour', ledger_now() from session s, model m
       )
       insert into bill_shares (session_id, kind, amount_usd)
       select id, kind, amount from session, (values ('work', 2), ('idle', 1)) k (kind, amount) returning session_id as session`,
      ),
    );
    expect(rows).toHaveLength(2);
    await system.owner.query(
      `with session as (
         insert into instance_sessions (model_id, endpoint, from_at)
         select id, 'e', ledger_now() - interval '6 minutes' from ai_models where model_id = 'alphafold2' returning id, model_id, from_at
       )
       insert into instance_spans (session_id, model_id, endpoint, instances, hourly_rate, from_at)
       select id, model_id, 'e', 1, 10, from_at from session`,
    );
    const id = await submit(system, 'asks_echo');
    await system.owner.query(
      `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, status, price, cost_usd, ended_at)
       select t.id, 1, e.id, e.tenant_id, m.id, 'w', 'succeeded', '{"perRequest": "0.25"}', 5, ledger_now()
       from workflow_executions e join task_executions t on t.workflow_execution_id = e.id, ai_models m
       where e.id = $1 and m.model_id = 'echo'`,
      [id],
    );
    const { days } = await ask<{ days: { day: string }[] }>('/v1/metrics/cost?days=3');
    expect(days).toHaveLength(3);
    const total = (what: string) =>
      days.reduce((sum, day) => sum + Number((day as Record<string, string>)[what]), 0);
    expect([total('gpuUsd'), total('idleUsd'), total('priceUsd')]).toEqual([2, 1, 5]);
    expect(total('openUsd')).toBeCloseTo(1, 0);
    const fresh = await system.open(['api']);
    const response = await fetch(`${fresh.url}/v1/metrics/summary`, {
      headers: { authorization: `Bearer ${system.key}` },
    });
    const { idleAvoidedUsd, spendTodayUsd } = (await response.json()) as Record<string, string>;
    // Ten hours at 14.28, less one hour of two instances at 10.
    expect(Number(idleAvoidedUsd)).toBeCloseTo(142.8 - 20, 0);
    expect(Number(spendTodayUsd)).toBe(5);
  });

  test('are for operators only', async () => {
    for (const path of ['summary', 'queue', 'cost', 'thermal'])
      expect((await system.ask('GET', `/v1/metrics/${path}`, undefined, asTenant)).status).toBe(403);
    expect((await system.ask('GET', '/v1/queue', undefined, asTenant)).status).toBe(403);
    for (const path of ['/v1/metrics/summary', '/v1/queue']) await ask(path, asAuditor);
  });
});

test('search finds models, workflows and executions, and for a tenant only visible ones', async () => {
  const find = async (q: string, headers = {}) =>
    (await ask<{ items: { kind: string; id: string }[] }>(`/v1/search?q=${encodeURIComponent(q)}`, headers))
      .items;
  expect(await find('echo')).toEqual([
    { kind: 'model', id: 'echo', title: 'echo', detail: 'echo, test' },
    { kind: 'workflow', id: 'asks_echo', title: 'asks_echo', detail: 'asks_echo 1.0.0' },
  ]);
  const id = await submit(system, 'small', {}, { tags: ['sought'] });
  expect(await find(id.slice(0, 8))).toMatchObject([{ kind: 'execution', id, title: 'small' }]);
  expect(await find('sought')).toMatchObject([{ id }]);
  expect(await find('sought', asTenant)).toEqual([]);
  await system.ledger.as(SYSTEM, (session) =>
    session.query(`update workflow_definitions set enabled = false where workflow_id = 'asks_echo'`),
  );
  expect((await find('asks', asTenant)).map(({ id }) => id)).toEqual([]);
  expect((await find('asks')).map(({ id }) => id)).toEqual(['asks_echo']);
});

/** Reads changes until one of them is `until`. */
async function readChanges(
  headers: Record<string, string>,
  until: string,
  begun: () => void,
): Promise<string[]> {
  const response = await fetch(`${system.url}/v1/events`, { headers });
  const kinds: string[] = [];
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    begun();
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, data] = /^event: change\ndata: (.+)$/.exec(block) ?? [];
      if (data === undefined) continue;
      const { kind, id } = JSON.parse(data) as { kind: string; id: string };
      kinds.push(`${kind} ${id}`);
    }
    if (kinds.includes(until)) break;
  }
  return kinds;
}

test('the summary stream sends each change once per interval, and to tenants only their own', async () => {
  let streams = 0;
  const begun = () => void (streams += 1);
  const ours = readChanges({ authorization: `Bearer ${system.key}` }, 'workflow small', begun);
  const theirs = readChanges(asTenant, 'workflow small', begun);
  await expect.poll(() => streams).toBeGreaterThanOrEqual(2);
  const foreign = await submit(system, 'small');
  const own = await submit(system, 'small', {}, {}, asTenant);
  for (const sql of [
    `update ai_models set description = 'a' where model_id = 'echo'`,
    `update ai_models set description = 'b' where model_id = 'echo'`,
    `update ai_models set current_thermal_state = 'HOT' where model_id = 'echo'`,
    `insert into thermal_brakes (name, reason) values ('scaleIn', 'test')`,
    `update workflow_definitions set enabled = false where workflow_id = 'small'`,
  ]) {
    await system.ledger.as(SYSTEM, (session) => session.query(sql));
  }
  const expected = [`execution ${own}`, 'model echo', 'thermal echo', 'workflow small'];
  expect(new Set(await ours)).toEqual(new Set([...expected, `execution ${foreign}`, 'thermal *']));
  expect(new Set(await theirs)).toEqual(new Set(expected));
});

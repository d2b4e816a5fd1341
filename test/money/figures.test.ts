/** Figures are true, and for operators only: the queue, thermal states, cost. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startReaders, type Readers } from '../api/readers.js';
import type { TestSystem } from '../harness/system.js';
import { submit } from '../harness/fixtures.js';

let system: TestSystem;
let asTenant: Readers['asTenant'];
let asAuditor: Readers['asAuditor'];
let ask: Readers['ask'];
let setTasks: Readers['setTasks'];
beforeAll(async () => {
  ({ system, asTenant, asAuditor, ask, setTasks } = await startReaders());
});
afterAll(() => system.stop());

describe('figures', () => {
  /** A task of an execution of its own, over these times. */
  async function ran(ready: string, started: string | null, ended: string | null, cost = '0') {
    const id = await submit(system, 'asks_echo');
    await setTasks(
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

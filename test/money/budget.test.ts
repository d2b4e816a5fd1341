/** A tenant's monthly budget is never exceeded, however many ask at once, and stays exact when executions end, break off or report late. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertExecutions } from '../../src/store/executions/insert.js';
import { Decimal } from '../../src/core/json/decimal.js';
import { makeSettle } from '../../src/store/scheduling/settle.js';
import { inSchema } from '../../src/store/db/schema.js';
import { openBudgetHarness, type BudgetHarness } from './budget-harness.js';
import type { TestSystem } from '../harness/system.js';

let system: TestSystem;
let rows: BudgetHarness['rows'];
let openTenant: BudgetHarness['openTenant'];
beforeAll(async () => {
  ({ system, rows, openTenant } = await openBudgetHarness());
});
afterAll(() => system.stop());

const EXACT = [{ spent: true, reserved: true }];
const times = (usd: string, count: number) => new Decimal(usd).times(count);

test(
  'of 1,000 requests at once exactly as many are accepted as the budget holds, and each threshold is reported once',
  { timeout: 180_000 },
  async () => {
    const tenant = await openTenant('crowd');
    const high = await tenant.price();
    const limit = times(high, 100).plus('0.01').toFixed();
    expect((await tenant.set({ monthlyUsd: limit, webhookUrl: 'https://example.com/alerts' })).status).toBe(
      200,
    );

    // 200 lanes of 5 requests: one client keeps no more connections open.
    const lanes = Array.from({ length: 200 }, async () => {
      const answers: Response[] = [];
      for (let turn = 0; turn < 5; turn += 1) answers.push(await tenant.accept());
      return answers;
    });
    const answers = (await Promise.all(lanes)).flat();
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(100);
    expect(statuses.filter((status) => status === 402)).toHaveLength(900);
    const refused = (await answers.find(({ status }) => status === 402)?.json()) as { detail: string };
    expect(refused).toMatchObject({ code: 'budget_exceeded', title: 'Payment Required' });
    expect(refused.detail).toMatch(
      /^Of this month's budget of \d+\.\d+ USD, 0\.01\d* USD are left, and this run needs up to/,
    );

    expect(await rows('select id from workflow_executions where tenant_id = $1', [tenant.id])).toHaveLength(
      100,
    );
    const budget = await tenant.budget();
    expect(budget).toMatchObject({ spentUsd: '0.00', remainingUsd: '0.01' });
    expect(Number(budget.reservedUsd)).toBeCloseTo(times(high, 100).toNumber(), 9);
    expect(budget.alerts.map(({ at, reachedAt }) => [at, reachedAt !== null])).toEqual([
      [0.5, true],
      [0.8, true],
      [1, false],
    ]);
    expect(
      await rows<{ url: string; threshold: number }>(
        `select url, (body ->> 'threshold')::float8 as threshold from webhook_deliveries
       where tenant_id = $1 and event = 'budget.alert' order by threshold`,
        [tenant.id],
      ),
    ).toEqual([
      { url: 'https://example.com/alerts', threshold: 0.5 },
      { url: 'https://example.com/alerts', threshold: 0.8 },
    ]);
    expect(await tenant.audit()).toEqual(EXACT);
  },
);

test('the same idempotency key reserves nothing again, even when nothing is left', async () => {
  const tenant = await openTenant('twice');
  const high = await tenant.price();
  await tenant.set({ monthlyUsd: high });
  const key = { 'idempotency-key': 'once' };
  const ids = await Promise.all(
    Array.from(
      { length: 8 },
      async () => ((await (await tenant.accept('one', {}, key)).json()) as { id: string }).id,
    ),
  );
  expect(new Set(ids).size).toBe(1);
  expect(new Decimal((await tenant.budget()).reservedUsd).eq(high)).toBe(true);
  expect((await tenant.accept()).status).toBe(402);
});

test('a result moves money from reserved to spent, the end frees the rest, and a late cost still counts', async () => {
  const tenant = await openTenant('moves');
  const high = await tenant.price();
  await tenant.set({ monthlyUsd: times(high, 2).toFixed(), alertAt: [0.9, 0.2] });
  const accepted = async () => ((await (await tenant.accept()).json()) as { id: string }).id;
  const [first] = [await accepted(), await accepted()];
  const [task] = await rows<{ id: string }>(
    'select id from task_executions where workflow_execution_id = $1',
    [first],
  );
  const taskId = task?.id ?? '';
  await system.owner.query(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, n, workflow_execution_id, tenant_id, 'w', case n when 1 then 'running' else 'unknown' end, case n when 2 then ledger_now() end
     from task_executions, generate_series(1, 2) n where id = $1`,
    [taskId],
  );
  const pay = (attempt: number, costUsd: string) =>
    makeSettle(system.ledger)({
      taskExecutionId: taskId,
      executionId: first,
      attempt,
      worker: 'w',
      ended: 'succeeded',
      next: 'succeeded',
      costUsd,
    });
  const line = async () => {
    const { spentUsd, reservedUsd } = await tenant.budget();
    return [spentUsd, new Decimal(reservedUsd).toFixed()];
  };

  await pay(1, '0.25');
  expect(await line()).toEqual(['0.25', times(high, 2).minus('0.25').toFixed()]);
  expect((await tenant.accept()).status).toBe(402);
  expect((await tenant.ask('POST', `/v1/executions/${first}/cancel`)).status).toBe(200);
  expect(await line()).toEqual(['0.25', new Decimal(high).toFixed()]);
  await pay(2, '100.000000001');
  expect(await line()).toEqual(['100.250000001', new Decimal(high).toFixed()]);
  expect(await tenant.budget()).toMatchObject({
    remainingUsd: '0.00',
    alerts: [
      { at: 0.2, reachedAt: expect.any(String) },
      { at: 0.9, reachedAt: expect.any(String) },
    ],
  });
  expect(await tenant.audit()).toEqual(EXACT);
});

test('a process that dies between acceptance and commit leaves nothing reserved', async () => {
  const tenant = await openTenant('crash');
  await tenant.set({ monthlyUsd: '50' });
  expect((await tenant.accept()).status).toBe(202);
  const before = await tenant.budget();
  const [like] = await rows<Parameters<typeof insertExecutions>[1]>(
    `select e.workflow_id as "workflowUuid", e.workflow_version_id as "versionId", e.tenant_id as "tenantId", e.user_id as "userId",
       v.definition, e.input_parameters as parameters, e.resolved_parameters as "resolvedParameters", e.model_snapshots as models,
       jsonb_build_object('usd', '1', 'basis', 'history') as estimate, '7' as "reservationUsd"
     from workflow_executions e join workflow_versions v on v.id = e.workflow_version_id where e.tenant_id = $1`,
    [tenant.id],
  );
  if (!like) throw new Error('Nothing was accepted.');
  const client = new Client({ connectionString: inSchema(system.servers.databaseUrl) });
  const gone = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await client.query('begin');
  const { existed } = await insertExecutions(
    {
      query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
        (await client.query<Record<string, unknown>>(sql, [...values])).rows.map(
          (row) =>
            Object.fromEntries(
              Object.entries(row).map(([column, value]) => [
                column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
                value,
              ]),
            ) as Row,
        ),
    },
    like,
  );
  expect(existed).toBe(false);
  await expect(client.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow();
  await gone;
  expect(await tenant.budget()).toEqual(before);
  expect(await tenant.audit()).toEqual(EXACT);
});

test('an execution without a known price reserves its own limit, or nothing; something must be left', async () => {
  const tenant = await openTenant('unknown');
  await tenant.set({ monthlyUsd: '2' });
  expect(await (await tenant.accept('unknown')).json()).toMatchObject({
    cost: { estimatedUsd: null, reservedUsd: '0.00' },
  });
  expect(await (await tenant.accept('unknown', { budgetUsd: '2' })).json()).toMatchObject({
    cost: { estimatedUsd: null, budgetUsd: '2.00', reservedUsd: '2.00' },
  });
  const refused = await tenant.accept('unknown');
  expect([refused.status, await refused.json()]).toMatchObject([
    402,
    { detail: expect.stringContaining('an unknown amount') },
  ]);
  await tenant.set({ monthlyUsd: null });
  expect((await tenant.accept('unknown')).status).toBe(202);
  expect(await tenant.budget()).toMatchObject({ limitUsd: null, remainingUsd: null, reservedUsd: '2.00' });
});

/** Limits of monthly budgets: who sets them, and which alerts a new limit reports. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Decimal } from '../../src/core/json/decimal.js';
import { openBudgetHarness, type Budget, type BudgetHarness } from './budget-harness.js';
import type { TestSystem } from '../harness/system.js';

let system: TestSystem;
let rows: BudgetHarness['rows'];
let openTenant: BudgetHarness['openTenant'];
beforeAll(async () => {
  ({ system, rows, openTenant } = await openBudgetHarness());
});
afterAll(() => system.stop());

const times = (usd: string, count: number) => new Decimal(usd).times(count);

test('platform administrators set limits, for existing tenants only, and each change is audited', async () => {
  const tenant = await openTenant('audited');
  await tenant.set({ monthlyUsd: '10', alertAt: [0.25], webhookUrl: 'https://example.com/x' });
  expect((await tenant.ask('PUT', `/v1/tenants/${tenant.id}/budget`, { monthlyUsd: '99' })).status).toBe(403);
  const nobody = '00000000-0000-4000-8000-000000000000';
  expect((await system.ask('PUT', `/v1/tenants/${nobody}/budget`, { monthlyUsd: '99' })).status).toBe(404);
  expect((await tenant.set({ monthlyUsd: '-1' })).status).toBe(422);
  expect((await tenant.set({ monthlyUsd: '1', alertAt: [1.5] })).status).toBe(422);
  expect(await (await system.ask('GET', `/v1/tenants/${tenant.id}/budget`)).json()).toMatchObject({
    limitUsd: '10.00',
    webhookUrl: 'https://example.com/x',
    alerts: [{ at: 0.25, amountUsd: '2.50', reachedAt: null }],
  });
  expect(
    await rows(
      `select actor_type, request_id is not null as asked, new_state ->> 'budget_usd' as limit from orchestration_audit_log
       where entity_type = 'tenant' and entity_id = $1 and action = 'updated'`,
      [tenant.id],
    ),
  ).toEqual([{ actor_type: 'admin', asked: true, limit: '10.000000000' }]);
});

test('a lower limit reports the thresholds that it passes at once', async () => {
  const tenant = await openTenant('lowered');
  await tenant.accept();
  const high = await tenant.price();
  expect((await tenant.budget()).alerts.every(({ reachedAt }) => reachedAt === null)).toBe(true);
  const set = await tenant.set({ monthlyUsd: times(high, 2).toFixed() });
  expect(((await set.json()) as Budget).alerts.map(({ reachedAt }) => reachedAt !== null)).toEqual([
    true,
    false,
    false,
  ]);
});

test('a raised limit re-arms its alerts, except those that are still passed', async () => {
  const tenant = await openTenant('raised');
  const high = await tenant.price();
  const reported = async () =>
    (
      await rows<{ threshold: number }>(
        `select (body ->> 'threshold')::float8 as threshold from webhook_deliveries
         where tenant_id = $1 and event = 'budget.alert' order by created_at, threshold`,
        [tenant.id],
      )
    ).map(({ threshold }) => threshold);
  const limit = (count: number) =>
    tenant.set({ monthlyUsd: times(high, count).toFixed(), webhookUrl: 'https://example.com/alerts' });
  const reached = async () => (await tenant.budget()).alerts.map(({ reachedAt }) => reachedAt !== null);

  await limit(2);
  for (const _ of [1, 2]) await tenant.accept();
  expect([await reported(), await reached()]).toEqual([
    [0.5, 0.8, 1],
    [true, true, true],
  ]);
  await limit(4);
  expect([await reported(), await reached()]).toEqual([
    [0.5, 0.8, 1],
    [true, false, false],
  ]);
  for (const _ of [1, 2]) await tenant.accept();
  expect(await reported()).toEqual([0.5, 0.8, 1, 0.8, 1]);
});

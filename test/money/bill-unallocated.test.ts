/** The whole system over a day with faults: metered and shared costs equal the provider's records, to nine decimals. */
import { afterEach, expect, test } from 'vitest';
import { SERVICES } from '../../src/config.js';
import { openBillHarness, type BillHarness } from './bill-harness.js';
import { publishWorkflow, submit } from '../harness/fixtures.js';

let harness: BillHarness;
afterEach(() => harness.stop());

test("with bursts, lone arrivals and failures, shares and unused add up to the instances, and the instances to the provider's records", async () => {
  harness = await openBillHarness(SERVICES);
  await publishWorkflow(harness.virtualTime, 'failing', [{ id: 'only', model: 'm', input: { fail: '400' } }]);
  await publishWorkflow(harness.virtualTime, 'chain', [
    { id: 'first', model: 'm' },
    { id: 'second', model: 'm', after: ['first'] },
  ]);
  for (const [gap, workflows] of [
    [0, ['one', 'one', 'chain', 'failing']],
    [300, ['one']],
    [3_600, ['failing', 'chain', 'chain']],
    [40, ['one', 'one', 'one']],
    [7_200, ['failing']],
  ] as const) {
    await harness.virtualTime.advance(gap, 300);
    for (const workflow of workflows) await submit(harness.virtualTime, workflow);
    await harness.virtualTime.settle();
  }
  await harness.virtualTime.advance(3_600, 120);
  expect(harness.openSpans()).toBe(0);
  const statuses = await harness.ask('select distinct status from task_attempts order by status');
  expect(statuses).toEqual([{ status: 'failed' }, { status: 'succeeded' }]);
  await harness.settle('standin');
  expect(harness.troubles).toEqual([]);
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(await harness.shared()).toBe(harness.charged());
  expect(await harness.cost()).toBe(harness.charged());
  expect(await harness.loaded()).toBe(harness.charged());
  const [{ missed } = { missed: -1 }] = await harness.ask<{ missed: number }>(
    'select count(*)::int as missed from workflow_executions where loaded_cost_usd is null',
  );
  expect(missed).toBe(0);
  const { items, totals } = await harness.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(items).toHaveLength(1);
  expect(Math.abs(Number(totals['chargedMinusMeteredPercent']))).toBeLessThan(10);
}, 180_000);

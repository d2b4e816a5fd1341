/** The whole house over a day with faults: what it metered and shared out is the provider's ledger, to nine decimals. */
import { afterEach, expect, test } from 'vitest';
import { ROOMS } from '../../src/config.js';
import { openBillRig, type BillRig } from '../harness/bill-harness.js';
import { plantWorkflow, submit } from '../harness/fixtures.js';

let rig: BillRig;
afterEach(() => rig.stop());

test('bursts, lone arrivals and failures: shares and unused are the instances, and the instances are the ledger', async () => {
  rig = await openBillRig(ROOMS);
  await plantWorkflow(rig.voyage, 'failing', [{ id: 'only', model: 'm', input: { fail: '400' } }]);
  await plantWorkflow(rig.voyage, 'chain', [
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
    await rig.voyage.sail(gap, 300);
    for (const workflow of workflows) await submit(rig.voyage, workflow);
    await rig.voyage.settle();
  }
  await rig.voyage.sail(3_600, 120);
  expect(rig.openSpans()).toBe(0);
  const statuses = await rig.ask('select distinct status from task_attempts order by status');
  expect(statuses).toEqual([{ status: 'failed' }, { status: 'succeeded' }]);
  await rig.settle('standin');
  expect(rig.troubles).toEqual([]);
  expect(await rig.settledFrom()).toEqual(['provider']);
  expect(await rig.shared()).toBe(rig.charged());
  expect(await rig.cost()).toBe(rig.charged());
  expect(await rig.loaded()).toBe(rig.charged());
  const [{ missed } = { missed: -1 }] = await rig.ask<{ missed: number }>(
    'select count(*)::int as missed from workflow_executions where loaded_cost_usd is null',
  );
  expect(missed).toBe(0);
  const { items, totals } = await rig.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(items).toHaveLength(1);
  expect(Math.abs(Number(totals['chargedMinusMeteredPercent']))).toBeLessThan(10);
}, 180_000);

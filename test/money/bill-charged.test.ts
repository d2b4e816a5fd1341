/** The provider's bill: late, corrected, silent or broken, it leads to the same sums. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useStandIn } from '../harness/stand-in-variables.js';
import { startStandIn } from '../../standin/standin.js';
import { openBillHarness, type BillHarness } from './bill-harness.js';

let harness: BillHarness;
beforeEach(async () => {
  harness = await openBillHarness();
});
afterEach(() => harness.stop());

test('a stand-in that cannot be reached delays no settlement, and is reported', async () => {
  await harness.session(50);
  useStandIn('http://127.0.0.1:1');
  await harness.settle('standin');
  useStandIn(harness.virtualTime.standIn.url);
  expect(harness.troubles).toEqual([expect.stringMatching(/^bill.not_read /)]);
  expect(await harness.settledFrom()).toEqual(['metered']);
  await harness.settle('standin');
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(await harness.shared()).toBe(harness.charged());
});

test('a session that was on when a stand-in stopped and started anew ends with its last report', async () => {
  await harness.endpoints.warm(harness.model, 1);
  await harness.read(1);
  await harness.advance(100);
  await harness.settle('standin');
  const chargedBefore = harness.charged();
  await harness.advance(50);
  await harness.read(0);
  const next = await startStandIn({ speed: 'manual', startedAt: harness.at(harness.now()) as Date });
  useStandIn(next.url);
  await harness.settle('standin');
  await next.stop();
  expect(harness.troubles).toEqual([]);
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(await harness.shared()).toBe(chargedBefore);
  expect(Number(chargedBefore)).toBeGreaterThan(0.1);
});

/** AWS's rows for these hours of the first day: `[hour, endpoint, USD]`. */
function costAndUsage(rows: [number, string, string][]): string {
  const path = join(harness.virtualTime.config.dataDir, 'cur.csv');
  const hour = (n: number) => `2026-03-02T${String(n).padStart(2, '0')}:00:00Z`;
  const lines = rows.map(([n, endpoint, usd]) =>
    [
      hour(n),
      hour(n + 1),
      `arn:aws:sagemaker:us-east-1:000000000000:endpoint/${endpoint}`,
      'USE1-Host:ml.g5.12xlarge',
      '1',
      usd,
      'Usage',
    ].join(),
  );
  writeFileSync(
    path,
    `line_item_usage_start_date,line_item_usage_end_date,line_item_resource_id,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,line_item_line_item_type\n${lines.join('\n')}\n`,
  );
  return path;
}
const hour = async (from: number, to: number) => {
  await harness.advance(from * 3600 - harness.now());
  await harness.read(1);
  await harness.advance(to * 3600 - harness.now());
  await harness.read(0);
};
const costs = async () =>
  (
    await harness.ask<{ line: string }>(
      `select concat_ws(' ', to_char(from_at at time zone 'UTC', 'HH24:MI'), settled_from, cost_usd) as line
       from instance_sessions order by from_at`,
    )
  ).map(({ line }) => line);

test('Cost and Usage rows: two sessions share an hour, unmetered use is a session of its own, corrections replace', async () => {
  const name = harness.endpoints.endpointNameOf(harness.model);
  await hour(1.25, 1.5);
  await hour(1.6, 2.1);
  await hour(5.5, 5.75);
  await harness.advance(7200);
  const rows: [number, string, string][] = [
    [1, name.toUpperCase(), '7'],
    [2, name, '1.5'],
    [3, 'radiant-test-nobody', '3'],
    [3, 'somebody-else', '99'],
  ];
  await harness.settle(costAndUsage(rows));
  expect(harness.troubles).toEqual([]);
  // 15 and 24 minutes of the first hour; there are no rows yet for the last session.
  expect(await costs()).toEqual([
    '01:15 provider 2.692307692',
    '01:36 provider 5.807692308',
    '03:00 provider 3.000000000',
    '05:30 metered 3.570000000',
  ]);
  const [orphan] = await harness.ask(
    "select s.model_id, b.execution_id from instance_sessions s join bill_shares b on b.session_id = s.id where s.endpoint like '%nobody'",
  );
  expect(orphan).toEqual({ model_id: null, execution_id: null });
  const { items } = await harness.getJson('/v1/costs/reconciliation?from=2026-03-01T00:00:00Z');
  expect(
    items.map(({ modelId, chargedUsd, provisionalUsd }) => [modelId, chargedUsd, provisionalUsd]),
  ).toEqual([
    ['m', '8.500000000', '3.570000000'],
    [null, '3.000000000', '0.000000000'],
  ]);

  const stays = await harness.everything();
  await harness.settle(costAndUsage(rows));
  expect(await harness.everything()).toEqual(stays);

  // Corrected, and one row is gone; the last session was never charged, though a later hour was.
  await harness.settle(
    costAndUsage([
      [1, name, '3.5'],
      [3, 'radiant-test-nobody', '3'],
      [6, 'radiant-test-nobody', '0.25'],
    ]),
  );
  expect((await costs()).map((line) => line.split(' ').at(-1))).toEqual([
    '1.346153846',
    '2.153846154',
    '3.000000000',
    '0.000000000',
    '0.250000000',
  ]);
  expect(await harness.settledFrom()).toEqual(['provider']);
  expect(await harness.shared()).toBe('6.750000000');

  const good = await harness.everything();
  await harness.settle(
    costAndUsage([
      [1, name, '4'],
      [2, name, 'much'],
    ]),
  );
  expect(harness.troubles).toEqual([
    expect.stringMatching(
      /^bill.not_read .*None of its lines is used:\n {2}line 3: has an amount or a cost that is not a number$/,
    ),
  ]);
  expect(await harness.everything()).toEqual(good);
});

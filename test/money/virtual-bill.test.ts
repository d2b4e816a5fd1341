/** The bill of hundreds of random executions with faults: shares and unused equal the sessions, and those the provider's records. */
import { afterEach, expect, test } from 'vitest';
import { SERVICES } from '../../src/config.js';
import { addUsd } from '../../src/core/money/money.js';
import { openBillHarness, type BillHarness } from './bill-harness.js';
import { seededRandom } from '../harness/seeded-random.js';
import { expectAuthorised, expectInvariants } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { sized } from '../harness/size.js';

let harness: BillHarness;
afterEach(() => harness.stop());

const EXECUTIONS = sized(200, 1_000);
const WAVES = 5;
/** Virtual seconds; shorter than most tasks wait and work. */
const STEP = 75;

const FAULTS = [
  { kind: 'throttle', operation: 'InvokeEndpointAsync', times: 3 },
  { kind: 'error', status: 503, operation: 'InvokeEndpoint', times: 2 },
  { kind: 'error', status: 530, operation: 'InvokeEndpointAsync' },
  { kind: 'reset', when: 'before', operation: 'InvokeEndpointAsync' },
  { kind: 'reset', when: 'after', operation: 'InvokeEndpointAsync' },
  { kind: 'reset', when: 'after', operation: 'InvokeEndpoint', times: 2 },
  { kind: 'modelError', status: 500, times: 3 },
  { kind: 'modelError', status: 400, times: 2 },
  { kind: 'capacity' },
  { kind: 'throttle', operation: 'DescribeEndpoint', times: 3 },
] as const;

const MODELS = {
  small: { driver: 'sagemaker-realtime', seconds: 8, perInstance: 8, hourlyRate: '1.408', instanceType: 'ml.g5.xlarge', warmupSeconds: 60 },
  check: { driver: 'sagemaker-realtime', seconds: 15, perInstance: 4, hourlyRate: '1.515', instanceType: 'ml.g5.2xlarge', warmupSeconds: 90 },
  fold: { driver: 'sagemaker-async', seconds: 40, perInstance: 5, hourlyRate: '14.28', instanceType: 'ml.g5.12xlarge', warmupSeconds: 180 },
  relax: { driver: 'sagemaker-async', seconds: 25, perInstance: 8, hourlyRate: '0.23', instanceType: 'ml.m5.xlarge', warmupSeconds: 30 },
} as const; // prettier-ignore

test(`${EXECUTIONS} random executions with faults are billed to the last nano-dollar`, async () => {
  harness = await openBillHarness(SERVICES, {
    pollMs: 400,
    sweepMs: 300,
    rateLimit: 1_000_000,
    // Longer than any attempt, and short enough that the slot of a lost answer does not keep its model on for a day.
    leaseMs: 1_200_000,
  });
  const { virtualTime, ask } = harness;
  for (const [model, more] of Object.entries(MODELS))
    await registerEchoModel(virtualTime, model, { ...more, maxInstances: 3, idleMinutes: 5 });
  const parameters = [
    { name: 'times', type: 'number' },
    { name: 'items', type: 'array', default: [] },
  ];
  const over = { map: { over: 'params.items', as: 'item' } };
  const workflows = {
    quick: [{ id: 'only', model: 'small' }],
    chain: [
      { id: 'check', model: 'check' },
      { id: 'fold', model: 'fold', after: ['check'] },
    ],
    fan: [
      { id: 'each', model: 'small', config: over },
      { id: 'relax', model: 'relax', after: ['each'] },
    ],
    join: [
      { id: 'left', model: 'check' },
      { id: 'right', model: 'relax' },
      { id: 'fold', model: 'fold', after: ['left', 'right'] },
    ],
  };
  for (const [name, tasks] of Object.entries(workflows))
    await publishWorkflow(virtualTime, name, tasks, { parameters });

  const random = seededRandom(20260302);
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const open = async () =>
    (
      await ask<{ n: number }>(
        'select count(*)::int as n from workflow_executions where completed_at is null',
      )
    )[0]?.n;
  const order = async () => {
    const response = await fetch(`${virtualTime.standIn.url}/__standin/faults`, {
      method: 'POST',
      body: JSON.stringify(pick(FAULTS)),
    });
    expect(response.status).toBe(201);
  };
  let taught: number | undefined;
  for (let wave = 0; wave < WAVES; wave += 1) {
    for (let burst = 0; burst < 4; burst += 1) {
      for (let n = 0; n < 2; n += 1) await order();
      await Promise.all(
        Array.from({ length: EXECUTIONS / WAVES / 4 }, () =>
          submit(virtualTime, pick(Object.keys(workflows)), {
            times: 0.5 + random(),
            items: Array.from({ length: 1 + Math.floor(random() * 4) }, (_, n) => n),
          }),
        ),
      );
      await virtualTime.jump(STEP + Math.round(random() * 30_000) / 1_000);
    }
    while (await open()) await virtualTime.jump(STEP);
    taught ??= virtualTime.now();
    // Sometimes everything goes off before the next wave, and sometimes it is used again.
    const pause = pick([120, 900, 7_200]);
    for (let left = pause; left > 0 && harness.openSpans() > 0; left -= 2 * STEP)
      await virtualTime.jump(2 * STEP);
    if (harness.openSpans() === 0) await virtualTime.jump(pause);
  }
  while (harness.openSpans() > 0) await virtualTime.jump(2 * STEP);
  await virtualTime.jump(STEP);

  const [{ all } = { all: 0 }] = await ask<{ all: number }>(
    'select count(*)::int as all from workflow_executions',
  );
  expect(all).toBe(EXECUTIONS);
  await expectInvariants(virtualTime);
  await expectAuthorised(virtualTime);

  await harness.settle('standin');
  expect(harness.troubles).toEqual([]);
  expect(await harness.settledFrom()).toEqual(['provider']);
  const [{ unused } = { unused: '' }] = await ask<{ unused: string }>(
    'select coalesce(sum(amount_usd), 0)::numeric(20, 9)::text as unused from bill_shares where execution_id is null',
  );
  // No model was ever warmed for nobody.
  expect(unused).toBe('0.000000000');
  expect(addUsd((await harness.loaded()) ?? '', unused)).toBe(await harness.cost());
  expect(await harness.cost()).toBe(harness.charged());
  expect(await harness.shared()).toBe(harness.charged());

  const [errors] = await ask<{ runs: number; p50: number; p90: number }>(
    `select count(*)::int as runs, percentile_cont(0.5) within group (order by error) as p50, percentile_cont(0.9) within group (order by error) as p90
     from (
       select abs(estimated_cost_usd - actual_cost_usd)::float8 / actual_cost_usd::float8 as error
       from workflow_executions where status = 'succeeded' and estimate_basis = 'history' and created_at > $1
     ) quoted`,
    [harness.at(taught as number)],
  );
  const ends = await ask('select status, count(*)::int as n from workflow_executions group by 1 order by 1');
  const tries = await ask('select status, count(*)::int as n from task_attempts group by 1 order by 1');
  // oxlint-disable-next-line no-console -- prints how good the quotes were
  console.info(
    JSON.stringify({
      errors,
      ends,
      tries,
      bill: harness.charged(),
      metered: await harness.metered(),
      unused,
      virtualHours: virtualTime.now() / 3600,
    }),
  );
  expect(errors?.runs).toBeGreaterThan(EXECUTIONS / 2);
}, 800_000);

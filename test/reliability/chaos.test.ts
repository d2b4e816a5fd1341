/** Redis is emptied, endpoints stumble, processes die: nothing is lost, and no endpoint gets more than its slots. */
import { afterEach, describe, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { backends, startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, mostAtOnce, untilAllEnded } from '../harness/invariants.js';
import { diamond, registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { startServices, type ServiceProcess } from '../harness/processes.js';

let system: TestSystem;
let processes: ServiceProcess[] = [];
afterEach(async () => {
  for (const process of processes) await process.kill();
  processes = [];
  await system.stop();
});

const submitMany = (count: number) =>
  Promise.all(Array.from({ length: count }, () => submit(system, 'diamond')));
const succeeded = async () =>
  (await system.owner.query("select count(*)::int as n from workflow_executions where status = 'succeeded'"))
    .rows[0].n as number;

const hasRedis = backends().includes('redis');

test('repeated FLUSHALL under load loses nothing', { timeout: 120_000 }, async () => {
  system = await startTestSystem({ config: { pollMs: 100 } });
  await registerEchoModel(system, 'echo', { seconds: 0.1 });
  await publishWorkflow(system, 'diamond', diamond('echo'));
  await submitMany(40);
  if (hasRedis) {
    const redis = new Redis(system.servers.redisUrl as string);
    // Only this system's keys: other test files share the server.
    for (let round = 1; round <= 3; round += 1) {
      await expect.poll(succeeded, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(round * 5);
      await redis.eval(
        "for _, key in ipairs(redis.call('keys', ARGV[1])) do redis.call('del', key) end",
        0,
        `${system.config.queuePrefix}*`,
      );
    }
    redis.disconnect();
  } else {
    await system.owner.query(`truncate ${(await queueTables(system)).join(', ')}`);
  }
  await untilAllEnded(system, 100_000);

  expect(await succeeded()).toBe(40);
  await expectInvariants(system);
  await expectAuthorised(system);
  expect(system.standIn.ledger().invocations).toHaveLength(200);
});

async function queueTables({ owner }: TestSystem): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like '%queue' and tablename like '%job%'`,
  );
  return rows.map((row) => row.name);
}

describe('four worker processes', () => {
  test(
    'never send more to the endpoint than its slots, and bill every request that it received',
    { timeout: 180_000 },
    async () => {
      system = await startTestSystem({
        services: ['api', 'scheduler', 'thermal'],
        speed: 20,
        config: { pollMs: 50 },
      });
      await registerEchoModel(system, 'echo', {
        seconds: 4,
        maxInstances: 2,
        perInstance: 3,
        warmupSeconds: 10,
      });
      await publishWorkflow(system, 'diamond', diamond('echo'));
      processes = await Promise.all([1, 2, 3, 4].map(() => startServices(system, ['workers'])));
      await submitMany(30);
      // One of the four dies half-way, and another takes its place.
      await expect.poll(succeeded, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(3);
      await processes[0]?.kill();
      processes[0] = await startServices(system, ['workers']);
      await untilAllEnded(system, 150_000);

      expect(await succeeded()).toBe(30);
      expect(mostAtOnce(system)).toBeLessThanOrEqual(2 * 3);
      expect(mostAtOnce(system)).toBeGreaterThan(3);
      await expectInvariants(system);
      await expectAuthorised(system);
      await expectBillsAgree(system);
    },
  );

  test(
    'stumbling endpoints are retried, and only received requests are billed',
    { timeout: 120_000 },
    async () => {
      system = await startTestSystem({ config: { pollMs: 50 } });
      await registerEchoModel(system, 'echo', { seconds: 0.1 });
      await publishWorkflow(system, 'diamond', diamond('echo'), { retries: 10 });
      for (const fault of [
        { kind: 'throttle', times: 5 },
        { kind: 'error', times: 5, status: 503 },
        { kind: 'error', times: 3, status: 530 },
        { kind: 'reset', times: 3, when: 'before' },
        { kind: 'reset', times: 3, when: 'after' },
      ]) {
        await fetch(`${system.standIn.url}/__standin/faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...fault, operation: 'InvokeEndpointAsync' }),
        });
      }
      await submitMany(10);
      await untilAllEnded(system, 100_000);

      expect(await succeeded()).toBe(10);
      const { rows } = await system.owner.query(
        "select status, count(*)::int from task_attempts where status <> 'succeeded' group by 1 order by 1",
      );
      // Refused requests failed; of the dropped ones, those that had arrived were recovered, and the others never came back.
      expect(rows).toEqual([
        { status: 'failed', count: 13 },
        { status: 'unknown', count: 3 },
      ]);
      await expectInvariants(system);
      await expectBillsAgree(system);
    },
  );
});

test(
  'several schedulers, one of which dies: each task of a tree runs one child, and goes on when that has ended',
  { timeout: 120_000 },
  async () => {
    system = await startTestSystem({
      services: ['api', 'thermal', 'workers', 'scheduler'],
      config: { pollMs: 50 },
    });
    await registerEchoModel(system, 'echo', { seconds: 0.05 });
    await publishWorkflow(
      system,
      'leaf',
      [
        { id: 'call', model: 'echo', input: { n: 'params.n' } },
        {
          id: 'odd',
          type: 'validation',
          after: ['call'],
          config: { checks: [{ check: 'length', value: 'params.n % 3.0 == 0.0 ? "" : "x"', minimum: 1 }] },
        },
      ],
      { parameters: [{ name: 'n', type: 'number' }] },
    );
    const run = (id: string, workflowId: string, more: object) => ({
      id,
      type: 'workflow',
      ...more,
      config: { workflowId, ...more },
    });
    await publishWorkflow(system, 'branch', [
      {
        ...run('leaves', 'leaf', {
          map: { over: '[1, 2, 3, 4, 5, 6]', maxConcurrency: 4, toleratedFailures: 2 },
        }),
        input: { n: 'item' },
      },
      { id: 'sum', type: 'transform', after: ['leaves'], input: { ran: 'size(tasks.leaves.output)' } },
    ]);
    await publishWorkflow(system, 'tree', [
      { ...run('branches', 'branch', { map: { over: '[1, 2, 3]' } }), input: {} },
    ]);
    processes = await Promise.all([1, 2].map(() => startServices(system, ['scheduler', 'workers'])));
    await Promise.all(Array.from({ length: 6 }, () => submit(system, 'tree')));
    await expect.poll(succeeded, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(10);
    await processes[0]?.kill();
    await untilAllEnded(system, 100_000);

    const { rows } = await system.owner.query(
      `select w.workflow_id as id, e.status, count(*)::int as n from workflow_executions e
       join workflow_definitions w on w.id = e.workflow_id group by 1, 2 order by 1, 2`,
    );
    expect(rows).toEqual([
      { id: 'branch', status: 'succeeded', n: 18 },
      { id: 'leaf', status: 'failed', n: 36 },
      { id: 'leaf', status: 'succeeded', n: 72 },
      { id: 'tree', status: 'succeeded', n: 6 },
    ]);
    await expectInvariants(system);
    await expectAuthorised(system);
  },
);

/** The endpoint's own count of seconds and calls, at the registry's price, equals the bill to the last nano-dollar. */
async function expectBillsAgree({ owner, standIn }: TestSystem): Promise<void> {
  const NANO = 1_000_000_000n;
  const nano = (usd: string) => {
    const [whole = '0', part = ''] = usd.split('.');
    return BigInt(whole) * NANO + BigInt(part.padEnd(9, '0'));
  };
  // (14.28 an hour, by the millisecond, + 0.01 a call) × 1.75, each call rounded half up to a nano-dollar.
  const priceOf = (ms: bigint) => {
    const [price, parts] = [(14_280_000_000n * ms + 10_000_000n * 3_600_000n) * 175n, 3_600_000n * 100n];
    return (2n * price + parts) / (2n * parts);
  };
  const billed = standIn
    .ledger()
    .invocations.map(({ computeSeconds }) => priceOf(BigInt(Math.round(computeSeconds * 1_000))))
    .reduce((sum, price) => sum + price, 0n);
  const { rows } = await owner.query<{ usd: string }>(
    'select coalesce(sum(actual_cost_usd), 0)::text as usd from workflow_executions',
  );
  expect(nano(rows[0]?.usd as string)).toBe(billed);
}

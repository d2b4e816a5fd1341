/** Models are warm when needed and off when not, and nothing is lost in between: the whole system over an account with its own records. */
import { afterEach, describe, expect, test } from 'vitest';
import { listen } from '../../src/store/db/notifications.js';
import { openModels, type Models } from '../../src/store/models/models.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { readHeat } from '../../src/store/thermal/heat.js';
import { startTestSystem, type TestSystem, type TestSystemOptions } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
afterEach(() => system.stop());

/** A system with one echo model and a workflow of one task for it. */
async function startWith(
  model: Parameters<typeof registerEchoModel>[2] = {},
  options: TestSystemOptions = {},
): Promise<void> {
  system = await startTestSystem({ speed: 20, config: { thermalTickMs: 100 }, ...options });
  await registerEchoModel(system, 'm', model);
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
}

const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await system.owner.query<Row>(sql)).rows;
const heat = async () => {
  const row = (await readHeat(system.ledger)).find(({ modelId }) => modelId === 'm');
  if (!row) throw new Error('There is no model m.');
  return row;
};
const untilHeat = (wanted: string) =>
  expect.poll(async () => (await heat()).heat, { timeout: 20_000, interval: 20 }).toBe(wanted);
const calls = (operation: string) =>
  system.standIn
    .ledger()
    .calls.filter((call) => call.operation === operation && call.target.startsWith('radiant-test-m')).length;
const billedNow = () =>
  system.standIn
    .ledger()
    .endpoints.flatMap(({ spans }) => spans)
    .filter(({ to }) => to === null)
    .reduce((sum, { instances }) => sum + instances, 0);
const history = async () =>
  (await ask<{ to: string }>('select to_heat as to from thermal_events order by id')).map(({ to }) => to);
const attempts = () =>
  ask('select status, attempt_number, count(*)::int as count from task_attempts group by 1, 2 order by 1, 2');
const orderFault = (fault: Record<string, unknown>) =>
  fetch(`${system.standIn.url}/__standin/faults`, {
    method: 'POST',
    body: JSON.stringify({ endpointName: 'radiant-test-m', ...fault }),
  });
async function withModels<T>(work: (models: Models) => Promise<T>): Promise<T> {
  const events = await listen(system.servers.databaseUrl, () => {});
  const models = openModels(system.ledger, events);
  const result = await work(models);
  models.stop();
  await events.stop();
  return result;
}

describe('warming', () => {
  test('ten executions of five tenants share one warm-up, and none spends an attempt on it', async () => {
    await startWith({ warmupSeconds: 20 });
    const keys = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((tenant) => system.keyFor(tenant)));
    await Promise.all(
      [...keys, ...keys].map((key) => submit(system, 'one', {}, {}, { authorization: `Bearer ${key}` })),
    );
    await untilHeat('WARMING');
    expect(await attempts()).toEqual([]);
    await untilAllEnded(system);
    expect(await attempts()).toEqual([{ status: 'succeeded', attempt_number: 1, count: 10 }]);
    expect(calls('CreateEndpoint')).toBe(1);
    await expectInvariants(system);
    await expectAuthorised(system);
  });

  test('two thermal services make no request twice', async () => {
    await startWith({ warmupSeconds: 10, idleMinutes: 0.02 });
    await system.open(['thermal']);
    await submit(system, 'one');
    await untilAllEnded(system);
    await untilHeat('OFF');
    expect([
      calls('CreateModel'),
      calls('CreateEndpoint'),
      calls('UpdateEndpointWeightsAndCapacities'),
    ]).toEqual([1, 1, 1]);
    expect((await history()).filter((to) => !['WARM', 'HOT'].includes(to))).toEqual([
      'WARMING',
      'COOLING',
      'OFF',
    ]);
  });
});

describe('cooling', () => {
  test('an idle model costs nothing, and is warmed again without being made again', async () => {
    await startWith({ idleMinutes: 0.02 });
    for (const round of [1, 2]) {
      await submit(system, 'one');
      await untilAllEnded(system);
      await untilHeat('OFF');
      expect(billedNow()).toBe(0);
      expect(await heat()).toMatchObject({ wantedInstances: 0, servingInstances: 0, usableSlots: 0 });
      expect([calls('CreateEndpoint'), calls('UpdateEndpointWeightsAndCapacities')]).toEqual([
        1,
        2 * round - 1,
      ]);
    }
    expect(await attempts()).toEqual([{ status: 'succeeded', attempt_number: 1, count: 2 }]);
  });

  test('a real-time model is deleted when idle', async () => {
    await startWith({ idleMinutes: 0.02, driver: 'sagemaker-realtime' });
    await submit(system, 'one');
    await untilAllEnded(system);
    await untilHeat('OFF');
    expect(calls('DeleteEndpoint')).toBe(1);
    await expect.poll(billedNow, { timeout: 5_000 }).toBe(0);
    await submit(system, 'one');
    await untilAllEnded(system);
    expect(calls('CreateEndpoint')).toBe(2);
  });

  test('a disabled model is turned off, whatever its idle limit', async () => {
    await startWith();
    await submit(system, 'one');
    await untilAllEnded(system);
    expect(billedNow()).toBe(1);
    await withModels((models) => models.remove('m', SYSTEM));
    await untilHeat('OFF');
    expect(billedNow()).toBe(0);
    expect(await ask(`select reason from thermal_events where to_heat = 'COOLING'`)).toEqual([
      { reason: 'the model is disabled' },
    ]);
  });

  test('use between two reconciliations counts as use', async () => {
    await startWith();
    await submit(system, 'one');
    await untilAllEnded(system);
    await expect.poll(async () => (await heat()).idleSince, { timeout: 5_000 }).not.toBeNull();
    await system.ledger.query(`update model_heat set idle_since = now() - interval '1 hour'`);
    const [last] = await ask<{ at: Date }>('select max(ended_at) as at from task_attempts');
    expect((await heat()).idleSince).toEqual(last?.at);
  });

  const DRIVERS = ['sagemaker-async', 'sagemaker-realtime'] as const;
  test.each(DRIVERS)('no task ever reaches an endpoint that is going away: %s', async (driver) => {
    // Idle after half a second, and used about as often.
    await startWith({ driver, idleMinutes: 0.5 / 60, seconds: 0.2 }, { config: { thermalTickMs: 50 } });
    const until = Date.now() + 5_000;
    const coolings = async () => (await history()).filter((to) => to === 'COOLING');
    for (let n = 0; Date.now() < until || (await coolings()).length < 2; n += 1) {
      await submit(system, 'one');
      await untilAllEnded(system);
      // Waits for the moment: some just before, some in the middle of, some after the cooling.
      const idle = 300 + ((n * 137) % 700);
      const from = Date.now();
      await expect.poll(() => Date.now() - from, { interval: 10 }).toBeGreaterThan(idle);
    }
    const ended = await ask<{ status: string; attempt_number: number }>(
      'select status, attempt_number from task_attempts',
    );
    expect(new Set(ended.map(({ status, attempt_number }) => `${status} ${attempt_number}`))).toEqual(
      new Set(['succeeded 1']),
    );
    expect(await ask(`select id from workflow_executions where status <> 'succeeded'`)).toEqual([]);
    await expectInvariants(system);
  });
});

describe('a provider without capacity', () => {
  /** Makes the next retry due, again if a reconciliation under way overwrote it, until the provider was called. */
  const retryNow = async (operation: string) => {
    const before = calls(operation);
    await expect
      .poll(async () => {
        if (calls(operation) > before) return true;
        await system.ledger.query(`update model_heat set retry_at = now() - interval '1 second'`);
        return false;
      })
      .toBe(true);
  };

  test('is shown in the quote, left alone for a while, and asked again', async () => {
    await startWith();
    await orderFault({ kind: 'capacity' });
    const id = await submit(system, 'one');
    await untilHeat('FAILED');
    expect(await heat()).toMatchObject({
      failure: expect.stringContaining('InsufficientInstanceCapacity'),
      failures: 1,
    });
    const { retryAt, now } = await heat();
    expect(Number(retryAt) - Number(now)).toBeGreaterThan(20_000);
    const shown = (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as {
      waiting: { reason: string };
    };
    expect(JSON.stringify(shown)).toContain('InsufficientInstanceCapacity');
    expect([calls('CreateEndpoint'), calls('DeleteEndpoint')]).toEqual([1, 0]);

    await retryNow('DeleteEndpoint');
    await untilAllEnded(system);
    expect([calls('CreateEndpoint'), calls('DeleteEndpoint')]).toEqual([2, 1]);
    expect(await attempts()).toEqual([{ status: 'succeeded', attempt_number: 1, count: 1 }]);
    expect(await heat()).toMatchObject({ failure: null, failures: 0, retryAt: null });
  });

  test('that refuses outright is asked less often each time', async () => {
    await startWith();
    await orderFault({ kind: 'error', operation: 'CreateEndpoint', times: 1000 });
    await submit(system, 'one');
    await untilHeat('FAILED');
    const first = await heat();
    expect(first).toMatchObject({ failures: 1, failure: expect.any(String) });
    // Several reconciliations later it is unchanged.
    const [asked, describes] = [calls('CreateEndpoint'), calls('DescribeEndpoint')];
    await expect.poll(() => calls('DescribeEndpoint'), { timeout: 20_000 }).toBeGreaterThan(describes + 4);
    expect(await heat()).toMatchObject({
      heat: 'FAILED',
      failure: first.failure,
      retryAt: first.retryAt,
      failures: 1,
    });
    expect(calls('CreateEndpoint')).toBe(asked);

    await retryNow('CreateEndpoint');
    await expect.poll(async () => (await heat()).failures, { timeout: 5_000 }).toBeGreaterThan(1);
    await expect
      .poll(async () => Number((await heat()).retryAt) - Number((await heat()).now))
      .toBeGreaterThan(45_000);
    expect(calls('CreateEndpoint')).toBe(2 * asked);
    await fetch(`${system.standIn.url}/__standin/faults`, { method: 'DELETE' });
    await retryNow('CreateEndpoint');
    await untilAllEnded(system);
    expect(await heat()).toMatchObject({ failure: null, failures: 0 });
  });

  test('for more does not stop the instances that run', async () => {
    await startWith({ perInstance: 1, maxInstances: 2, seconds: 4, warmupSeconds: 0 });
    await submit(system, 'one');
    await untilAllEnded(system);
    await orderFault({ kind: 'capacity', operation: 'UpdateEndpointWeightsAndCapacities' });
    await Promise.all(Array.from({ length: 6 }, () => submit(system, 'one')));
    await expect
      .poll(async () => (await heat()).failure, { timeout: 10_000, interval: 10 })
      .toContain('Capacity');
    await untilAllEnded(system, 20_000);
    expect(await history()).not.toContain('FAILED');
    expect(await attempts()).toEqual([{ status: 'succeeded', attempt_number: 1, count: 7 }]);
    expect(billedNow()).toBe(1);
  });
});

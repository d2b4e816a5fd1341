/** Models are warm when needed and off when not, and nothing is lost in between: the whole system over an account with its own records. */
import { describe, expect, test } from 'vitest';
import { listen } from '../../src/store/db/notifications.js';
import { openModels, type Models } from '../../src/store/models/models.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import type { TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { submit } from '../harness/fixtures.js';
import { useThermalSystem } from './thermal-harness.js';

const { start, ask, heat, untilHeat, calls, billedNow, history, attempts } = useThermalSystem();

async function withModels<T>(system: TestSystem, work: (models: Models) => Promise<T>): Promise<T> {
  const events = await listen(system.servers.databaseUrl, () => {});
  const models = openModels(system.ledger, events);
  const result = await work(models);
  models.stop();
  await events.stop();
  return result;
}

describe('warming', () => {
  test('ten executions of five tenants share one warm-up, and none spends an attempt on it', async () => {
    const system = await start({ warmupSeconds: 20 });
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
    const system = await start({ warmupSeconds: 10, idleMinutes: 0.02 });
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
    const system = await start({ idleMinutes: 0.02 });
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
    const system = await start({ idleMinutes: 0.02, driver: 'sagemaker-realtime' });
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
    const system = await start();
    await submit(system, 'one');
    await untilAllEnded(system);
    expect(billedNow()).toBe(1);
    await withModels(system, (models) => models.remove('m', SYSTEM));
    await untilHeat('OFF');
    expect(billedNow()).toBe(0);
    expect(await ask(`select reason from thermal_events where to_heat = 'COOLING'`)).toEqual([
      { reason: 'the model is disabled' },
    ]);
  });

  test('use between two reconciliations counts as use', async () => {
    const system = await start();
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
    const system = await start(
      { driver, idleMinutes: 0.5 / 60, seconds: 0.2 },
      { config: { thermalTickMs: 50 } },
    );
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

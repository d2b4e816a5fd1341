/** What the thermal service has learned and counted outlasts one reconciliation. */
import { describe, expect, test } from 'vitest';
import { untilAllEnded } from '../harness/invariants.js';
import { submit } from '../harness/fixtures.js';
import { useThermalSystem } from './thermal-harness.js';

const { start, ask, heat } = useThermalSystem();

describe('what is remembered between reconciliations', () => {
  test('a warm-up that was measured three times replaces the published one', async () => {
    const system = await start();
    await expect.poll(async () => (await heat()).observedAt).not.toBeNull();
    const learn = (warmups: number) =>
      system.ledger.query(`update model_heat set learned_warmup_seconds = 42, warmups = ${warmups}`);
    await learn(2);
    expect(await heat()).toMatchObject({ warmupSeconds: 1, warmups: 2 });
    await learn(3);
    expect(await heat()).toMatchObject({ warmupSeconds: 42, warmups: 3 });
  });

  test('the time since when there is more than is needed', async () => {
    const system = await start({ perInstance: 1, maxInstances: 2, seconds: 30 });
    await Promise.all([submit(system, 'one'), submit(system, 'one')]);
    await expect.poll(async () => (await heat()).servingInstances, { timeout: 10_000 }).toBe(2);
    expect((await heat()).surplusSince).toBeNull();
    await untilAllEnded(system);
    await expect.poll(async () => (await heat()).surplusSince, { timeout: 5_000 }).not.toBeNull();
    expect(
      await ask(`select instances, to_at is null as on from instance_spans order by id desc limit 1`),
    ).toEqual([{ instances: 2, on: true }]);
  });
});

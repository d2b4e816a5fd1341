/** A provider that refuses capacity is shown, asked again at growing intervals, and stops nothing that runs. */
import { describe, expect, test } from 'vitest';
import type { TestSystem } from '../harness/system.js';
import { untilAllEnded } from '../harness/invariants.js';
import { submit } from '../harness/fixtures.js';
import { useThermalSystem } from './thermal-harness.js';

const { start, heat, untilHeat, calls, billedNow, history, attempts, orderFault } = useThermalSystem();

describe('a provider without capacity', () => {
  /** Makes the next retry due, again if a reconciliation under way overwrote it, until the provider was called. */
  const retryNow = async (system: TestSystem, operation: string) => {
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
    const system = await start();
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

    await retryNow(system, 'DeleteEndpoint');
    await untilAllEnded(system);
    expect([calls('CreateEndpoint'), calls('DeleteEndpoint')]).toEqual([2, 1]);
    expect(await attempts()).toEqual([{ status: 'succeeded', attempt_number: 1, count: 1 }]);
    expect(await heat()).toMatchObject({ failure: null, failures: 0, retryAt: null });
  });

  test('that refuses outright is asked less often each time', async () => {
    const system = await start();
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

    await retryNow(system, 'CreateEndpoint');
    await expect.poll(async () => (await heat()).failures, { timeout: 5_000 }).toBeGreaterThan(1);
    await expect
      .poll(async () => Number((await heat()).retryAt) - Number((await heat()).now))
      .toBeGreaterThan(45_000);
    expect(calls('CreateEndpoint')).toBe(2 * asked);
    await fetch(`${system.standIn.url}/__standin/faults`, { method: 'DELETE' });
    await retryNow(system, 'CreateEndpoint');
    await untilAllEnded(system);
    expect(await heat()).toMatchObject({ failure: null, failures: 0 });
  });

  test('for more does not stop the instances that run', async () => {
    const system = await start({ perInstance: 1, maxInstances: 2, seconds: 4, warmupSeconds: 0 });
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

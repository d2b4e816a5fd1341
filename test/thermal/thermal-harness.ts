/** A system with one echo model, its thermal state, and the stand-in's record of calls for it. */
import { afterEach, expect } from 'vitest';
import { readHeat } from '../../src/store/thermal/heat.js';
import { registerEchoModel, publishWorkflow } from '../harness/fixtures.js';
import { startTestSystem, type TestSystem, type TestSystemOptions } from '../harness/system.js';

/** For the tests of one file: each starts a system, which stops after the test. */
export function useThermalSystem() {
  let system: TestSystem;
  afterEach(() => system.stop());

  const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
    (await system.owner.query<Row>(sql)).rows;
  const heat = async () => {
    const row = (await readHeat(system.ledger)).find(({ modelId }) => modelId === 'm');
    if (!row) throw new Error('There is no model m.');
    return row;
  };
  return {
    /** Starts a system with the echo model `m` and a workflow `one` of one task for it. */
    start: async (
      model: Parameters<typeof registerEchoModel>[2] = {},
      options: TestSystemOptions = {},
    ): Promise<TestSystem> => {
      system = await startTestSystem({ speed: 20, config: { thermalTickMs: 100 }, ...options });
      await registerEchoModel(system, 'm', model);
      await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
      return system;
    },
    ask,
    heat,
    untilHeat: (wanted: string) =>
      expect.poll(async () => (await heat()).heat, { timeout: 20_000, interval: 20 }).toBe(wanted),
    /** The number of calls of an operation for the model. */
    calls: (operation: string) =>
      system.standIn
        .ledger()
        .calls.filter((call) => call.operation === operation && call.target.startsWith('radiant-test-m'))
        .length,
    /** Instances that the provider bills now. */
    billedNow: () =>
      system.standIn
        .ledger()
        .endpoints.flatMap(({ spans }) => spans)
        .filter(({ to }) => to === null)
        .reduce((sum, { instances }) => sum + instances, 0),
    /** The thermal states that the model has entered. */
    history: async () =>
      (await ask<{ to: string }>('select to_heat as to from thermal_events order by id')).map(({ to }) => to),
    attempts: () =>
      ask(
        'select status, attempt_number, count(*)::int as count from task_attempts group by 1, 2 order by 1, 2',
      ),
    orderFault: (fault: Record<string, unknown>) =>
      fetch(`${system.standIn.url}/__standin/faults`, {
        method: 'POST',
        body: JSON.stringify({ endpointName: 'radiant-test-m', ...fault }),
      }),
  };
}

/** Hundreds of executions accepted at once, with two schedulers: each ends, each task succeeds once, no slot too many is used. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHouse, type House } from '../harness/system.js';
import { expectAuthorised, expectInvariants, mostAtOnce, untilAllEnded } from '../harness/invariants.js';
import { diamond, plantEcho, plantWorkflow, submit } from '../harness/fixtures.js';
import { sized } from '../harness/size.js';

const EXECUTIONS = sized(100, 500);

let house: House;
beforeAll(async () => {
  house = await openHouse({ config: { pollMs: 200, rateLimit: 100_000 } });
  await house.open(['scheduler', 'workers']);
  await plantEcho(house, 'echo', { seconds: 0.1, maxInstances: 4, perInstance: 8 });
  await plantWorkflow(house, 'diamond', diamond('echo'));
});
afterAll(() => house.stop());

test(
  `${EXECUTIONS} executions accepted at once all succeed, each task exactly once`,
  { timeout: 240_000 },
  async () => {
    const ids = await Promise.all(Array.from({ length: EXECUTIONS }, () => submit(house, 'diamond')));
    expect(new Set(ids).size).toBe(EXECUTIONS);
    await untilAllEnded(house, 200_000);

    const { rows } = await house.owner.query(
      'select status, count(*)::int from task_executions group by status',
    );
    expect(rows).toEqual([{ status: 'succeeded', count: EXECUTIONS * 6 }]);
    await expectInvariants(house);
    await expectAuthorised(house);
    // Two schedulers did nothing twice: one invocation for each task, none repeated.
    expect(house.standIn.ledger().invocations).toHaveLength(EXECUTIONS * 5);
    expect(mostAtOnce(house)).toBeLessThanOrEqual(4 * 8);
  },
);

/**
 * Hundreds of executions accepted at once, with two schedulers: each ends, each task succeeds once, no endpoint gets more
 * than its slots.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectAuthorised, expectInvariants, mostAtOnce, untilAllEnded } from '../harness/invariants.js';
import { diamond, registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { sized } from '../harness/size.js';

const EXECUTIONS = sized(100, 500);

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ config: { pollMs: 200, rateLimit: 100_000 } });
  await system.open(['scheduler', 'workers']);
  await registerEchoModel(system, 'echo', { seconds: 0.1, maxInstances: 4, perInstance: 8 });
  await publishWorkflow(system, 'diamond', diamond('echo'));
});
afterAll(() => system.stop());

test(
  `${EXECUTIONS} executions accepted at once all succeed, each task exactly once`,
  { timeout: 240_000 },
  async () => {
    const ids = await Promise.all(Array.from({ length: EXECUTIONS }, () => submit(system, 'diamond')));
    expect(new Set(ids).size).toBe(EXECUTIONS);
    await untilAllEnded(system, 200_000);

    const { rows } = await system.owner.query(
      'select status, error_code as code, count(*)::int from task_executions group by 1, 2',
    );
    expect(rows).toEqual([{ status: 'succeeded', code: null, count: EXECUTIONS * 6 }]);
    await expectInvariants(system);
    await expectAuthorised(system);
    // Two schedulers did nothing twice: one invocation for each task, none repeated.
    expect(system.standIn.ledger().invocations).toHaveLength(EXECUTIONS * 5);
    expect(mostAtOnce(system)).toBeLessThanOrEqual(4 * 8);
  },
);

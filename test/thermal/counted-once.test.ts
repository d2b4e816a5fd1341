/** A forecast is older than the tasks at hand: a task that was to come, and has come, is not counted as both. */
import { afterEach, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';
import { untilAllEnded } from '../harness/invariants.js';

let system: TestSystem;
afterEach(() => system.stop());

test('a task that has become ready since the forecast needs one instance', async () => {
  // The forecast is kept for half of this time. A model is reconciled at the start, and whenever it is woken.
  const config = { thermalTickMs: 30_000 };
  system = await startTestSystem({ services: ['api', 'scheduler', 'workers'], config });
  await registerEchoModel(system, 'm', { perInstance: 1, maxInstances: 2, warmupSeconds: 0 });
  await publishWorkflow(system, 'later', [
    { id: 'pause', type: 'wait', config: { wait: { seconds: 2 } } },
    { id: 'then', model: 'm', after: ['pause'] },
  ]);
  await submit(system, 'later');
  const statusOf = async (taskId: string) =>
    (
      await system.owner.query<{ status: string }>('select status from task_executions where task_id = $1', [
        taskId,
      ])
    ).rows[0]?.status;
  await expect.poll(() => statusOf('pause')).toBe('waiting');
  await system.open(['thermal']);
  await untilAllEnded(system);
  const { rows } = await system.owner.query<{ instances: number }>(
    `select wanted_instances as instances from model_heat h join ai_models m on m.id = h.model_id where m.model_id = 'm'`,
  );
  expect(rows).toEqual([{ instances: 1 }]);
});

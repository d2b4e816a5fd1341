/** Settling is exact under concurrent settlement: only this test moves anything in its system. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSettle, type Settlement } from '../../src/store/scheduling/settle.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'echo');
});
afterAll(() => system.stop());

const row = async (sql: string, values: unknown[] = []) => (await system.owner.query(sql, values)).rows[0];

test('of two results of one task at one moment the live one counts, and the late one adds its cost once', async () => {
  await publishWorkflow(system, 'twice', [{ id: 'only', model: 'echo' }]);
  const id = await submit(system, 'twice');
  const task = (await row('select id from task_executions where workflow_execution_id = $1', [id])) as {
    id: string;
  };
  await system.owner.query(
    `update task_executions set status = 'ready', ready_at = now() where id = $1 and status = 'pending'`,
    [task.id],
  );
  await system.owner.query(
    `update task_executions set status = 'queued' where id = $1 and status = 'ready'`,
    [task.id],
  );
  await system.owner.query(
    `update task_executions set status = 'running', attempt_number = 2, delivery = 99, lease_owner = 'w', lease_until = now() + interval '1 hour', started_at = now()
     where id = $1 and status = 'queued'`,
    [task.id],
  );
  await system.owner.query(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, n, workflow_execution_id, tenant_id, 'w', case n when 1 then 'unknown' else 'running' end, case n when 1 then now() end
     from task_executions, generate_series(1, 2) n where id = $1`,
    [task.id],
  );
  const settle = makeSettle(system.ledger);
  const given = (attempt: number): Settlement => ({
    taskExecutionId: task.id,
    executionId: id,
    attempt,
    worker: 'w',
    ended: 'succeeded',
    next: 'succeeded',
    output: attempt,
    costUsd: '1',
  });
  expect(await Promise.all([settle(given(1)), settle(given(2)), settle(given(1))])).toEqual([
    false,
    true,
    false,
  ]);
  expect(
    await row('select status, output_data, cost_usd::float8 as cost from task_executions where id = $1', [
      task.id,
    ]),
  ).toEqual({
    status: 'succeeded',
    output_data: 2,
    cost: 2,
  });
});

/** Settling is exact whoever else settles at that moment: nobody but this test moves anything in its house. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSettle, type Settlement } from '../../src/store/scheduling/settle.js';
import { openHouse, type House } from '../harness/system.js';
import { plantEcho, plantWorkflow, submit } from '../harness/fixtures.js';

let house: House;
beforeAll(async () => {
  house = await openHouse({ rooms: ['api'] });
  await plantEcho(house, 'echo');
});
afterAll(() => house.stop());

const row = async (sql: string, values: unknown[] = []) => (await house.owner.query(sql, values)).rows[0];

test('two results of one task in one moment: the live one counts, the late one adds its cost once', async () => {
  await plantWorkflow(house, 'twice', [{ id: 'only', model: 'echo' }]);
  const id = await submit(house, 'twice');
  const task = (await row('select id from task_executions where workflow_execution_id = $1', [id])) as {
    id: string;
  };
  await house.owner.query(
    `update task_executions set status = 'ready', ready_at = now() where id = $1 and status = 'pending'`,
    [task.id],
  );
  await house.owner.query(`update task_executions set status = 'queued' where id = $1 and status = 'ready'`, [
    task.id,
  ]);
  await house.owner.query(
    `update task_executions set status = 'running', attempt_number = 2, delivery = 99, lease_owner = 'w', lease_until = now() + interval '1 hour', started_at = now()
     where id = $1 and status = 'queued'`,
    [task.id],
  );
  await house.owner.query(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, n, workflow_execution_id, tenant_id, 'w', case n when 1 then 'unknown' else 'running' end, case n when 1 then now() end
     from task_executions, generate_series(1, 2) n where id = $1`,
    [task.id],
  );
  const settle = makeSettle(house.ledger);
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

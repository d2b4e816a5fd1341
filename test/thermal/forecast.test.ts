/** What a forecast is made from: the live executions, and how long tasks took lately. */
import { afterEach, describe, expect, test } from 'vitest';
import { readExpected } from '../../src/store/money/durations.js';
import { MAX_LIVE, readLive } from '../../src/store/thermal/forecast-inputs.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
afterEach(() => system.stop());

const ask = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await system.owner.query<Row>(sql)).rows;

const TWO = [
  { id: 'prepare', model: 'cpu' },
  { id: 'predict', model: 'gpu', after: ['prepare'] },
];
describe('the inputs of the forecast', () => {
  test('list live executions with model tasks to come, the begun ones first, up to a limit', async () => {
    system = await startTestSystem({ services: ['api'] });
    for (const model of ['cpu', 'gpu']) await registerEchoModel(system, model);
    await publishWorkflow(system, 'two', TWO);
    await publishWorkflow(system, 'cheap', [{ id: 'only', type: 'transform', config: {} }]);
    await submit(system, 'cheap');
    const [first, begun] = [await submit(system, 'two'), await submit(system, 'two')];
    await system.owner.query(
      `update workflow_executions set status = 'running', started_at = now() where id = '${begun}';
       update task_executions set status = 'running', ready_at = now(), lease_owner = 'w', lease_until = now()
         where workflow_execution_id = '${begun}' and task_id = 'prepare';
       insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, started_at)
       select id, 1, workflow_execution_id, tenant_id, 'w', '2026-01-01T00:00:00Z' from task_executions
         where workflow_execution_id = '${begun}' and task_id = 'prepare'`,
    );
    const { executions, capped } = await readLive(system.ledger);
    expect(capped).toBe(false);
    expect(executions.map(({ id }) => id)).toEqual([begun, first]);
    expect(executions[0]?.tasks).toContainEqual({
      taskId: 'prepare',
      mapIndex: null,
      status: 'running',
      modelId: 'cpu',
      runningSince: new Date('2026-01-01T00:00:00Z'),
      notBefore: null,
    });

    const columns = 'workflow_id, workflow_version_id, tenant_id, user_id';
    await system.owner.query(
      `with e as (
         insert into workflow_executions (${columns}) select ${columns} from workflow_executions, generate_series(1, ${MAX_LIVE})
         where id = '${first}' returning id, tenant_id
       )
       insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds, model_id)
       select e.id, e.tenant_id, 'prepare', 60, m.id from e, ai_models m where m.model_id = 'cpu'`,
    );
    const many = await readLive(system.ledger);
    expect([many.executions.length, many.capped]).toEqual([MAX_LIVE, true]);
    expect(many.executions[0]?.id).toBe(begun);
  });

  test('list how long tasks took lately, with and without a model, and how much that varies', async () => {
    system = await startTestSystem({ services: ['api'] });
    for (const model of ['cpu', 'gpu']) await registerEchoModel(system, model);
    await publishWorkflow(system, 'two', [{ id: 'check', type: 'validation' }, ...TWO]);
    for (const seconds of [10, 20, 30]) {
      const id = await submit(system, 'two');
      await system.owner.query(
        `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, started_at, ended_at)
         select id, 1, workflow_execution_id, tenant_id, 'w', 'succeeded', now() - interval '${seconds} s', now()
         from task_executions where workflow_execution_id = '${id}' and task_id <> 'predict';
         update task_executions set status = 'succeeded', completed_at = now() where workflow_execution_id = '${id}' and task_id <> 'predict';
         update workflow_executions set status = 'succeeded', completed_at = now() where id = '${id}'`,
      );
    }
    const [{ id: uuid } = { id: '' }] = await ask<{ id: string }>(
      `select id from workflow_definitions where workflow_id = 'two'`,
    );
    const learned = (await readExpected(system.ledger, [uuid])).get(uuid);
    expect([...(learned?.keys() ?? [])].sort()).toEqual(['check', 'prepare']);
    expect(learned?.get('check')?.seconds).toBeCloseTo(20);
    expect(learned?.get('check')?.spreadSeconds).toBeCloseTo(8);
  });
});

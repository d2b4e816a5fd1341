/** A model's row and its slots: closed before it is cooled, so that nothing is sent to an endpoint that is going away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeSlots, fitSlots, lease, readHeat, type HeatRow } from '../../src/store/thermal/heat.js';
import { makeClaim } from '../../src/store/scheduling/claim.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
});
afterAll(() => system.stop());

const heat = async (): Promise<HeatRow> => {
  const row = (await readHeat(system.ledger)).find(({ modelId }) => modelId === 'm');
  if (!row) throw new Error('There is no model m.');
  return row;
};
const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
const ask = async (sql: string) => (await system.owner.query(sql)).rows;

test('slots are closed only when none is held, not even by a concurrent claim', async () => {
  await registerEchoModel(system, 'm');
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await submit(system, 'one');
  const { modelUuid } = await heat();
  await fitSlots(system.ledger, modelUuid, 2);
  await lease(system.ledger, modelUuid, 'service', 60_000);
  await system.ledger.query('update model_heat set usable_slots = 2');
  const claiming = await system.owner.connect();
  await claiming.query(
    `begin; select from model_heat for share;
     update model_slots set task_execution_id = (select id from task_executions), attempt_number = 1, held_until = now() + interval '1 hour'
     where slot_no = 0`,
  );
  const closing = closeSlots(system.ledger, 'service', modelUuid);
  await expect.poll(async () => (await ask(waiting)).length).toBe(1);
  await claiming.query('commit');
  claiming.release();
  expect(await closing).toBe(false);
  expect(await heat()).toMatchObject({ usableSlots: 2, slotsTaken: 1 });

  await system.ledger.query(
    'update model_slots set task_execution_id = null, attempt_number = null, held_until = null',
  );
  expect(await closeSlots(system.ledger, 'service', modelUuid)).toBe(true);
  expect(await heat()).toMatchObject({ usableSlots: 0 });
});

test('a claim does not take a model for full while its row is being written, and sees what was written', async () => {
  await system.ledger.query(
    `update task_executions set status = 'queued', first_ready_at = now(), ready_at = now(), queued_at = now(), delivery = 1`,
  );
  const [task] = await system.ledger.query<{ id: string; attempt: number }>(
    'select id, attempt_number as attempt from task_executions',
  );
  const claim = () =>
    makeClaim(system.ledger)({
      taskExecutionId: task?.id ?? '',
      attempt: task?.attempt ?? 0,
      delivery: 1,
      worker: 'worker',
      leaseMs: 60_000,
    });
  const whileWriting = async (usableSlots: number) => {
    const writing = await system.owner.connect();
    await writing.query(`begin; update model_heat set usable_slots = ${usableSlots}`);
    const claimed = await claim();
    await writing.query('commit');
    writing.release();
    return claimed;
  };
  await system.ledger.query('update model_heat set usable_slots = 1');
  expect(await whileWriting(0)).toBe('busy');
  expect(await claim()).toBe('no_slot');
  expect(await whileWriting(1)).toBe('busy');
  expect(await claim()).toMatchObject({ taskId: 'only' });
});

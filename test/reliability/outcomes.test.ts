/** Results that are late, lost, repeated or cannot be stored: each is paid for once, and none stops anything else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { mostAtOnce } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ speed: 1, config: { leaseMs: 1_500 } });
  await registerEchoModel(system, 'one-slot', {
    seconds: 3,
    warmupSeconds: 0,
    driver: 'sagemaker-realtime',
    maxInstances: 1,
    perInstance: 1,
  });
  await registerEchoModel(system, 'echo', { seconds: 0.1, warmupSeconds: 0 });
});
afterAll(() => system.stop());

const row = async (sql: string, values: unknown[] = []) => (await system.owner.query(sql, values)).rows[0];
const statusOf = (id: string) =>
  row('select status, error_code from workflow_executions where id = $1', [id]);
const ended = (id: string) =>
  expect
    .poll(async () => (await statusOf(id))?.status, { timeout: 40_000 })
    .toMatch(/succeeded|failed|timed_out/);

test('a synchronous request that was given up keeps its slot, because the endpoint may still work on it', async () => {
  await publishWorkflow(system, 'hasty', [
    { id: 'only', model: 'one-slot', timeout: 1, config: { retry: { maxAttempts: 3, initialDelayMs: 1 } } },
  ]);
  await submit(system, 'hasty');
  await expect
    .poll(
      async () => (await row("select count(*)::int as n from task_attempts where status = 'timed_out'"))?.n,
      { timeout: 30_000 },
    )
    .toBe(1);
  const slot = await row(
    "select held_until > now() + interval '30 seconds' as held from model_slots s join ai_models m on m.id = s.model_id where m.model_id = 'one-slot'",
  );
  expect(slot).toEqual({ held: true });
  // The clock is ours: the endpoint is done by then, and the next attempt may begin.
  await expect
    .poll(() => system.standIn.ledger().invocations.every(({ finishedMs }) => finishedMs !== null), {
      timeout: 20_000,
    })
    .toBe(true);
  await system.owner.query(
    "update model_slots set held_until = now() where held_until > now() + interval '30 seconds'",
  );
  await expect
    .poll(
      async () => (await row("select count(*)::int as n from task_attempts where status = 'timed_out'"))?.n,
      { timeout: 30_000 },
    )
    .toBe(2);
  expect(mostAtOnce(system)).toBe(1);
});

test('an answer that no row can hold fails its task with a reason, and is paid for', async () => {
  await publishWorkflow(
    system,
    'nul',
    [{ id: 'only', model: 'echo', input: { parameters: { nul: 'true' } } }],
    {
      retries: 0,
    },
  );
  const id = await submit(system, 'nul');
  await ended(id);
  expect(await statusOf(id)).toEqual({ status: 'failed', error_code: 'unusable_answer' });
  expect(
    await row('select cost_usd > 0 as paid from task_attempts where workflow_execution_id = $1', [id]),
  ).toEqual({ paid: true });
});

test('an answer that came is paid for, whatever our own mapping makes of it', async () => {
  await publishWorkflow(system, 'mapped', [{ id: 'only', model: 'echo' }], { retries: 0 });
  await system.ledger.as({ type: 'system', id: null }, async (session) => {
    await session.query(
      `update workflow_tasks set output_mapping = '{"x": "output.absent"}'
       where workflow_id = (select id from workflow_definitions where workflow_id = 'mapped')`,
    );
    await session.query("update workflow_definitions set version = '2.0.0' where workflow_id = 'mapped'");
    await session.query("select publish_workflow('mapped')");
  });
  await expect
    .poll(
      async () => {
        const id = await submit(system, 'mapped');
        await ended(id);
        return {
          ...(await statusOf(id)),
          ...(await row('select cost_usd > 0 as paid from task_attempts where workflow_execution_id = $1', [
            id,
          ])),
        };
      },
      { timeout: 40_000 },
    )
    .toEqual({ status: 'failed', error_code: 'expression_failed', paid: true });
});

test('one execution whose output is gone fails, and the others continue', async () => {
  await publishWorkflow(
    system,
    'big',
    [
      { id: 'makes', model: 'echo', input: { text: 'params.text' } },
      { id: 'rests', type: 'wait', after: ['makes'], config: { wait: { seconds: 2 } } },
      {
        id: 'asks',
        type: 'transform',
        after: ['makes', 'rests'],
        condition: "tasks.makes.output.echo.text != ''",
        input: { a: '1' },
      },
    ],
    { parameters: [{ name: 'text', type: 'string' }] },
  );
  const id = await submit(system, 'big', { text: 'x'.repeat(200_000) });
  await expect
    .poll(
      async () =>
        (
          await row(
            "select count(*)::int as n from task_executions where workflow_execution_id = $1 and task_id = 'makes' and status = 'succeeded'",
            [id],
          )
        )?.n,
      { timeout: 20_000 },
    )
    .toBe(1);
  await system.owner.query(
    `update task_executions set output_data = '{"$blob": {"key": "nowhere", "size": 1, "sha256": "x"}}'
     where workflow_execution_id = $1 and task_id = 'makes'`,
    [id],
  );
  await ended(id);
  expect(await statusOf(id)).toEqual({ status: 'failed', error_code: 'not_found' });
});

test('a notification that is no event of ours does no harm', async () => {
  await system.owner.query("notify radiant, 'not json'");
  await system.owner.query("notify radiant, 'null'");
  await expect
    .poll(() => system.troubles.filter((trouble) => trouble.includes('is not an event')).length)
    .toBeGreaterThan(0);
  expect((await system.ask('GET', '/readyz')).status).toBe(200);
});

test('a task that waits for a disabled model fails with that reason', async () => {
  await registerEchoModel(system, 'leaving');
  await publishWorkflow(system, 'waiting_for_model', [{ id: 'only', model: 'leaving' }]);
  await system.ledger.as({ type: 'system', id: null }, (session) =>
    session.query("update ai_models set enabled = false where model_id = 'leaving'"),
  );
  const { rows } = await system.owner.query("select id from ai_models where model_id = 'leaving'");
  expect(rows).toHaveLength(1);
  await system.ledger.as({ type: 'system', id: null }, (session) =>
    session.query("update ai_models set enabled = true where model_id = 'leaving'"),
  );
  await expect.poll(async () => (await system.ask('GET', '/v1/models/leaving')).status).toBe(200);
  await system.ledger.as({ type: 'system', id: null }, (session) =>
    session.query(
      "insert into thermal_pins (id, name, desired, reason) select id, model_id, 'off', 'test' from ai_models where model_id = 'leaving'",
    ),
  );
  const id = await submit(system, 'waiting_for_model');
  await system.ledger.as({ type: 'system', id: null }, (session) =>
    session.query("update ai_models set enabled = false, status = 'disabled' where model_id = 'leaving'"),
  );
  await ended(id);
  expect(await statusOf(id)).toEqual({ status: 'failed', error_code: 'model_disabled' });
});

/** Tasks that may not begin now (paused, out of money, a retry due much later) take no turn from others and keep no model on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ speed: 20 });
  await registerEchoModel(system, 'endless', { seconds: 1e5, warmupSeconds: 0 });
  await registerEchoModel(system, 'failing', { warmupSeconds: 1, idleMinutes: 1 / 60 });
});
afterAll(() => system.stop());

const ask = async (verb: string, body?: object) => {
  const response = await system.ask('POST', `/v1/executions/${verb}`, body);
  expect([200, 202]).toContain(response.status);
};
const statusOf = async (id: string) =>
  ((await (await system.ask('GET', `/v1/executions/${id}`)).json()) as { status: string }).status;
const attempts = async (id: string) =>
  (
    await system.owner.query(
      'select from task_attempts where workflow_execution_id = $1 and ended_at is not null',
      [id],
    )
  ).rowCount ?? 0;
const tasks = async (id: string) =>
  (
    await system.owner.query<{ status: string; count: number }>(
      `select status, count(*)::int from task_executions where workflow_execution_id = $1 and map_index is not null
       group by status`,
      [id],
    )
  ).rows.map(({ status, count }) => `${status} ${count}`);
const heat = async (model: string) =>
  (
    await system.owner.query<{ heat: string }>(
      'select current_thermal_state as heat from ai_models where model_id = $1',
      [model],
    )
  ).rows[0]?.heat;
const comesOff = (model: string) => expect.poll(() => heat(model), { timeout: 20_000 }).toBe('OFF');

const LIST = Array.from({ length: 40 }, (_, place) => place);
/** A model with one slot, so its queue holds ten of the forty tasks. A long task keeps the execution alive. */
async function publishManyTasks(model: string): Promise<void> {
  await registerEchoModel(system, model, {
    seconds: 1,
    warmupSeconds: 20,
    perInstance: 1,
    maxInstances: 1,
    idleMinutes: 1 / 60,
  });
  await publishWorkflow(
    system,
    model,
    [
      { id: 'each', model, config: { map: { over: 'params.list' } }, input: { it: 'item' } },
      { id: 'long', model: 'endless', timeout: 3600, condition: 'size(params.list) > 1' },
    ],
    { parameters: [{ name: 'list', type: 'array' }] },
  );
}

test('while an execution is paused others take their turns and the model goes off; a resume continues it', async () => {
  await publishManyTasks('paused');
  const held = await submit(system, 'paused', { list: LIST });
  await expect.poll(() => tasks(held), { timeout: 20_000 }).toContain('queued 10');
  await ask(`${held}/pause`);
  expect(await tasks(held)).toEqual(['ready 40']);

  const other = await submit(system, 'paused', { list: [1] });
  await expect.poll(() => statusOf(other), { timeout: 20_000 }).toBe('succeeded');
  await comesOff('paused');
  expect(await tasks(held)).toEqual(['ready 40']);

  await ask(`${held}/resume`, {});
  await expect.poll(() => attempts(held), { timeout: 20_000 }).toBeGreaterThan(0);
  await ask(`${held}/cancel`);
});

test('when an execution has used its budget others take their turns and the model goes off', async () => {
  await publishManyTasks('spent');
  const held = await submit(system, 'spent', { list: LIST }, { budgetUsd: '0.000001' });
  const other = await submit(system, 'spent', { list: [1] });
  await expect.poll(() => statusOf(other), { timeout: 20_000 }).toBe('succeeded');
  await comesOff('spent');
  expect(await tasks(held)).toEqual(expect.arrayContaining(['succeeded 1', 'ready 39']));
  await ask(`${held}/cancel`);
});

test('a retry that is due tomorrow does not keep the model on until then', async () => {
  await publishWorkflow(
    system,
    'tomorrow',
    [
      {
        id: 'tries',
        model: 'failing',
        input: { fail: '500' },
        config: { retry: { initialDelayMs: 86_400_000, jitter: false } },
      },
    ],
    { timeout: 1_000_000 },
  );
  const id = await submit(system, 'tomorrow');
  await expect.poll(() => attempts(id), { timeout: 20_000 }).toBe(1);
  await comesOff('failing');
  expect(await statusOf(id)).toBe('running');
});

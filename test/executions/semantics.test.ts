/** The semantics of workflows, run for real: maps, conditions, joins, waits, fallbacks, failures, limits and cancels. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { registerEchoModel, publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';
import { openRunner, type Runner, type Shown } from '../workflows/workflow-runner.js';

let system: TestSystem;
let runner: Runner;
beforeAll(async () => {
  system = await startTestSystem({ speed: 20 });
  runner = openRunner(system, { timeout: 45_000, interval: 100 });
  await registerEchoModel(system, 'echo', { seconds: 0.1, warmupSeconds: 1, perInstance: 8 });
  await registerEchoModel(system, 'other', { seconds: 0.1, warmupSeconds: 1 });
  await registerEchoModel(system, 'slow', { seconds: 60, warmupSeconds: 0, perInstance: 8 });
  await registerEchoModel(system, 'sync', { seconds: 30, warmupSeconds: 0, driver: 'sagemaker-realtime' });
});
afterAll(() => system.stop());

const states = ({ tasks }: Shown) =>
  Object.fromEntries(tasks.filter((t) => t.mapIndex === null).map((t) => [t.taskId, t.status]));

test('a map runs each item and returns a list in their order', async () => {
  const execution = await runner.run(
    [
      {
        id: 'each',
        model: 'echo',
        config: { map: { over: 'params.letters', as: 'letter', maxConcurrency: 2 } },
        input: { it: 'letter' },
      },
      {
        id: 'gather',
        type: 'transform',
        after: ['each'],
        input: { all: 'tasks.each.output.map(o, o.echo.it)' },
      },
    ],
    { letters: ['a', 'b', 'c'] },
  );
  expect(execution).toMatchObject({ status: 'succeeded', output: { gather: { all: ['a', 'b', 'c'] } } });
  expect(execution.tasks.filter((task) => task.mapIndex !== null)).toHaveLength(3);
});

test('a false condition skips its task, and a join on success with it', async () => {
  const execution = await runner.run([
    { id: 'asked', type: 'transform', condition: 'false', input: { a: '1' } },
    { id: 'follows', type: 'transform', after: ['asked'], input: { a: '1' } },
    { id: 'anyway', type: 'transform', after: ['asked'], config: { join: 'all_done' }, input: { a: '1' } },
  ]);
  expect(execution.status).toBe('succeeded');
  expect(states(execution)).toEqual({ asked: 'skipped', follows: 'skipped', anyway: 'succeeded' });
});

test('a failure ends the execution, unless the task lets the rest continue', async () => {
  const failing = { id: 'fails', model: 'echo', input: { fail: '400' } };
  const strict = await runner.run([
    failing,
    { id: 'next', type: 'transform', after: ['fails'], input: { a: '1' } },
  ]);
  expect(strict).toMatchObject({ status: 'failed', error: { code: 'model_rejected' } });
  expect(states(strict)).toEqual({ fails: 'failed', next: 'cancelled' });

  const lenient = await runner.run([
    { ...failing, config: { onFailure: 'continue' } },
    { id: 'next', type: 'transform', after: ['fails'], config: { join: 'one_failed' }, input: { a: '1' } },
  ]);
  expect(lenient.status).toBe('succeeded');
  expect(states(lenient)).toEqual({ fails: 'failed', next: 'succeeded' });
});

test('a model that fails permanently hands over to its fallback', async () => {
  const execution = await runner.run([
    {
      id: 'tries',
      model: 'echo',
      config: { fallbackModelId: 'other' },
      input: { fail: "execution.id == '' ? 0 : 400" },
    },
  ]);
  // Both models reject this input: the second one must be called once.
  expect(execution.tasks[0]).toMatchObject({ status: 'failed', modelId: 'other', attempt: 2 });
});

test('a model fault is retried as often as the workflow allows', async () => {
  const execution = await runner.run(
    [{ id: 'tries', model: 'echo', config: { retry: { initialDelayMs: 10 } }, input: { fail: '500' } }],
    {},
    { retries: 2 },
  );
  expect(execution.tasks[0]).toMatchObject({ status: 'failed', attempt: 3, error: { code: 'model_failed' } });
});

test('a wait holds no slot and ends when it is due', async () => {
  const execution = await runner.run([
    { id: 'pause', type: 'wait', config: { wait: { seconds: 1 } } },
    { id: 'after', type: 'transform', after: ['pause'], input: { a: '1' } },
  ]);
  expect(states(execution)).toEqual({ pause: 'succeeded', after: 'succeeded' });
});

test('a wait of zero seconds is over before its dependents begin', async () => {
  const execution = await runner.run([
    { id: 'now', type: 'wait', config: { wait: { seconds: 0 } } },
    { id: 'past', type: 'wait', config: { wait: { until: '"2020-01-01T00:00:00Z"' } }, after: ['now'] },
    { id: 'after', type: 'transform', after: ['past'], input: { was: 'tasks.past.status' } },
  ]);
  expect(execution).toMatchObject({ status: 'succeeded', output: { after: { was: 'succeeded' } } });
  expect(states(execution)).toEqual({ now: 'succeeded', past: 'succeeded', after: 'succeeded' });
});

test.each<[string, TaskFixture[], object, string]>([
  [
    'items',
    [{ id: 'm', type: 'transform', config: { map: { over: 'params.s.split("")' } }, input: { it: 'item' } }],
    {},
    'expression_failed',
  ],
  [
    'an output',
    [{ id: 't', type: 'transform', input: {} }],
    { outputMapping: { x: '"\\u0000"' } },
    'expression_failed',
  ],
  [
    'a time',
    [{ id: 'w', type: 'wait', config: { wait: { until: '"+020000-01-01T00:00:00Z"' } } }],
    {},
    'wait_too_long',
  ],
])(
  'a result that no row can hold (%s) ends the execution with the reason',
  async (_, tasks, options, code) => {
    const execution = await runner.run(tasks, { s: 'a😀' }, options);
    expect(execution).toMatchObject({ status: 'failed', error: { code } });
  },
);

test("an attempt that exceeds the task's limit is timed out", async () => {
  const execution = await runner.run(
    [{ id: 'long', model: 'slow', timeout: 1, config: { retry: { maxAttempts: 1 } } }],
    {},
    { retries: 0 },
  );
  expect(execution).toMatchObject({ status: 'failed', error: { code: expect.stringMatching(/timeout/) } });
});

test("an execution that exceeds the workflow's limit is timed out", async () => {
  const execution = await runner.run([{ id: 'long', model: 'slow' }], {}, { timeout: 1 });
  expect(execution).toMatchObject({ status: 'timed_out', error: { code: 'execution_timeout' } });
});

test('a condition that cannot be computed fails its own task only, with the reason', async () => {
  const execution = await runner.run([
    { id: 'asks', type: 'transform', condition: 'params.absent == 1', input: { a: '1' } },
  ]);
  expect(execution).toMatchObject({ status: 'failed', error: { code: 'expression_failed' } });
});

test('an output that does not fit its schema fails the execution and names the place', async () => {
  await publishWorkflow(system, 'promise', [{ id: 'makes', type: 'transform', input: { a: '1' } }]);
  await system.ledger.as(SYSTEM, async (session) => {
    await session.query(
      `update workflow_definitions set version = '2.0.0', output_schema = '{"type": "object", "required": ["never"]}'
       where workflow_id = 'promise'`,
    );
    await session.query("select publish_workflow('promise')");
  });
  await expect
    .poll(async () => (await runner.ended(await submit(system, 'promise'))).error, { timeout: 30_000 })
    .toMatchObject({ code: 'output_mismatch' });
});

test('a cancel starts nothing more, cuts a synchronous request, and pays an asynchronous one to its end', async () => {
  await publishWorkflow(system, 'cancelled', [
    { id: 'runs', model: 'slow' },
    { id: 'runs_sync', model: 'sync' },
    { id: 'never', model: 'echo', after: ['runs'] },
  ]);
  const id = await submit(system, 'cancelled');
  await expect
    .poll(async () => (await runner.read(id)).tasks.filter((task) => task.status === 'running').length, {
      timeout: 20_000,
    })
    .toBe(2);
  expect((await system.ask('POST', `/v1/executions/${id}/cancel`)).status).toBe(200);

  const execution = await runner.read(id);
  expect(execution.status).toBe('cancelled');
  expect(states(execution)).toEqual({ runs: 'cancelled', runs_sync: 'cancelled', never: 'cancelled' });
  // Late results are written to their attempts with their cost, and change nothing else.
  await expect
    .poll(
      async () =>
        (
          await system.owner.query(
            'select model_id, status, cost_usd > 0 as paid from task_attempts where workflow_execution_id = $1',
            [id],
          )
        ).rows.map((attempt) => `${attempt.status} ${attempt.paid}`),
      { timeout: 20_000 },
    )
    .toEqual(expect.arrayContaining(['succeeded true', 'cancelled true']));
  expect((await runner.read(id)).status).toBe('cancelled');
  expect((await system.ask('POST', `/v1/executions/${id}/cancel`)).status).toBe(200);
});

test('the invariants hold after a restart', () => runner.expectInvariantsAtRest());

/** Promise: a task that needs no worker is evaluated by the decision that starts it, and its history says so. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel } from '../harness/fixtures.js';
import { untilAllEnded } from '../harness/invariants.js';
import { openRunner } from './workflow-runner.js';

let system: TestSystem;
let runner: ReturnType<typeof openRunner>;
beforeAll(async () => {
  system = await startTestSystem({ services: ['api', 'scheduler'] });
  await registerEchoModel(system, 'echo');
  runner = openRunner(system, { timeout: 20_000, interval: 50 });
});
afterAll(() => system.stop());

const eventsOf = async (id: string): Promise<string[]> =>
  (
    await system.owner.query<{ move: string }>(
      `select concat_ws(' ', task_id, from_status, to_status) as move from execution_events
       where workflow_execution_id = $1 order by id`,
      [id],
    )
  ).rows.map(({ move }) => move);
const rowsOf = async (id: string) =>
  (
    await system.owner.query(
      `select t.task_id, t.status, t.input_data as input, t.output_data as output, t.delivery,
         (select count(*)::int from task_attempts a where a.task_execution_id = t.id) as attempts
       from task_executions t where t.workflow_execution_id = $1 order by t.task_id`,
      [id],
    )
  ).rows;

describe('without any worker', () => {
  test('a graph of such tasks ends, with the events of an execution that ran', async () => {
    const { id, status, output } = await runner.run(
      [
        { id: 'a', type: 'transform', input: { n: 'params.n + 1' } },
        { id: 'b', type: 'transform', after: ['a'], input: { n: 'tasks.a.output.n * 10' } },
        { id: 'c', type: 'validation', after: ['a'], config: { schema: { type: 'object' } } },
        { id: 'd', type: 'transform', after: ['b', 'c'], condition: 'tasks.c.output.valid' },
      ],
      { n: 1 },
    );
    expect({ status, output }).toMatchObject({
      status: 'succeeded',
      output: { d: { inputs: { b: { n: 20 }, c: { valid: true } } } },
    });
    // Usually one decision; a busy machine may need another.
    const events = await eventsOf(id);
    expect(events.filter((move) => !/^[a-d] /.test(move))).toEqual([
      'pending',
      'pending running',
      'running succeeded',
    ]);
    expect(events.filter((move) => /^[a-d] /.test(move))).toEqual(
      ['a', 'b', 'c', 'd'].map((task) => `${task} pending succeeded`),
    );
    const rows = await rowsOf(id);
    expect(rows.map(({ attempts, delivery }) => [attempts, delivery])).toEqual(rows.map(() => [0, 0]));
    expect(rows[1]).toMatchObject({ input: { n: 20 }, output: { n: 20 } });
  });

  test('nothing is evaluated beyond a task that waits, nor while the execution is paused', async () => {
    const id = await runner.begin([
      { id: 'a', type: 'transform' },
      { id: 'w', type: 'wait', after: ['a'], config: { wait: { seconds: 3_600 } } },
      { id: 'z', type: 'transform', after: ['w'] },
    ]);
    await expect
      .poll(async () => (await rowsOf(id)).map(({ status }) => status))
      .toEqual(['succeeded', 'waiting', 'pending']);
    expect((await system.ask('POST', `/v1/executions/${id}/pause`, {})).status).toBe(200);
    const skip = { output: null, reason: 'The time is now' };
    expect((await system.ask('POST', `/v1/executions/${id}/tasks/w/skip`, skip)).status).toBe(200);
    await expect
      .poll(async () => (await rowsOf(id)).map(({ status }) => status), { timeout: 20_000 })
      .toEqual(['succeeded', 'succeeded', 'pending']);
    expect((await system.ask('POST', `/v1/executions/${id}/resume`, {})).status).toBe(202);
    await untilAllEnded(system);
    expect((await runner.read(id)).status).toBe('succeeded');
  });
});

test('what fails, is large, or reads a large output goes to a worker, which records its attempt', async () => {
  const worker = await system.open(['workers', 'thermal']);
  const text = 'x'.repeat(90_000);
  const failing = await runner.run([{ id: 'a', type: 'transform', input: { n: '[][1]' } }]);
  expect(failing).toMatchObject({ status: 'failed', tasks: [{ error: { code: 'expression_failed' } }] });
  const { id, status } = await runner.run(
    [
      // Four times the text is more than a row holds.
      { id: 'a', type: 'transform', input: { text: '[params.text, params.text, params.text, params.text]' } },
      { id: 'b', type: 'transform', after: ['a'], input: { size: 'size(tasks.a.output.text[0])' } },
      { id: 'm', model: 'echo', after: ['b'], input: { size: 'tasks.b.output.size' } },
      { id: 'z', type: 'transform', after: ['m'], input: { echo: 'tasks.m.output.echo.size' } },
    ],
    { text },
  );
  expect(status).toBe('succeeded');
  const rows = await rowsOf(id);
  expect(rows.map(({ task_id: task, attempts }) => [task, attempts])).toEqual([
    ['a', 1],
    ['b', 1],
    ['m', 1],
    ['z', 0],
  ]);
  expect(rows[3]).toMatchObject({ output: { echo: text.length } });
  await runner.expectInvariantsAtRest();
  await worker.stop();
});

/** Stopping and continuing: budgets of executions, pauses, and reruns that reuse results. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  await registerEchoModel(system, 'slow', { seconds: 0.1 });
});
afterAll(() => system.stop());

interface Shown {
  id: string;
  status: string;
  output: Record<string, { echo: { parameters: Record<string, unknown> } }>;
  error: { code: string; message: string } | null;
  cost: { actualUsd: string; budgetUsd: string | null; reservedUsd: string };
  rerunOf: string | null;
  priority: number;
  tags: string[];
  tasks: { taskId: string; mapIndex: number | null; status: string; costUsd: string }[];
}

const read = async (id: string) => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Shown;
async function ended(id: string): Promise<Shown> {
  await expect
    .poll(async () => (await read(id)).status, { timeout: 45_000, interval: 100 })
    .toMatch(/succeeded|failed|cancelled|timed_out/);
  return read(id);
}
async function again(id: string, verb: string, body: object = {}, headers = {}): Promise<Shown> {
  const response = await system.ask('POST', `/v1/executions/${id}/${verb}`, body, headers);
  const shown = (await response.json()) as Shown;
  expect([response.status, response.headers.get('location')]).toEqual([202, `/v1/executions/${shown.id}`]);
  return shown;
}
const states = ({ tasks }: Shown) => tasks.map(({ taskId, status }) => `${taskId} ${status}`);
/** Tasks whose results an execution reused. */
const reused = async (id: string) =>
  (
    await system.owner.query<{ task: string }>(
      `select t.task_id || coalesce('[' || t.map_index || ']', '') as task from task_executions t
       join task_executions o on o.id = t.reused_from and o.output_data is not distinct from t.output_data
       where t.workflow_execution_id = $1 and not exists (select from task_attempts a where a.task_execution_id = t.id) order by 1`,
      [id],
    )
  ).rows.map(({ task }) => task);

describe('the budget of an execution', () => {
  test('stops it when it is reached; a resume with more money does the rest in a new execution', async () => {
    // Each task costs 0.018194167 USD.
    await publishWorkflow(system, 'purse', [
      { id: 'a', model: 'echo' },
      { id: 'b', model: 'echo', after: ['a'] },
      { id: 'c', model: 'echo', after: ['b'] },
    ]);
    const stopped = await ended(
      await submit(system, 'purse', {}, { budgetUsd: '0.03', tags: ['t'], priority: 3 }),
    );
    expect(stopped).toMatchObject({
      status: 'failed',
      error: {
        code: 'budget_exceeded',
        message: expect.stringContaining('0.036388334 of its budget of 0.030000000 USD'),
      },
      cost: { actualUsd: '0.036388334', budgetUsd: '0.03', reservedUsd: '0.00' },
    });
    expect(states(stopped)).toEqual(['a succeeded', 'b succeeded', 'c cancelled']);

    const unsaid = await system.ask('POST', `/v1/executions/${stopped.id}/resume`, {});
    expect([unsaid.status, await unsaid.json()]).toMatchObject([422, { errors: [{ path: 'budgetUsd' }] }]);
    const key = { 'idempotency-key': 'go on' };
    const resumed = await again(stopped.id, 'resume', { budgetUsd: '0.02' }, key);
    expect((await again(stopped.id, 'resume', { budgetUsd: '0.02' }, key)).id).toBe(resumed.id);
    expect(await ended(resumed.id)).toMatchObject({
      status: 'succeeded',
      rerunOf: stopped.id,
      priority: 3,
      tags: ['t'],
      cost: { actualUsd: '0.018194167', budgetUsd: '0.02' },
    });
    expect(await reused(resumed.id)).toEqual(['a', 'b']);
    expect(await read(stopped.id)).toEqual(stopped);
  });

  test('that is reached by the last task stops nothing', async () => {
    expect(await ended(await submit(system, 'purse', {}, { budgetUsd: '0.054582501' }))).toMatchObject({
      status: 'succeeded',
      cost: { actualUsd: '0.054582501' },
    });
  });
});

describe('a rerun', () => {
  test('reuses what succeeded, a map with its items, and repeats the rest with the changed parameters', async () => {
    await publishWorkflow(
      system,
      'forgiving',
      [
        { id: 'first', model: 'echo', input: { n: '1' } },
        {
          id: 'each',
          model: 'echo',
          after: ['first'],
          config: { map: { over: '[1, 2, 3]' } },
          input: { got: 'item' },
        },
        {
          id: 'risky',
          model: 'echo',
          after: ['each'],
          input: { fail: 'params.fail', parameters: 'params', seen: 'tasks.each.output' },
        },
      ],
      { retries: 0, parameters: [{ name: 'fail', type: 'integer', default: 400 }] },
    );
    const failed = await ended(await submit(system, 'forgiving'));
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'model_rejected' } });

    const same = await ended((await again(failed.id, 'rerun')).id);
    expect(same.status).toBe('failed');
    expect(await reused(same.id)).toEqual(['each', 'each[0]', 'each[1]', 'each[2]', 'first']);

    // A rerun of a rerun still names the rows that did the work.
    const corrected = await ended(
      (await again(same.id, 'rerun', { from: 'risky', parameters: { fail: 0 } })).id,
    );
    expect(corrected).toMatchObject({
      status: 'succeeded',
      rerunOf: same.id,
      cost: { actualUsd: '0.018194167' },
    });
    expect(JSON.stringify(corrected.output)).toContain(
      '"seen":[{"echo":{"got":1}},{"echo":{"got":2}},{"echo":{"got":3}}]',
    );
    const { rows } = await system.owner.query(
      `select distinct o.workflow_execution_id as id from task_executions t join task_executions o on o.id = t.reused_from
       where t.workflow_execution_id = $1`,
      [corrected.id],
    );
    expect(rows).toEqual([{ id: failed.id }]);

    const fresh = await ended((await again(failed.id, 'rerun', { parameters: { fail: 1 } })).id);
    expect([fresh.status, await reused(fresh.id)]).toEqual(['succeeded', []]);
  });

  test('from a task repeats that task and all that depend on it, with files of the first execution', async () => {
    const folded = await ended(
      await submit(system, 'protein_folding_alphafold2', { sequence: 'ACDEFGHIKLMNPQRSTVWY' }),
    );
    expect(folded.status).toBe('succeeded');
    const relaxed = await ended((await again(folded.id, 'rerun', { from: 'relaxation' })).id);
    expect(relaxed.status).toBe('succeeded');
    expect(await reused(relaxed.id)).toEqual([
      'confidence_analysis',
      'msa_generation',
      'structure_prediction',
      'template_search',
      'validate_input',
    ]);
    const { items } = (await (await system.ask('GET', `/v1/executions/${relaxed.id}/artifacts`)).json()) as {
      items: { href: string; taskId: string }[];
    };
    for (const taskId of ['structure_prediction', 'relaxation']) {
      const file = items.find((item) => item.taskId === taskId);
      expect((await system.ask('GET', file?.href ?? '')).status, taskId).toBe(200);
    }
  });

  test('is refused for an unknown task, for an execution under way and for a foreign one', async () => {
    const id = await submit(system, 'purse');
    const stranger = { authorization: `Bearer ${await system.keyFor('stranger', 5)}` };
    await ended(id);
    const unknown = await system.ask('POST', `/v1/executions/${id}/rerun`, { from: 'nothing' });
    expect([unknown.status, await unknown.json()]).toMatchObject([422, { code: 'unknown_task' }]);
    for (const verb of ['rerun', 'pause', 'resume'])
      expect((await system.ask('POST', `/v1/executions/${id}/${verb}`, {}, stranger)).status, verb).toBe(404);
    await publishWorkflow(system, 'patient', [{ id: 'w', type: 'wait', config: { wait: { seconds: 600 } } }]);
    const live = await submit(system, 'patient');
    const early = await system.ask('POST', `/v1/executions/${live}/rerun`);
    expect([early.status, await early.json()]).toMatchObject([409, { code: 'execution_live' }]);
    await system.ask('POST', `/v1/executions/${live}/cancel`);
  });
});

test('in a pause a signal is taken and nothing else starts until the resume, and the stream reports both', async () => {
  await publishWorkflow(system, 'stairs', [
    { id: 'w', type: 'wait', config: { wait: { signal: 'go' } } },
    { id: 'after', model: 'slow', after: ['w'] },
  ]);
  const id = await submit(system, 'stairs');
  await expect.poll(async () => states(await read(id)), { timeout: 20_000 }).toContain('w waiting');
  const pause = () => system.ask('POST', `/v1/executions/${id}/pause`);
  expect([(await pause()).status, (await pause()).status]).toEqual([200, 200]);
  await system.ask('POST', `/v1/executions/${id}/signal`, { name: 'go' });
  await expect.poll(async () => states(await read(id)), { timeout: 20_000 }).toContain('w succeeded');
  expect(await read(id)).toMatchObject({ status: 'paused', waiting: { reason: 'The execution is paused.' } });
  expect(states(await read(id))).toContain('after pending');

  expect((await again(id, 'resume')).id).toBe(id);
  expect((await ended(id)).status).toBe('succeeded');
  const events = await (await system.ask('GET', `/v1/executions/${id}/events`)).text();
  expect(events).toMatch(/paused/);
  const over = await pause();
  expect([over.status, await over.json()]).toMatchObject([409, { code: 'execution_ended' }]);
  const gone = await system.ask('POST', `/v1/executions/${id}/resume`);
  expect([gone.status, await gone.json()]).toMatchObject([409, { code: 'execution_ended' }]);
});

test('an execution that is not paused cannot be resumed', async () => {
  const id = await submit(system, 'patient');
  const response = await system.ask('POST', `/v1/executions/${id}/resume`, {});
  expect([response.status, await response.json()]).toMatchObject([409, { code: 'not_paused' }]);
  await system.ask('POST', `/v1/executions/${id}/cancel`);
});

test('the invariants hold', async () => {
  await untilAllEnded(system);
  await expectInvariants(system);
});

/** A rerun with given inputs, given outputs, or only some tasks: what runs, what it reads, and what its row says. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { publishWorkflow, registerEchoModel, submit } from '../harness/fixtures.js';
import { expectInvariants } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'two-branches', [
    { id: 'start', type: 'transform', input: { n: '1' } },
    { id: 'left', model: 'echo', after: ['start'], input: { n: 'tasks.start.output.n' } },
    // It fails: there is no such field.
    { id: 'right', type: 'transform', after: ['start'], input: { n: 'tasks.start.output.none.n' } },
    { id: 'end', type: 'transform', after: ['left'], input: { n: 'tasks.left.output.echo.n' } },
    {
      id: 'join',
      type: 'transform',
      after: ['right'],
      config: { join: 'all_done' },
      input: { got: 'tasks.right.output' },
    },
  ]);
});
afterAll(async () => {
  await expectInvariants(system);
  await system.stop();
});

interface Shown {
  id: string;
  status: string;
  code?: string;
  output: Record<string, unknown>;
  edits: object | null;
  tasks: { taskId: string; status: string; inputGiven: boolean; endedBy: string | null }[];
}
const read = async (path: string) => (await (await system.ask('GET', path)).json()) as Shown;
const ended = async (id: string) => {
  await vi.waitFor(
    async () => expect((await read(`/v1/executions/${id}`)).status).toMatch(/succeeded|failed/),
    { timeout: 20_000 },
  );
  return read(`/v1/executions/${id}`);
};
const rerun = async (id: string, body: object, headers = {}) => {
  const response = await system.ask('POST', `/v1/executions/${id}/rerun`, body, headers);
  return { status: response.status, shown: (await response.json()) as Shown };
};
const again = async (id: string, body: object) => ended((await rerun(id, body)).shown.id);
const statesOf = ({ tasks }: Shown) =>
  Object.fromEntries(tasks.map(({ taskId, status }) => [taskId, status]));
const attemptsOf = async (id: string) =>
  (
    await system.owner.query<{ task: string }>(
      `select t.task_id as task from task_attempts a join task_executions t on t.id = a.task_execution_id
       where t.workflow_execution_id = $1 order by 1`,
      [id],
    )
  ).rows.map(({ task }) => task);

describe('after a failure', () => {
  let failed: Shown;
  beforeAll(async () => {
    failed = await ended(await submit(system, 'two-branches'));
    expect(failed).toMatchObject({ status: 'failed', edits: null });
  });

  test('a given input replaces the mapping, also of a task that needs no worker', async () => {
    const done = await again(failed.id, { inputs: { right: { n: 7 } } });
    expect(done).toMatchObject({
      status: 'succeeded',
      output: { join: { got: { n: 7 } } },
      edits: { inputs: ['right'], skip: [], only: [] },
    });
    expect(done.tasks.find(({ taskId }) => taskId === 'right')).toMatchObject({ inputGiven: true });
    expect(await read(`/v1/executions/${done.id}/tasks/right`)).toMatchObject({ input: { n: 7 } });
    expect(await read(`/v1/executions/${failed.id}`)).toMatchObject({ status: 'failed', edits: null });
  });

  test('an edited task is repeated with all that depends on it, and its model gets the given input', async () => {
    const done = await again(failed.id, { inputs: { left: { n: 9 }, right: { n: null } } });
    expect(done).toMatchObject({ status: 'succeeded', output: { end: { n: 9 } } });
    expect(await attemptsOf(done.id)).toContain('left');
    const fromStart = await again(failed.id, { inputs: { start: { n: 5 } }, skip: { right: null } });
    expect(fromStart).toMatchObject({ status: 'succeeded', output: { end: { n: 5 } } });
  });

  test('a rerun of that rerun keeps the edit, where its task is reused and where it runs again', async () => {
    const done = await again(failed.id, { inputs: { right: { n: 7 } } });
    const reused = await again(done.id, { from: 'join' });
    expect(reused).toMatchObject({ status: 'succeeded', output: { join: { got: { n: 7 } } } });
    expect(reused.tasks.find(({ taskId }) => taskId === 'right')).toMatchObject({ inputGiven: true });
    const repeated = await again(done.id, { from: 'right' });
    expect(repeated).toMatchObject({ output: { join: { got: { n: 7 } } }, edits: { inputs: ['right'] } });
    const anew = await again(done.id, { from: 'start' });
    expect(anew).toMatchObject({ status: 'failed', edits: null });
  });

  test('a given output replaces the work of a failed task', async () => {
    const done = await again(failed.id, { skip: { right: { by: 'hand' } } });
    expect(done).toMatchObject({
      status: 'succeeded',
      output: { join: { got: { by: 'hand' } } },
      edits: { inputs: [], skip: ['right'], only: [] },
    });
    const right = done.tasks.find(({ taskId }) => taskId === 'right');
    expect(right).toMatchObject({ status: 'succeeded', endedBy: expect.stringContaining('@') as string });
    expect(await attemptsOf(done.id)).not.toContain('right');
  });

  test('only one branch runs again: the other failed one is skipped', async () => {
    const cancelled = await again(failed.id, { only: ['left'] });
    expect(cancelled).toMatchObject({ status: 'succeeded', edits: { only: ['left'] } });
    expect(statesOf(cancelled)).toEqual({
      start: 'succeeded',
      left: 'succeeded',
      right: 'skipped',
      end: 'succeeded',
      join: 'skipped',
    });
  });

  test('the same key with the same edits is the same rerun, with others it is refused', async () => {
    const key = { 'idempotency-key': 'edit-1' };
    const first = await rerun(failed.id, { skip: { right: 1 } }, key);
    expect((await rerun(failed.id, { skip: { right: 1 } }, key)).shown.id).toBe(first.shown.id);
    expect((await rerun(failed.id, { skip: { right: 2 } }, key)).status).toBe(409);
    await ended(first.shown.id);
  });

  test.each([
    [{ inputs: { nothing: 1 } }, 'invalid_edits'],
    [{ skip: { start: 1 } }, 'invalid_edits'],
    [{ only: ['join'] }, 'invalid_edits'],
    [{ only: [] }, 'invalid_input'],
  ])('%j is refused', async (body, code) => {
    expect(await rerun(failed.id, body)).toMatchObject({ status: 422, shown: { code } });
  });
});

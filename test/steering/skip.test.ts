/** A person skips a task or gives its output: in every state, with who and why on the task, the event and the audit. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publishWorkflow, submit, type TaskFixture } from '../harness/fixtures.js';
import { expectInvariants } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
const hour = { wait: { seconds: 3600 } };
const use: TaskFixture = { id: 'use', type: 'transform', after: ['it'], input: { got: 'tasks.it.output' } };
beforeAll(async () => {
  system = await startTestSystem();
  await publishWorkflow(system, 'inner', [{ id: 'sleep', type: 'wait', config: hour }]);
  const kinds: Record<string, Partial<TaskFixture>> = {
    timer: { type: 'wait', config: hour },
    signal: { type: 'wait', config: { wait: { signal: 'go', schema: { type: 'object' } } } },
    approval: { type: 'approval', config: {} },
    child: { type: 'workflow', config: { workflowId: 'inner' } },
  };
  for (const [name, kind] of Object.entries(kinds))
    await publishWorkflow(system, name, [{ id: 'it', ...kind }, use]);
  await publishWorkflow(system, 'pending', [
    { id: 'before', type: 'wait', config: hour },
    { id: 'it', type: 'transform', after: ['before'] },
    use,
  ]);
  await publishWorkflow(system, 'mapped', [
    { id: 'it', type: 'workflow', config: { workflowId: 'inner', map: { over: '[1, 2]' } } },
    use,
  ]);
  await publishWorkflow(system, 'guarded', [
    { id: 'it', type: 'approval', config: { approval: { users: ['somebody@else.test'] } } },
  ]);
  await publishWorkflow(system, 'behind', [
    { id: 'it', type: 'approval', config: { approval: { users: ['somebody@else.test'] } } },
    { id: 'next', type: 'transform', after: ['it'], input: { n: '1' } },
    { id: 'costly', type: 'transform', after: ['next'], input: { n: '2' } },
  ]);
});
afterAll(async () => {
  await expectInvariants(system);
  await system.stop();
});

type Body = Record<string, unknown>;
const read = async (path: string) => (await (await system.ask('GET', path)).json()) as Body;
const skip = async (id: string, body: object, taskId = 'it') => {
  const response = await system.ask('POST', `/v1/executions/${id}/tasks/${taskId}/skip`, body);
  return { status: response.status, body: (await response.json()) as Body };
};
const statusesOf = async (id: string) =>
  ((await read(`/v1/executions/${id}`))['tasks'] as { status: string }[]).map(({ status }) => status);
const begun = async (workflow: string, statuses: string[]) => {
  const id = await submit(system, workflow);
  await expect.poll(() => statusesOf(id)).toEqual(statuses);
  return id;
};

describe.each(['timer', 'signal', 'approval', 'child'])('a task that waits: %s', (workflow) => {
  test('succeeds with the output that a person gives', async () => {
    const id = await begun(workflow, ['waiting', 'pending']);
    const given = await skip(id, { output: { n: 1 }, reason: 'known already' });
    expect(given).toMatchObject({
      status: 200,
      body: { status: 'succeeded', output: { n: 1 }, endedReason: 'known already', error: null },
    });
    expect(given.body['endedBy']).toContain('@');
    await expect
      .poll(() => read(`/v1/executions/${id}`))
      .toMatchObject({
        status: 'succeeded',
        output: { use: { got: { n: 1 } } },
      });
  });

  test('is skipped without one, and so is what needs it to succeed', async () => {
    const id = await begun(workflow, ['waiting', 'pending']);
    expect(await skip(id, { reason: 'not needed' })).toMatchObject({
      status: 200,
      body: { status: 'skipped' },
    });
    await expect.poll(() => statusesOf(id)).toEqual(['skipped', 'skipped']);
  });
});

test('the child that it waits for is cancelled', async () => {
  const id = await begun('child', ['waiting', 'pending']);
  const { childExecutionId } = await read(`/v1/executions/${id}/tasks/it`);
  await skip(id, { output: 1, reason: 'known' });
  expect(await read(`/v1/executions/${String(childExecutionId)}`)).toMatchObject({ status: 'cancelled' });
});

test('one that waits for its dependencies ends at once, and what depends on it goes on', async () => {
  const id = await begun('pending', ['waiting', 'pending', 'pending']);
  await skip(id, { output: 'made by hand', reason: 'known' });
  await expect.poll(() => statusesOf(id)).toEqual(['waiting', 'succeeded', 'succeeded']);
  await skip(id, { reason: 'nothing left' }, 'before');
  await expect
    .poll(() => read(`/v1/executions/${id}`))
    .toMatchObject({
      status: 'succeeded',
      output: { use: { got: 'made by hand' } },
    });
});

test('a map that has begun is skipped by its items', async () => {
  const id = await begun('mapped', ['waiting', 'waiting', 'waiting', 'pending']);
  expect((await skip(id, { reason: 'all' })).body).toMatchObject({ code: 'map_expanded' });
  expect((await skip(id, { reason: 'one', mapIndex: 9 })).status).toBe(404);
  await skip(id, { output: 'first', reason: 'one', mapIndex: 0 });
  await skip(id, { reason: 'other', mapIndex: 1 });
  await expect
    .poll(() => read(`/v1/executions/${id}`))
    .toMatchObject({
      status: 'succeeded',
      output: { use: { got: ['first', null] } },
    });
});

test('who and why are on the event and in the audit; what was given is not', async () => {
  const id = await begun('signal', ['waiting', 'pending']);
  await skip(id, { output: { secret: 'orchid' }, reason: 'the sender is down' });
  const { rows } = await system.owner.query<{ actor: string }>(
    `select actor from execution_events where workflow_execution_id = $1 and task_id = 'it' and to_status = 'succeeded'`,
    [id],
  );
  expect(rows).toEqual([{ actor: expect.stringContaining('@') as string }]);
  const { rows: audit } = await system.owner.query<{ action: string; text: string }>(
    `select action, l::text as text from orchestration_audit_log l where entity_id = $1 and action = 'task_skipped'`,
    [id],
  );
  expect(audit).toHaveLength(1);
  expect(audit[0]?.text).toContain('the sender is down');
  expect(audit[0]?.text).not.toContain('orchid');
  expect(await read(`/v1/executions/${id}`)).toMatchObject({ lastAction: null });
});

test('the same request again changes nothing, another one is refused', async () => {
  const id = await begun('timer', ['waiting', 'pending']);
  const body = { output: { n: 1 }, reason: 'known' };
  const answers = await Promise.all([skip(id, body), skip(id, body)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await skip(id, { ...body, output: 2 })).status).toBe(409);
});

test.each([
  ['signal', { output: 5, reason: 'no object' }, 422, 'invalid_output'],
  ['timer', { output: { $file: {} }, reason: 'a file' }, 422, 'invalid_output'],
  ['timer', { output: 1 }, 422, 'invalid_input'],
  ['timer', { output: 1, reason: '  ' }, 422, 'invalid_input'],
])('%s with %j is refused', async (workflow, body, status, code) => {
  const id = await begun(workflow, ['waiting', 'pending']);
  expect(await skip(id, body)).toMatchObject({ status, body: { code } });
  expect((await skip(id, { reason: 'x' }, 'nothing')).status).toBe(404);
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  expect(await skip(id, { reason: 'x' })).toMatchObject({ status: 409, body: { code: 'execution_ended' } });
});

test('an approval is skipped only by those who may decide it', async () => {
  const id = await begun('guarded', ['waiting']);
  expect(await skip(id, { output: { outcome: 'approved' }, reason: 'me' })).toMatchObject({
    status: 403,
    body: { code: 'not_an_approver' },
  });
  await system.ask('POST', `/v1/executions/${id}/cancel`);
});

test('nobody else passes an approval by: neither by what comes after it, nor by a rerun', async () => {
  const id = await begun('behind', ['waiting', 'pending', 'pending']);
  for (const taskId of ['next', 'costly'])
    expect(await skip(id, { output: { n: 1 }, reason: 'me' }, taskId)).toMatchObject({
      status: 403,
      body: { code: 'not_an_approver' },
    });
  await system.ask('POST', `/v1/executions/${id}/cancel`);
  for (const edits of [{ skip: { next: { n: 1 } } }, { only: ['costly'], skip: { next: { n: 1 } } }]) {
    const response = await system.ask('POST', `/v1/executions/${id}/rerun`, edits);
    expect(response.status, JSON.stringify(edits)).toBe(403);
  }
});

/** Sub-workflows: a task runs another workflow, and ends as its execution does; what concerns one concerns all of the tree. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, registerEchoModel, submit, type TaskFixture } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  await registerEchoModel(system, 'echo');
  await publishWorkflow(
    system,
    'double',
    [{ id: 'twice', type: 'transform', input: { n: 'params.n * 2.0' } }],
    { outputMapping: { n: 'tasks.twice.output.n' }, parameters: [{ name: 'n', type: 'number' }] },
  );
  await publishWorkflow(
    system,
    'parent',
    [
      { id: 'before', type: 'transform', input: { n: 'params.n + 1.0' } },
      run('child', 'double', { after: ['before'], input: { n: 'tasks.before.output.n' } }),
      { id: 'after', type: 'transform', after: ['child'], input: { got: 'tasks.child.output.n' } },
    ],
    { parameters: [{ name: 'n', type: 'number', default: 1 }] },
  );
  await publishWorkflow(system, 'grand', [run('deep', 'parent', { input: { n: '20.0' } })]);
  await publishWorkflow(
    system,
    'each',
    [
      run('many', 'double', {
        config: { map: { over: 'params.list', as: 'n', maxConcurrency: 3, toleratedFailures: 1 } },
        input: { n: 'n' },
      }),
    ],
    { parameters: [{ name: 'list', type: 'array' }] },
  );
  await publishWorkflow(system, 'waits', [
    { id: 'ask', type: 'wait', config: { wait: { signal: 'go' } } },
    { id: 'said', type: 'transform', after: ['ask'], input: { said: 'tasks.ask.output' } },
  ]);
  await publishWorkflow(system, 'above', [run('below', 'waits')]);
  await publishWorkflow(system, 'top', [run('middle', 'above')]);
  await publishWorkflow(system, 'brief', [run('below', 'waits')], { timeout: 2 });
  await publishWorkflow(system, 'fails', [
    { id: 'bad', type: 'validation', config: { checks: [{ check: 'length', value: '"x"', minimum: 2 }] } },
  ]);
  await publishWorkflow(system, 'unlucky', [run('below', 'fails')]);
  await publishWorkflow(system, 'paid', [{ id: 'call', model: 'echo', input: { n: 'params.n' } }], {
    parameters: [{ name: 'n', type: 'integer', default: 1 }],
  });
  await publishWorkflow(
    system,
    'spender',
    [
      run('many', 'paid', {
        config: { map: { over: '[1, 2, 3, 4]', maxConcurrency: 1 } },
        input: { n: 'item' },
      }),
    ],
    {},
  );
  await publishWorkflow(
    system,
    'wrong',
    [
      run('many', 'double', {
        config: { map: { over: 'params.list', toleratedFailures: 3 } },
        input: { unknown: 'item' },
      }),
    ],
    { parameters: [{ name: 'list', type: 'array' }] },
  );
  await publishWorkflow(system, 'asks', [
    { id: 'ask', type: 'approval', config: { approval: { text: '"Go on?"' } } },
  ]);
  await publishWorkflow(system, 'asksBelow', [run('below', 'asks')]);
  await publishWorkflow(system, 'twoPaid', [
    { id: 'one', model: 'echo', input: { n: '1' } },
    { id: 'two', model: 'echo', after: ['one'], input: { n: '2' } },
  ]);
  await publishWorkflow(system, 'wide', [
    run('many', 'twoPaid', { config: { onFailure: 'continue', map: { over: '[1, 2, 3]' } } }),
  ]);
  await publishWorkflow(system, 'deeper', [run('middle', 'again')]);
  await publishWorkflow(system, 'twoSteps', [
    { id: 'paidStep', model: 'echo', input: { n: '1' } },
    { id: 'ask', type: 'wait', after: ['paidStep'], config: { wait: { signal: 'go' } } },
  ]);
  await publishWorkflow(system, 'again', [run('below', 'twoSteps')]);
  await publishWorkflow(system, 'payer', [
    { id: 'own', model: 'echo' },
    run('below', 'paid', { after: ['own'], input: { n: '2' } }),
  ]);
});
afterAll(() => system.stop());

function run(id: string, workflowId: string, more: Partial<TaskFixture> = {}): TaskFixture {
  return { id, type: 'workflow', ...more, config: { workflowId, ...more.config } };
}

interface Shown {
  id: string;
  status: string;
  output: unknown;
  error: { code: string; message: string } | null;
  parent: { executionId: string; taskId: string } | null;
  waiting: { reason: string } | null;
  cost: { actualUsd: string };
  tasks: {
    taskId: string;
    status: string;
    costUsd: string;
    childExecutionId: string | null;
    error: unknown;
  }[];
}
const get = async <T>(path: string) => (await (await system.ask('GET', path)).json()) as T;
const read = (id: string) => get<Shown>(`/v1/executions/${id}`);
const act = (id: string, action: string, body: object = {}) =>
  system.ask('POST', `/v1/executions/${id}/${action}`, body);
const childOf = async (id: string, taskId = 'below'): Promise<string> => {
  let child: string | null | undefined;
  await expect
    .poll(async () => {
      child = (await read(id)).tasks.find((task) => task.taskId === taskId)?.childExecutionId;
      return child;
    })
    .toBeTruthy();
  return child as string;
};
const childrenOf = async (id: string) =>
  (await get<{ items: Shown[] }>(`/v1/executions?parentId=${id}`)).items;

describe('a sub-workflow', () => {
  test('gets its parameters from the input mapping, and its output is the output of the task', async () => {
    const id = await submit(system, 'grand');
    await untilAllEnded(system);
    expect((await read(id)).error).toBeNull();
    expect(await read(id)).toMatchObject({
      status: 'succeeded',
      parent: null,
      output: { deep: { after: { got: 42 } } },
    });
    const deep = await read(await childOf(id, 'deep'));
    expect(deep).toMatchObject({ status: 'succeeded', parent: { executionId: id, taskId: 'deep' } });
    expect(await read(await childOf(deep.id, 'child'))).toMatchObject({ output: { n: 42 } });
    // Lists show what was asked for, and children where they are asked for.
    const { items } = await get<{ items: Shown[] }>('/v1/executions');
    expect(items.map((item) => item.id)).toEqual([id]);
    expect((await childrenOf(id)).map((item) => item.id)).toEqual([deep.id]);
    await expectInvariants(system);
  });

  test('runs once for each item of a map, a limited number at a time, and its failures are tolerated', async () => {
    const id = await submit(system, 'each', { list: [1, 2, 'three', 4, 5] });
    await untilAllEnded(system);
    const { output, tasks } = await read(id);
    expect(output).toEqual({ many: [{ n: 2 }, { n: 4 }, null, { n: 8 }, { n: 10 }] });
    expect(tasks.find(({ status }) => status === 'failed')?.error).toMatchObject({
      code: 'invalid_parameters',
      message: expect.stringContaining('parameters.n must be') as string,
    });
    expect(await childrenOf(id)).toHaveLength(4);
  });

  test.each([
    [[1, 2, 3], 'succeeded', null],
    [[1, 2, 3, 4], 'failed', 'map_failed'],
  ])('whose parameters are refused for each item %o: %s', async (list, status, code) => {
    const id = await submit(system, 'wrong', { list });
    await untilAllEnded(system);
    const shown = await read(id);
    expect([shown.status, shown.error?.code ?? null]).toEqual([status, code]);
    expect(await childrenOf(id)).toEqual([]);
  });

  test('that fails, fails its task, which says why', async () => {
    const id = await submit(system, 'unlucky');
    await untilAllEnded(system);
    const child = await childOf(id);
    const { error } = await read(id);
    expect(error?.code).toBe('validation_failed');
    expect(error?.message).toContain(`Its execution ${child} has failed: Task bad failed:`);
  });

  test('costs what it costs once: in its own row, in the task that ran it, and in the tree', async () => {
    const id = await submit(system, 'payer');
    await untilAllEnded(system);
    const { cost, tasks } = await read(id);
    const child = await read(await childOf(id));
    expect(Number(child.cost.actualUsd)).toBeGreaterThan(0);
    const costs = tasks.map(({ costUsd }) => Number(costUsd));
    expect(costs.at(-1)).toBe(Number(child.cost.actualUsd));
    expect(Number(cost.actualUsd)).toBeCloseTo(
      costs.reduce((sum, one) => sum + one, 0),
      9,
    );
    const { models } = await get<{ models: { modelId: string; taskIds: string[] }[] }>(
      `/v1/executions/${id}/attributions`,
    );
    expect(models).toMatchObject([{ modelId: 'echo', taskIds: ['below/call', 'own'] }]);
    await expectInvariants(system);
  });
});

describe('what concerns an execution concerns those that it runs', () => {
  test('a cancel', async () => {
    const id = await submit(system, 'top');
    const middle = await childOf(id, 'middle');
    const leaf = await childOf(middle);
    expect((await act(id, 'cancel')).status).toBe(200);
    // At once, in one transaction.
    expect((await read(leaf)).status).toBe('cancelled');
    expect((await read(middle)).status).toBe('cancelled');
    await untilAllEnded(system);
    await expectInvariants(system);
  });

  test('a pause and a resume', async () => {
    const id = await submit(system, 'top');
    const middle = await childOf(id, 'middle');
    const leaf = await childOf(middle);
    await act(id, 'pause');
    expect((await read(leaf)).status).toBe('paused');
    await act(leaf, 'signal', { name: 'go', payload: 'hello' });
    await act(id, 'resume');
    await untilAllEnded(system);
    expect((await read(id)).output).toEqual({ middle: { below: { said: { said: 'hello' } } } });
  });

  test('its time limit', async () => {
    const id = await submit(system, 'brief');
    const child = await childOf(id);
    await untilAllEnded(system);
    expect((await read(id)).status).toBe('timed_out');
    expect((await read(child)).status).toBe('cancelled');
  });

  test('a cancelled child fails its task', async () => {
    const id = await submit(system, 'top');
    const middle = await childOf(id, 'middle');
    await act(await childOf(middle), 'cancel');
    await untilAllEnded(system);
    expect(await read(id)).toMatchObject({ status: 'failed', error: { code: 'child_cancelled' } });
    expect(await read(middle)).toMatchObject({ status: 'failed', error: { code: 'child_cancelled' } });
  });

  test('its budget: what its children cost is taken from it, and none starts once it is spent', async () => {
    const id = await submit(system, 'spender', {}, { budgetUsd: '0.03' });
    await untilAllEnded(system);
    const { status, error, cost } = await read(id);
    expect([status, error?.code]).toEqual(['failed', 'budget_exceeded']);
    expect(error?.message).toContain(`POST /v1/executions/${id}/resume`);
    const children = await childrenOf(id);
    expect(children.length).toBeLessThan(4);
    // The last one that began may exceed it, no other may.
    const last = Math.max(...children.map((child) => Number(child.cost.actualUsd)));
    expect(Number(cost.actualUsd)).toBeGreaterThanOrEqual(0.03);
    expect(Number(cost.actualUsd)).toBeLessThan(0.03 + last);
    await expectInvariants(system);
  });

  test.each([
    ['again', 1],
    ['deeper', 2],
  ])('a rerun of %s: what succeeded %i below is taken over', async (workflowId, levels) => {
    const deepest = async (top: string) =>
      levels === 1 ? childOf(top) : childOf(await childOf(top, 'middle'));
    const id = await submit(system, workflowId);
    const child = await deepest(id);
    await expect
      .poll(async () => (await read(child)).tasks.map(({ status }) => status))
      .toEqual(['succeeded', 'waiting']);
    await act(child, 'cancel');
    await untilAllEnded(system);
    const rerun = (await (await act(id, 'rerun')).json()) as Shown;
    const second = await deepest(rerun.id);
    await expect
      .poll(async () => (await read(second)).tasks.map(({ status }) => status))
      .toEqual(['succeeded', 'waiting']);
    await act(second, 'signal', { name: 'go' });
    await untilAllEnded(system);
    expect(await read(rerun.id)).toMatchObject({ status: 'succeeded', cost: { actualUsd: '0.00' } });
    await expectInvariants(system);
  });
});

describe('what a person does in a tree', () => {
  test('a child is not resumed while its parent is paused', async () => {
    const id = await submit(system, 'top');
    const middle = await childOf(id, 'middle');
    const leaf = await childOf(middle);
    await act(id, 'pause');
    const refused = await act(leaf, 'resume');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'parent_paused' });
    await act(id, 'resume');
    await act(leaf, 'signal', { name: 'go', payload: 'on' });
    await untilAllEnded(system);
    expect((await read(id)).status).toBe('succeeded');
  });

  test('a task is not skipped while its child waits for an approval', async () => {
    const id = await submit(system, 'asksBelow');
    await expect
      .poll(async () => (await read(await childOf(id))).waiting?.reason)
      .toContain('Waiting for the approval');
    const refused = await system.ask('POST', `/v1/executions/${id}/tasks/below/skip`, {
      reason: 'no time',
      output: {},
    });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'approval_waits' });
    await act(id, 'cancel');
  });

  test('a rerun from a task runs its child again, all of it', async () => {
    const id = await submit(system, 'payer');
    await untilAllEnded(system);
    const rerun = (await (await act(id, 'rerun', { from: 'below' })).json()) as Shown;
    await untilAllEnded(system);
    expect(Number((await read(rerun.id)).cost.actualUsd)).toBeGreaterThan(0);
    await expectInvariants(system);
  });
});

describe('a budget that is spent below a map', () => {
  test('fails the execution as that, so that it can be resumed', async () => {
    const id = await submit(system, 'wide', {}, { budgetUsd: '0.03' });
    await untilAllEnded(system);
    expect((await read(id)).error?.code).toBe('budget_exceeded');
    const resumed = await act(id, 'resume', { budgetUsd: '5' });
    expect(resumed.status).toBe(202);
    await untilAllEnded(system);
    const { status, cost } = await read(((await resumed.json()) as Shown).id);
    expect(status).toBe('succeeded');
    // Six paid steps in all, and none of them twice.
    const { rows } = await system.owner.query<{ n: number }>(
      `select count(*)::int as n from task_attempts a join workflow_executions e on e.id = a.workflow_execution_id
       join workflow_definitions w on w.id = e.workflow_id where w.workflow_id = 'twoPaid' and a.status = 'succeeded'`,
    );
    expect(rows[0]?.n).toBe(6);
    expect(Number(cost.actualUsd)).toBeGreaterThan(0);
    await expectInvariants(system);
  });
});

describe('without any message', () => {
  test('a child whose task has ended is found, and so is a parent whose child has', async () => {
    const id = await submit(system, 'top');
    const middle = await childOf(id, 'middle');
    const leaf = await childOf(middle);
    await system.owner.query(
      `update task_executions set status = 'cancelled', completed_at = ledger_now()
       where workflow_execution_id = $1 and status = 'waiting'`,
      [middle],
    );
    await untilAllEnded(system);
    expect((await read(leaf)).status).toBe('cancelled');
    expect(await read(middle)).toMatchObject({ status: 'failed', error: { code: 'task_cancelled' } });
    expect(await read(id)).toMatchObject({ status: 'failed' });
    await expectInvariants(system);
  });
});

test('a workflow that would run itself is refused when it is saved', async () => {
  const { tasks } = await get<{ tasks: object[] }>('/v1/workflows/double');
  const again = { taskId: 'again', name: 'again', type: 'workflow', config: { workflowId: 'grand' } };
  const response = await system.ask('PATCH', '/v1/workflows/double', { tasks: [...tasks, again] });
  expect(response.status).toBe(422);
  expect(JSON.stringify(await response.json())).toContain(
    'the workflow would run itself: double -> grand -> parent -> double',
  );
});

test('a workflow that is disabled refuses those that run it', async () => {
  await system.ask('DELETE', '/v1/workflows/fails');
  const response = await system.ask('POST', '/v1/workflows/unlucky/executions', { parameters: {} });
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code: 'workflow_missing' });
});

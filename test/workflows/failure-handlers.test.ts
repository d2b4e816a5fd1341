/** Failure handlers: what fails starts another workflow, once, whatever ended it and wherever a scheduler fails. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { noteUndecided } from '../../src/store/scheduling/decision-failures.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants, untilAllEnded } from '../harness/invariants.js';
import { publishWorkflow, registerEchoModel, submit } from '../harness/fixtures.js';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
  const names = ['executionId', 'workflowId', 'workflowVersion', 'status', 'errorCode', 'errorMessage'];
  await publishWorkflow(
    system,
    'handler',
    [{ id: 'tell', type: 'transform', input: { code: 'params.errorCode', size: 'params.parameters.n' } }],
    {
      parameters: [
        ...[...names, 'failedTaskId'].map((name) => ({ name, type: 'string' })),
        { name: 'parameters', type: 'object' },
      ],
    },
  );
  const parameters = [{ name: 'n', type: 'integer', default: 1 }];
  await publishWorkflow(system, 'fails', [bad('wrong')], { onFailure: 'handler', parameters });
  await publishWorkflow(system, 'waits', [wait('ask')], { onFailure: 'handler', timeout: 1, parameters });
  await publishWorkflow(system, 'succeeds', [{ id: 'ok', type: 'transform', input: { a: '1' } }], {
    onFailure: 'handler',
  });
  await publishWorkflow(
    system,
    'parent',
    [{ id: 'below', type: 'workflow', config: { workflowId: 'fails', onFailure: 'continue' } }],
    { onFailure: 'handler' },
  );
  // Its handler needs a parameter that no failure has.
  await publishWorkflow(system, 'picky', [bad('wrong')], {
    parameters: [{ name: 'status', type: 'integer' }],
    onFailure: 'handler',
  });
  await publishWorkflow(system, 'unlucky', [bad('wrong')], { onFailure: 'picky' });
  await registerEchoModel(system, 'echo');
  await publishWorkflow(system, 'paid', [{ id: 'call', model: 'echo' }]);
  await publishWorkflow(system, 'poor', [wait('ask')], { onFailure: 'paid', timeout: 1 });
  // A handler that fails, although failures of its workflow are handled as well.
  await publishWorkflow(system, 'clumsy', [bad('again')], { onFailure: 'handler' });
  await publishWorkflow(system, 'twice', [bad('wrong')], { onFailure: 'clumsy' });
});
afterAll(() => system.stop());

function bad(id: string) {
  return { id, type: 'validation', config: { checks: [{ check: 'length', value: '"x"', minimum: 2 }] } };
}
function wait(id: string) {
  return { id, type: 'wait', config: { wait: { signal: 'go' } } };
}

interface Shown {
  id: string;
  workflowId: string;
  status: string;
  output: unknown;
  error: { code: string; message: string } | null;
  parameters: Record<string, unknown>;
  tags: string[];
  handlerOf: string | null;
  handledBy: {
    workflowId: string;
    executionId: string | null;
    error: { code: string; message: string } | null;
  } | null;
  tasks: { taskId: string; childExecutionId: string | null }[];
}
const read = async (id: string) => (await (await system.ask('GET', `/v1/executions/${id}`)).json()) as Shown;

/** Waits until the failure of an execution is decided. */
async function decided(id: string): Promise<Shown> {
  await expect
    .poll(
      async () => {
        const { handledBy } = await read(id);
        return handledBy?.executionId ?? handledBy?.error?.code;
      },
      { timeout: 20_000 },
    )
    .toBeTruthy();
  await untilAllEnded(system);
  return read(id);
}
/** How many failures wait or were decided. */
const failures = async (): Promise<number> =>
  Number((await system.owner.query('select count(*) from failure_handlers')).rows[0].count);

describe('an execution that fails', () => {
  test('is handled once, with its facts', async () => {
    const id = await submit(system, 'fails', { n: 7 }, { tags: ['night'] });
    const failed = await decided(id);
    expect(failed.handledBy).toMatchObject({ workflowId: 'handler', error: null });
    const handler = await read(failed.handledBy?.executionId as string);
    expect(handler).toMatchObject({
      workflowId: 'handler',
      status: 'succeeded',
      handlerOf: id,
      handledBy: null,
      tags: ['night'],
      output: { tell: { code: 'validation_failed', size: 7 } },
      parameters: {
        executionId: id,
        workflowId: 'fails',
        workflowVersion: '1.0.0',
        status: 'failed',
        errorCode: 'validation_failed',
        errorMessage: failed.error?.message,
        failedTaskId: 'wrong',
        parameters: { n: 7 },
      },
    });
    await expectInvariants(system);
  });

  test('by its time limit, is handled as well, and no task has failed it', async () => {
    const failed = await decided(await submit(system, 'waits'));
    const { parameters } = await read(failed.handledBy?.executionId as string);
    expect(parameters).toMatchObject({ status: 'timed_out', errorCode: 'execution_timeout' });
    expect(parameters).not.toHaveProperty('failedTaskId');
  });

  test('because nothing could be decided about it, is handled as well', async () => {
    const id = await submit(system, 'waits');
    await noteUndecided(system.ledger, id, new RangeError('A fault of Radiant.'));
    expect((await decided(id)).handledBy?.executionId).toBeTruthy();
  });

  test('as a child is handled for itself, also where its parent goes on', async () => {
    const id = await submit(system, 'parent');
    await untilAllEnded(system);
    const parent = await read(id);
    expect(parent).toMatchObject({ status: 'succeeded', handledBy: null });
    const child = await decided(parent.tasks[0]?.childExecutionId as string);
    expect(await read(child.handledBy?.executionId as string)).toMatchObject({ handlerOf: child.id });
  });

  test('is not handled again where its handler fails', async () => {
    const failed = await decided(await submit(system, 'twice'));
    expect(await read(failed.handledBy?.executionId as string)).toMatchObject({
      workflowId: 'clumsy',
      status: 'failed',
      handledBy: null,
    });
  });
});

test('an execution that succeeds or is cancelled is not handled', async () => {
  const before = await failures();
  const succeeds = await submit(system, 'succeeds');
  const waits = await submit(system, 'waits');
  await system.ask('POST', `/v1/executions/${waits}/cancel`);
  await untilAllEnded(system);
  expect((await read(succeeds)).handledBy).toBeNull();
  expect(await read(waits)).toMatchObject({ status: 'cancelled', handledBy: null });
  expect(await failures()).toBe(before);
});

describe('a handler that cannot be started', () => {
  const limit = (usd: string | null) =>
    system.ledger.as(SYSTEM, (session) =>
      session.query(`update tenants set budget_usd = $1 where name = 'default'`, [usd]),
    );

  test('says why', async () => {
    const { handledBy } = await decided(await submit(system, 'unlucky'));
    expect(handledBy).toMatchObject({ workflowId: 'picky', executionId: null });
    expect(handledBy?.error).toMatchObject({ code: 'invalid_parameters' });
    expect(handledBy?.error?.message).toContain('parameters.status');
  });

  test('for want of budget, says so', async () => {
    const id = await submit(system, 'poor');
    await limit('0');
    try {
      expect((await decided(id)).handledBy).toMatchObject({
        executionId: null,
        error: { code: 'budget_exceeded' },
      });
    } finally {
      await limit(null);
    }
  });

  test('because it is disabled, says so', async () => {
    await system.ask('DELETE', '/v1/workflows/picky');
    const { handledBy } = await decided(await submit(system, 'unlucky'));
    expect(handledBy?.error).toMatchObject({ code: 'workflow_not_found' });
  });
});

describe('exactly once', () => {
  const started = async (id: string) =>
    (
      await system.owner.query(
        `select from workflow_executions where input_parameters ->> 'executionId' = $1`,
        [id],
      )
    ).rows.length;

  test('with several schedulers', async () => {
    const others = await Promise.all([system.open(['scheduler']), system.open(['scheduler'])]);
    const ids = await Promise.all(Array.from({ length: 8 }, () => submit(system, 'fails')));
    for (const id of ids) await decided(id);
    expect(await Promise.all(ids.map(started))).toEqual(ids.map(() => 1));
    await Promise.all(others.map((other) => other.stop()));
    await expectInvariants(system);
  });

  test('also if a scheduler fails between the start and its record', async () => {
    await system.owner.query(
      `create function fail_here() returns trigger language plpgsql as $$ begin raise exception 'it fails here'; end $$;
       create trigger fails_here before update on failure_handlers for each row execute function fail_here()`,
    );
    const id = await submit(system, 'fails');
    await expect
      .poll(() => system.troubles.some((trouble) => trouble.includes('it fails here')), { timeout: 20_000 })
      .toBe(true);
    expect(await started(id)).toBe(0);
    await system.owner.query('drop trigger fails_here on failure_handlers');
    await decided(id);
    expect(await started(id)).toBe(1);
  });
});

test('a workflow whose failure would start it again is refused when it is saved', async () => {
  const response = await system.ask('PATCH', '/v1/workflows/handler', {
    onFailure: { workflowId: 'parent' },
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    errors: [
      {
        path: 'onFailure.workflowId',
        message: 'a failure of the workflow would start it again: handler -> parent -> fails -> handler',
      },
    ],
  });
  const { onFailure } = (await (await system.ask('GET', '/v1/workflows/fails')).json()) as {
    onFailure: unknown;
  };
  expect(onFailure).toEqual({ workflowId: 'handler' });
  expect((await system.ask('PATCH', '/v1/workflows/fails', { onFailure: null })).status).toBe(200);
  expect(await (await system.ask('GET', '/v1/workflows/fails')).json()).toMatchObject({ onFailure: null });
});

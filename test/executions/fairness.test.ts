/** The order of dispatch: priority within a tenant, fair turns between tenants, and executions that an administrator expedited first. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pickReady } from '../../src/store/scheduling/dispatch.js';
import { placesInQueue } from '../../src/store/executions/execution-list.js';
import { fitSlots } from '../../src/store/thermal/heat.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
const keys = new Map<string, string>();
beforeAll(async () => {
  system = await startTestSystem({ services: ['api'] });
  await registerEchoModel(system, 'm', { maxInstances: 1, perInstance: 2 });
  await publishWorkflow(system, 'one', [{ id: 'only', model: 'm' }]);
  await publishWorkflow(system, 'plain', [{ id: 'only', type: 'transform' }]);
  for (const tenant of ['a', 'b', 'c']) keys.set(tenant, await system.keyFor(tenant));
  const [model] = await ask("select id from ai_models where model_id = 'm'");
  await fitSlots(system.ledger, model.id, 2);
});
afterAll(() => system.stop());

const ask = async (sql: string, values: unknown[] = []) => (await system.owner.query(sql, values)).rows;

/** Clears waiting and used tasks by bypassing the triggers of the ledger's append-only rows. */
const clear = () =>
  ask(
    `begin; set local session_replication_role = replica; delete from task_attempts; delete from task_executions; commit`,
  );

/** Submits one execution by the api and copies it as superuser: submitting thousands would take minutes. */
async function wait(tenant: string, workflow: string, priority: number, count: number): Promise<void> {
  const id = await submit(
    system,
    workflow,
    {},
    { priority },
    { authorization: `Bearer ${keys.get(tenant)}` },
  );
  await ask(
    `insert into task_executions (workflow_execution_id, tenant_id, task_id, map_index, priority, timeout_seconds, model_id, model_key,
       status, first_ready_at, ready_at)
     select t.workflow_execution_id, t.tenant_id, t.task_id, n, t.priority, t.timeout_seconds, t.model_id, t.model_key, 'ready',
       ledger_now() + n * interval '1 ms', ledger_now()
     from task_executions t, generate_series(0, $2::int - 1) n where t.workflow_execution_id = $1`,
    [id, count],
  );
}

/** Works as a worker of two places: the first messages of the queue run for `seconds`, and end. */
async function serve(tasks: number, seconds = 10): Promise<{ tenant: string; priority: number }[]> {
  const queue = new Map<string, { message: number; sent: number }>();
  const served: { tenant: string; priority: number }[] = [];
  for (let sent = 0; served.length < tasks;) {
    for (const picked of await pickReady(system.ledger))
      queue.set(picked.taskExecutionId, { message: picked.priority, sent: (sent += 1) });
    const [next] = [...queue].sort(([, a], [, b]) => a.message - b.message || a.sent - b.sent);
    if (!next) break;
    queue.delete(next[0]);
    const [task] = await ask(
      `with done as (
         update task_executions t set status = 'succeeded', completed_at = ledger_now(), started_at = ledger_now(), output_data = '1'
         where id = $1 returning t.*
       ), attempt as (
         insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, model_id, worker, status, started_at, ended_at)
         select id, attempt_number, workflow_execution_id, tenant_id, model_id, 'w', 'succeeded', ledger_now() - $2 * interval '1 s', ledger_now() from done
       )
       select n.name as tenant, done.priority from done join tenants n on n.id = done.tenant_id`,
      [next[0], seconds],
    );
    served.push(task);
  }
  return served;
}

const of = (served: { tenant: string }[], name: string) =>
  served.filter(({ tenant }) => tenant === name).length;
const weigh = (tenant: string, weight: number) =>
  system.ledger.as(SYSTEM, (session) =>
    session.query('update tenants set weight = $2 where name = $1', [tenant, weight]),
  );

beforeEach(async () => {
  await clear();
  for (const tenant of ['a', 'b', 'c']) await weigh(tenant, 1);
});

for (const workflow of ['one', 'plain'])
  test(`four hundred tasks of priority 1 do not run before another tenant's twenty (${workflow})`, async () => {
    await wait('a', workflow, 1, 400);
    await pickReady(system.ledger);
    await wait('b', workflow, 10, 20);
    // Tasks already in the queue may go first; after them the two tenants alternate.
    await ask(`update task_executions set status = 'ready' where status = 'queued'`);
    const served = await serve(44);
    expect(of(served, 'b')).toBeGreaterThanOrEqual(18);
  });

test('a tenant of twice the weight gets twice as many turns', async () => {
  await weigh('b', 2);
  for (const tenant of ['a', 'b']) await wait(tenant, 'one', 5, 60);
  const served = await serve(45);
  expect(of(served, 'b')).toBeGreaterThanOrEqual(28);
  expect(of(served, 'b')).toBeLessThanOrEqual(32);
});

test('a tenant that used the model lately lets others go first, however long its own queue has waited', async () => {
  await wait('a', 'one', 1, 40);
  await serve(20);
  await wait('b', 'one', 10, 10);
  // The queue may already hold a window of ten.
  expect(of(await serve(20), 'b')).toBe(10);
});

const line = fc.record({ priority: fc.integer({ min: 1, max: 10 }), count: fc.integer({ min: 1, max: 8 }) });
const lines = fc.record({
  weight: fc.constantFrom(0.5, 1, 3),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
});

test('in any backlog a tenant is served by priority, and no two waiting tenants drift apart by more than a turn or two', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(lines, lines, lines),
      fc.constantFrom('one', 'plain'),
      async (drawn, workflow) => {
        await clear();
        const tenants = ['a', 'b', 'c'].map((name, index) => ({
          name,
          ...(drawn[index] as (typeof drawn)[0]),
        }));
        for (const { name, weight, lines } of tenants) {
          await weigh(name, weight);
          for (const { priority, count } of lines) await wait(name, workflow, priority, count);
        }
        const served = await serve(Infinity);
        const total = new Map(tenants.map(({ name }) => [name, of(served, name)]));
        for (const { name, lines } of tenants) {
          const mine = served.filter(({ tenant }) => tenant === name).map(({ priority }) => priority);
          expect(mine).toHaveLength(lines.reduce((sum, { count }) => sum + count, 0));
          expect(mine).toEqual(mine.toSorted((one, other) => one - other));
        }
        const soFar = new Map(tenants.map(({ name }) => [name, 0]));
        for (const { tenant } of served) {
          soFar.set(tenant, (soFar.get(tenant) as number) + 1);
          const waiting = tenants.filter(
            ({ name }) => (soFar.get(name) as number) < (total.get(name) as number),
          );
          const turns = waiting.map(({ name, weight }) => (soFar.get(name) as number) / weight);
          expect(Math.max(...turns) - Math.min(...turns), JSON.stringify(served)).toBeLessThanOrEqual(4);
        }
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
});

test('an expedited execution goes first, even past a full queue; expediting twice changes nothing, and the audit names actor and reason', async () => {
  await wait('a', 'one', 1, 40);
  await pickReady(system.ledger);
  await wait('b', 'one', 10, 1);
  const [{ id }] = await ask(
    `select workflow_execution_id as id from task_executions t join tenants n on n.id = t.tenant_id where n.name = 'b' and t.status = 'ready'`,
  );
  const expedite = (key?: string) =>
    system.ask(
      'POST',
      `/v1/executions/${id}/expedite`,
      { reason: 'A patient waits.' },
      key ? { authorization: `Bearer ${key}` } : {},
    );
  expect((await expedite(keys.get('b'))).status).toBe(403);
  for (let time = 0; time < 2; time += 1) {
    const answer = await expedite();
    expect([answer.status, await answer.json()]).toMatchObject([200, { priority: 0 }]);
  }
  const [task] = await ask(
    `select id from task_executions where workflow_execution_id = $1 and status = 'ready'`,
    [id],
  );
  expect((await placesInQueue(system.ledger, [task.id])).get(task.id)).toBe(0);
  expect(of(await serve(1), 'b')).toBe(1);
  expect(
    await ask(
      `select actor_type, new_state ->> 'reason' as reason from orchestration_audit_log where entity_id = $1 and entity_type = 'expedited execution'`,
      [id],
    ),
  ).toEqual([{ actor_type: 'admin', reason: 'A patient waits.' }]);
});

test('a place in the queue counts the turns of others, not their priorities', async () => {
  await wait('a', 'one', 1, 100);
  await wait('b', 'one', 10, 3);
  const tasks = await ask(
    `select t.id from task_executions t join tenants n on n.id = t.tenant_id where n.name = 'b' and t.status = 'ready' order by first_ready_at`,
  );
  const places = await placesInQueue(
    system.ledger,
    tasks.map(({ id }) => id),
  );
  expect(tasks.map(({ id }) => places.get(id))).toEqual([0, 2, 4]);
});

/** Ended rows do not change: the services' login can neither rewrite them nor forge what led to them. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeSettle } from '../../src/store/scheduling/settle.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { registerEchoModel, publishWorkflow, submit } from '../harness/fixtures.js';

let system: TestSystem;
/** An execution that has succeeded: one task of a model, paid for. */
let done: string;
beforeAll(async () => {
  system = await startTestSystem({ speed: 1 });
  await registerEchoModel(system, 'echo', { seconds: 0.1, warmupSeconds: 0 });
  await publishWorkflow(system, 'small', [{ id: 'only', model: 'echo' }]);
  done = await submit(system, 'small');
  await statusOf(done, 'succeeded');
});
afterAll(() => system.stop());

const ask = async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await system.owner.query<Row>(sql, values)).rows;
const asServices = (sql: string, values: unknown[] = []) => system.ledger.query(sql, values);
const statusOf = (id: string, status: string) =>
  vi.waitFor(
    async () => {
      const [row] = await ask('select status from workflow_executions where id = $1', [id]);
      expect(row).toEqual({ status });
    },
    { timeout: 60_000, interval: 100 },
  );

/**
 * Tables with an execution's rows, and the columns that may still change: bookkeeping of the scheduler and late bills,
 * never reported facts.
 */
const TABLES: Record<string, { key: string; free: string[] }> = {
  workflow_executions: {
    key: 'id',
    free: 'loaded_cost_usd advanced_at decide_whole decided_event decide_failures decide_after updated_at'.split(
      ' ',
    ),
  },
  task_executions: { key: 'workflow_execution_id', free: ['updated_at'] },
  task_attempts: { key: 'workflow_execution_id', free: [] },
};

/** Another value, by the type of the column. */
const OTHER: [RegExp, (column: string) => string][] = [
  [/^(character|text)/, (column) => `coalesce(left(${column}, 3), '') || 'x'`],
  [/^(integer|bigint|numeric|double)/, (column) => `coalesce(${column}, 0) + 1`],
  [/^jsonb$/, () => `'{"forged": true}'`],
  [/^timestamp/, (column) => `coalesce(${column}, now()) + interval '1 hour'`],
  [/^boolean$/, (column) => `not ${column}`],
  [/^uuid$/, () => 'gen_random_uuid()'],
  [/^text\[\]$/, () => `'{forged}'`],
  [/^uuid\[\]$/, () => 'array[gen_random_uuid()]'],
];

describe('no column of an ended row can be rewritten', () => {
  test.each(Object.entries(TABLES))('%s', async (table, { key, free }) => {
    const columns = await ask<{ name: string; type: string }>(
      `select attname as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = ('radiant.' || $1)::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [table],
    );
    const read = () => ask(`select * from ${table} where ${key} = $1`, [done]);
    const before = await read();
    const changed: string[] = [];
    for (const { name, type } of columns) {
      const other = OTHER.find(([pattern]) => pattern.test(type))?.[1];
      if (!other) throw new Error(`${table}.${name} is of type ${type}: say what another value of it is.`);
      const set = asServices(`update ${table} set ${name} = ${other(name)} where ${key} = $1`, [done]);
      if (
        await set.then(
          () => true,
          () => false,
        )
      )
        changed.push(name);
    }
    expect(changed.sort()).toEqual(
      free.filter((name) => columns.some((column) => column.name === name)).sort(),
    );
    const kept = (rows: object[]) =>
      rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !free.includes(name))));
    expect(kept(await read())).toEqual(kept(before));
  });
});

test.each([
  [
    'an event',
    `insert into execution_events (workflow_execution_id, tenant_id, to_status) select id, tenant_id, 'failed' from workflow_executions where id = $1`,
  ],
  ['another past', 'update execution_events set at = now() where workflow_execution_id = $1'],
  ['no past', 'delete from execution_events where workflow_execution_id = $1'],
  [
    'an execution that has ended already',
    `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, status, completed_at)
     select workflow_id, workflow_version_id, tenant_id, user_id, 'succeeded', now() from workflow_executions where id = $1`,
  ],
  [
    'a task that has ended already',
    `insert into task_executions (workflow_execution_id, tenant_id, task_id, status, timeout_seconds, completed_at)
     select id, tenant_id, 'forged', 'succeeded', 1, now() from workflow_executions where id = $1`,
  ],
  [
    'a task of an execution that has ended',
    `insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds)
     select id, tenant_id, 'forged', 1 from workflow_executions where id = $1`,
  ],
  [
    'an attempt that has ended already',
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, 7, workflow_execution_id, tenant_id, 'w', 'failed', now() from task_executions where workflow_execution_id = $1`,
  ],
  [
    'an attempt at what has ended',
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker)
     select id, 7, workflow_execution_id, tenant_id, 'w' from task_executions where workflow_execution_id = $1`,
  ],
  [
    'a life after the end',
    `update workflow_executions set status = 'running', completed_at = null where id = $1`,
  ],
  ['no execution', 'delete from workflow_executions where id = $1'],
  ['no attempts', 'delete from task_attempts where workflow_execution_id = $1'],
  [
    'a bill that nobody caused',
    'update workflow_executions set actual_cost_usd = actual_cost_usd + 1 where id = $1',
  ],
  ['a free execution', 'update workflow_executions set actual_cost_usd = 0 where id = $1'],
])('%s cannot be forged', async (_, sql) => {
  await expect(asServices(sql, [done])).rejects.toThrow();
});

test('the request and its prices stay fixed while work goes on', async () => {
  const id = await submit(system, 'small');
  for (const column of ['model_snapshots', 'resolved_parameters', 'units'])
    await expect(
      asServices(`update workflow_executions set ${column} = '{}' where id = $1`, [id]),
    ).rejects.toThrow(/is never changed/);
  await statusOf(id, 'succeeded');
});

test('a late fact is written once: the cost of an attempt that was unknown', async () => {
  const id = await submit(system, 'small');
  await statusOf(id, 'succeeded');
  const [task] = await ask<{ id: string; cost: string }>(
    'select id, cost_usd as cost from task_executions where workflow_execution_id = $1',
    [id],
  );
  if (!task) throw new Error('It has a task.');
  await ask(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, 2, workflow_execution_id, tenant_id, 'late', 'unknown', now() from task_executions where id = $1`,
    [task.id],
  );
  const settle = makeSettle(system.ledger);
  const late = (costUsd: string) =>
    settle({
      taskExecutionId: task.id,
      executionId: id,
      attempt: 2,
      worker: 'late',
      ended: 'succeeded',
      next: 'succeeded',
      output: 'forged',
      costUsd,
    });
  expect([await late('0.5'), await late('0.7')]).toEqual([false, false]);
  const [sums] = await ask<{ added: string; total: string; output: unknown }>(
    `select t.cost_usd - $2 as added, e.actual_cost_usd - $2 as total, t.output_data as output
     from task_executions t join workflow_executions e on e.id = t.workflow_execution_id where t.id = $1`,
    [task.id, task.cost],
  );
  expect(sums).toMatchObject({ added: '0.500000000', total: '0.500000000' });
  expect(sums?.output).not.toBe('forged');
  await expect(
    asServices(`update task_attempts set cost_usd = 9 where task_execution_id = $1 and attempt_number = 2`, [
      task.id,
    ]),
  ).rejects.toThrow(/has ended: cost_usd stays as it is/);
});

test('a bill for the attempt alone is refused', async () => {
  const id = await submit(system, 'small');
  await statusOf(id, 'succeeded');
  await ask(
    `insert into task_attempts (task_execution_id, attempt_number, workflow_execution_id, tenant_id, worker, status, ended_at)
     select id, 2, workflow_execution_id, tenant_id, 'late', 'unknown', now() from task_executions where workflow_execution_id = $1`,
    [id],
  );
  await expect(
    asServices(
      `update task_attempts set cost_usd = 9 where workflow_execution_id = $1 and attempt_number = 2`,
      [id],
    ),
  ).rejects.toThrow(/costs something else than its attempts/);
});

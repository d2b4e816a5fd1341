/** An execution for which every decision fails is retried at its own pace, ends with the reason, and takes nobody's turn. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import type { Log } from '../../src/log.js';
import { sqlStateOf } from '../../src/store/db/shortage.js';
import { decisionFailureOf } from '../../src/store/scheduling/decision-failures.js';
import { findUnattended } from '../../src/store/scheduling/unattended.js';
import { openDecisionHarness, type DecisionHarness } from '../harness/decision-harness.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';
import { expectInvariants } from '../harness/invariants.js';

let system: TestSystem;
let harness: DecisionHarness;
const reports: string[] = [];
const log: Log = {
  info: () => {},
  warn: () => {},
  error: (fact, error, details) =>
    void reports.push(`${fact} ${String(sqlStateOf(error))} ${String(details?.['executionId'])}`),
};
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  harness = await openDecisionHarness(system, { log });
  // Makes PostgreSQL refuse an update of the chosen tasks, for any reason.
  await system.owner.query(`
    create table test_faults (task_id text primary key, state text not null);
    create function test_faults() returns trigger language plpgsql as $$
    declare
      bad text := (select state from test_faults where task_id = new.task_id);
    begin
      if bad is not null and new.status = 'ready' then
        raise exception 'test_faults' using errcode = bad;
      end if;
      return new;
    end $$;
    grant select on test_faults to public;
    create trigger test_faults before update on task_executions for each row execute function test_faults();`);
});
afterAll(async () => {
  await harness.stop();
  await system.stop();
});

const makeFail = (taskId: string, state: string | null) =>
  state === null
    ? system.owner.query('delete from test_faults where task_id = $1', [taskId])
    : system.owner.query('insert into test_faults values ($1, $2)', [taskId, state]);
const begin = (taskId: string) => harness.begin(drawWorkflow(`${taskId} -> z`));
const retryOf = async (id: string) =>
  (
    await system.owner.query<{ failures: number; waits: boolean }>(
      `select decide_failures as failures, decide_after > ledger_now() as waits from workflow_executions where id = $1`,
      [id],
    )
  ).rows[0];
/** Makes the next retry due. */
const due = (id: string) =>
  system.owner.query(
    `update workflow_executions set decide_after = ledger_now(), advanced_at = advanced_at - interval '1 minute',
       created_at = created_at - interval '1 minute' where id = $1`,
    [id],
  );

test.each([
  ['22P05', 4],
  ['22003', 4],
  ['23514', 4],
  ['54000', 4],
  ['57014', 8],
])('a decision refused with %s is retried later, and ends with the reason', async (state, tries) => {
  const task = `t_${state}`;
  await makeFail(task, state);
  const id = await begin(task);
  for (let attempt = 1; attempt < tries; attempt += 1) {
    await harness.advance(id);
    expect(await retryOf(id)).toEqual({ failures: attempt, waits: true });
    // Before the retry is due nobody decides, even on a message.
    await harness.advance(id);
    expect(await retryOf(id)).toEqual({ failures: attempt, waits: true });
    await due(id);
    expect(await findUnattended(system.ledger, [])).toContain(id);
  }
  await harness.advance(id);
  const { execution, tasks } = await harness.read(id);
  expect(execution).toMatchObject({ status: 'failed', errorCode: 'undecidable' });
  expect(execution.errorMessage).toContain(state);
  expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  expect(reports.filter((line) => line.endsWith(id))).toHaveLength(tries);
});

test.each(['53300', '55P03', '57P01', '40001', '08006', '42501'])(
  'a shortage of ours (%s) delays the execution, and never ends it',
  async (state) => {
    const task = `s_${state}`;
    await makeFail(task, state);
    const id = await begin(task);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await harness.advance(id);
      expect(await retryOf(id)).toEqual({ failures: 0, waits: true });
      await due(id);
    }
    await makeFail(task, null);
    await harness.advance(id);
    const { execution, tasks } = await harness.read(id);
    expect(execution.status).toBe('pending');
    expect(tasks.map(({ status }) => status)).toEqual(['ready', 'pending']);
    expect(await retryOf(id)).toEqual({ failures: 0, waits: null });
  },
);

test('in one transaction with a failing one, the good executions continue at once', async () => {
  await makeFail('bad', '22P05');
  const ids = await Promise.all(['good', 'bad', 'fine'].map(begin));
  await Promise.all(ids.map((id) => harness.advance(id)));
  const first = await Promise.all(ids.map(async (id) => (await harness.read(id)).tasks[0]?.status));
  expect(first).toEqual(['ready', 'pending', 'ready']);
});

test('a thousand failing ones delay no timer of another execution', async () => {
  await makeFail('ill', '22P05');
  const wait = await harness.begin(
    drawWorkflow('w', { w: { type: 'wait', config: { wait: { seconds: 60 } } } }),
  );
  await harness.advance(wait);
  const definition = drawWorkflow('ill');
  const bad = [await harness.begin(definition)];
  for (let n = 0; n < 10; n += 1) {
    await system.owner.query(
      `insert into workflow_executions (workflow_id, workflow_version_id, tenant_id, user_id, created_at)
       select workflow_id, workflow_version_id, tenant_id, user_id, created_at - interval '1 day'
       from workflow_executions, generate_series(1, 100) where id = $1`,
      [bad[0]],
    );
  }
  await system.owner.query(
    `insert into task_executions (workflow_execution_id, tenant_id, task_id, timeout_seconds)
     select id, tenant_id, 'ill', 60 from workflow_executions
     where workflow_version_id = (select workflow_version_id from workflow_executions where id = $1) and id <> $1`,
    [bad[0]],
  );
  await system.owner.query(
    `update task_executions set not_before = ledger_now() where workflow_execution_id = $1`,
    [wait],
  );
  await due(wait);
  await system.owner.query('update workflow_executions set decide_after = null where id = $1', [wait]);
  // The first thousand take one turn.
  for (let turn = 0; turn < 2; turn += 1) {
    const found = await findUnattended(system.ledger, []);
    await Promise.all(found.map((id) => harness.advance(id)));
  }
  expect((await harness.read(wait)).execution.status).toBe('succeeded');
});

test('a dispatch that fails undoes no decision, and does not count as a failure of the executions', async () => {
  const stuck = await openDecisionHarness(system, {
    log,
    dispatch: () => Promise.reject(Object.assign(new Error('out of range'), { code: '22003' })),
  });
  const id = await stuck.begin(drawWorkflow('only'));
  await stuck.advance(id);
  expect((await stuck.read(id)).tasks[0]?.status).toBe('ready');
  expect(await retryOf(id)).toEqual({ failures: 0, waits: null });
  expect(reports.at(-1)).toMatch(/^dispatch.failed/);
  await stuck.stop();
});

test('executions under way are left out, so that the others are found', async () => {
  const id = await begin('later');
  await due(id);
  expect(await findUnattended(system.ledger, [])).toContain(id);
  expect(await findUnattended(system.ledger, [id])).not.toContain(id);
});

test.each<[unknown, string]>([
  [new TypeError('x is undefined'), 'refused'],
  [new RangeError('Invalid string length'), 'refused'],
  [new Error('Connection terminated unexpectedly'), 'shortage'],
  [Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), 'shortage'],
  [Object.assign(new Error('no space left'), { code: 'ENOSPC' }), 'shortage'],
])('%o is a case of %s', (error, trouble) => {
  expect(decisionFailureOf(error)).toBe(trouble);
});

test('the invariants hold after every refusal', async () => {
  await system.owner.query('delete from test_faults');
  const { rows } = await system.owner.query<{ id: string }>(
    `update workflow_executions set deadline = ledger_now(), decide_after = null where completed_at is null returning id`,
  );
  await Promise.all(rows.map(({ id }) => harness.advance(id)));
  await expectInvariants(system);
});

/** A pause stops the clocks of an execution and of what it runs, except its deadline. In virtual time, by the real statements. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import { cancel } from '../../src/store/executions/control.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { makeClaim } from '../../src/store/scheduling/claim.js';
import { makeSettle } from '../../src/store/scheduling/settle.js';
import { findUnattended } from '../../src/store/scheduling/unattended.js';
import { openDecisionHarness, type DecisionHarness } from '../harness/decision-harness.js';
import { expectInvariants } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let harness: DecisionHarness;
beforeAll(async () => {
  system = await startTestSystem({
    services: [],
    beforeServices: async (owner) => {
      await owner.query(`
        create table test_clock (at timestamptz not null);
        grant select on test_clock to public;
        insert into test_clock values ('2026-03-02T00:00:00Z');
        create or replace function ledger_now() returns timestamptz language sql volatile as 'select at from radiant.test_clock'`);
    },
  });
  harness = await openDecisionHarness(system);
});
afterAll(async () => {
  await harness.stop();
  await system.stop();
});

const pass = (seconds: number) =>
  system.owner.query(`update test_clock set at = at + $1 * interval '1 s'`, [seconds]);
const tenantOf = async (id: string) =>
  (
    await system.owner.query<{ tenant: string }>(
      'select tenant_id as tenant from workflow_executions where id = $1',
      [id],
    )
  ).rows[0]?.tenant ?? '';

const LIMIT = 100;
/** By kind: the workflow, and what is true once its clock has run for `LIMIT` seconds. */
const CLOCKS = {
  timer: { a: { type: 'wait', config: { wait: { seconds: LIMIT } } } },
  signal: { a: { type: 'wait', config: { wait: { signal: 'go', timeoutSeconds: LIMIT } } } },
  approval: { a: { type: 'approval', config: { approval: { timeoutSeconds: LIMIT } } } },
  execution: { a: { type: 'wait', config: { wait: { signal: 'go' } } } },
} as const;
const ENDS = { timer: 'succeeded', signal: 'failed', approval: 'failed', execution: 'timed_out' } as const;
type Kind = keyof typeof CLOCKS;

test('what is due comes after that much time without pauses, whatever pauses there are', async () => {
  const anyKind = fc.constantFrom(...(Object.keys(CLOCKS) as Kind[]));
  const anySteps = fc.array(
    fc.oneof(fc.constantFrom('pause' as const, 'resume' as const), fc.integer({ min: 1, max: 60 })),
    { minLength: 3, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(anyKind, anySteps, async (kind, steps) => {
      const definition = drawWorkflow('a', CLOCKS[kind]);
      const timeout = kind === 'execution' ? LIMIT : 1_000_000;
      const id = await harness.begin({ ...definition, timeout });
      await harness.advance(id);
      let [ran, pauses, isPaused] = [0, 0, false];
      for (const step of steps) {
        if (ran >= LIMIT) break;
        if (step === 'pause' && !isPaused) await harness.pause(id);
        if (step === 'resume' && isPaused) await harness.resume(id);
        if (step === 'pause' || step === 'resume') isPaused = step === 'pause';
        else {
          await pass(step);
          if (isPaused) pauses += step;
          else ran += step;
        }
        if ((await findUnattended(system.ledger, [])).includes(id)) await harness.advance(id);
        const { execution } = await harness.read(id);
        const open = isPaused ? 'paused' : kind === 'timer' ? ['pending', 'running'] : 'running';
        if (ran >= LIMIT) expect(execution.status).toBe(ENDS[kind]);
        else expect(open).toContain(execution.status);
      }
      const { rows } = await system.owner.query<{ paused: number }>(
        'select paused_seconds::float8 as paused from workflow_executions where id = $1',
        [id],
      );
      if (!isPaused) expect(rows).toEqual([{ paused: pauses }]);
      if (ran < LIMIT) await cancel(system.ledger, await tenantOf(id), id, SYSTEM);
    }),
    { numRuns: 25, endOnFailure: true },
  );
  await expectInvariants(system);
});

test('a deadline passes during a pause', async () => {
  const id = await harness.begin(drawWorkflow('a', CLOCKS.timer));
  await system.owner.query(
    `update workflow_executions set deadline = ledger_now() + interval '50 s' where id = $1`,
    [id],
  );
  await harness.advance(id);
  await harness.pause(id);
  await pass(51);
  expect(await findUnattended(system.ledger, [])).toContain(id);
  await harness.advance(id);
  expect((await harness.read(id)).execution).toMatchObject({
    status: 'timed_out',
    errorCode: 'deadline_passed',
  });
});

test.each([
  // The delay is 30 s. It began so many seconds before the pause, or within it, which lasts 100 s.
  [10, 20],
  [-40, 30],
])('a retry delay that began %d s before the pause has %d s left after it', async (before, left) => {
  const id = await harness.begin(drawWorkflow('a', { a: { type: 'task' } }));
  await harness.advance(id);
  const { rows } = await system.owner.query<{ task: string }>(
    `update task_executions set status = 'queued', queued_at = ledger_now(), delivery = 1
     where workflow_execution_id = $1 returning id as task`,
    [id],
  );
  const taskExecutionId = rows[0]?.task ?? '';
  const attempt = { taskExecutionId, attempt: 1, worker: 'w' };
  await makeClaim(system.ledger)({ ...attempt, delivery: 1, leaseMs: 1_000_000 });
  const fail = () =>
    makeSettle(system.ledger)({
      ...attempt,
      executionId: id,
      rootId: null,
      ended: 'failed',
      next: 'ready',
      errorCode: 'x',
      errorClass: 'transient',
      errorMessage: 'x',
      delayMs: 30_000,
    });
  if (before > 0) {
    await fail();
    await pass(before);
  }
  await harness.pause(id);
  if (before < 0) {
    await pass(-before);
    await fail();
  }
  await pass(100 + Math.min(before, 0));
  await harness.resume(id);
  const due = await system.owner.query<{ left: number }>(
    'select extract(epoch from not_before - ledger_now())::float8 as left from task_executions where id = $1',
    [taskExecutionId],
  );
  expect(due.rows).toEqual([{ left }]);
  await cancel(system.ledger, await tenantOf(id), id, SYSTEM);
});

test('the clocks of a child stand still with those of its parent', async () => {
  const id = await harness.begin(
    drawWorkflow('a', { a: { type: 'workflow', config: { workflowId: 'inner' } } }),
  );
  await harness.advance(id);
  await harness.pause(id);
  await pass(70);
  await harness.resume(id);
  const { rows } = await system.owner.query<{ paused: number }>(
    'select paused_seconds::float8 as paused from workflow_executions where id = $1 or parent_id = $1',
    [id],
  );
  expect(rows).toEqual([{ paused: 70 }, { paused: 70 }]);
  await cancel(system.ledger, await tenantOf(id), id, SYSTEM);
});

/** A task ends once, also if a skip, a claim, a result, a decision and a cancel come at the same moment. By the real statements. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Conflict } from '../../src/core/errors.js';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import { decideApproval } from '../../src/store/approvals/decide.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { cancel, skipTask } from '../../src/store/executions/control.js';
import { makeClaim } from '../../src/store/scheduling/claim.js';
import { makeSettle } from '../../src/store/scheduling/settle.js';
import { findUnattended } from '../../src/store/scheduling/unattended.js';
import { openDecisionHarness, type DecisionHarness } from '../harness/decision-harness.js';
import { expectInvariants } from '../harness/invariants.js';
import { startTestSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let harness: DecisionHarness;
beforeAll(async () => {
  system = await startTestSystem({ services: [] });
  harness = await openDecisionHarness(system);
});
afterAll(async () => {
  await harness.stop();
  await system.stop();
});

const KINDS = {
  work: { type: 'task' },
  timer: { type: 'wait', config: { wait: { seconds: 3600 } } },
  signal: { type: 'wait', config: { wait: { signal: 'go' } } },
  approval: { type: 'approval' },
  child: { type: 'workflow', config: { workflowId: 'inner' } },
} as const;
type Kind = keyof typeof KINDS;

interface Begun {
  executionId: string;
  tenantId: string;
  taskExecutionId: string;
}

async function begin(kind: Kind): Promise<Begun> {
  const executionId = await harness.begin(
    drawWorkflow('first -> after', { first: KINDS[kind], after: { type: 'transform' } }),
  );
  await harness.advance(executionId);
  const { rows } = await system.owner.query<{ id: string; tenant: string }>(
    `select id, tenant_id as tenant from task_executions where workflow_execution_id = $1 and task_id = 'first'`,
    [executionId],
  );
  const [row] = rows;
  if (!row) throw new Error('there is no task');
  await system.owner.query(
    `update task_executions set status = 'queued', queued_at = ledger_now(), delivery = 1 where id = $1 and status = 'ready'`,
    [row.id],
  );
  return { executionId, tenantId: row.tenant, taskExecutionId: row.id };
}

const skip = ({ executionId, tenantId }: Begun, output?: { by: string }) =>
  skipTask(system.ledger, SYSTEM, {
    executionId,
    tenantId,
    taskId: 'first',
    mapIndex: null,
    output,
    reason: 'by hand',
  });

async function work({ executionId, taskExecutionId }: Begun): Promise<void> {
  const worker = 'w';
  const claimed = await makeClaim(system.ledger)({
    taskExecutionId,
    attempt: 1,
    delivery: 1,
    worker,
    leaseMs: 60_000,
  });
  if (typeof claimed === 'string') return;
  await makeSettle(system.ledger)({
    taskExecutionId,
    executionId,
    rootId: null,
    attempt: 1,
    worker,
    ended: 'succeeded',
    next: 'succeeded',
    output: { by: 'worker' },
  });
}

/** Who comes, by name. */
const COMERS: Record<string, (begun: Begun) => Promise<unknown>> = {
  skip: (begun) => skip(begun),
  give: (begun) => skip(begun, { by: 'person' }),
  work,
  decide: ({ executionId }) => harness.advance(executionId),
  approve: ({ executionId, tenantId, taskExecutionId }) =>
    decideApproval(system.ledger, SYSTEM, {
      id: taskExecutionId,
      executionId,
      tenantId,
      rule: {},
      answer: { outcome: 'approved', comment: null, form: null },
      idempotencyKey: undefined,
    }),
  cancel: ({ executionId, tenantId }) => cancel(system.ledger, tenantId, executionId, SYSTEM),
};

const anyKind = fc.constantFrom(...(Object.keys(KINDS) as Kind[]));
const anyComers = fc.array(fc.constantFrom(...Object.keys(COMERS)), { minLength: 2, maxLength: 6 });

test('one of them ends the task, and what it has is what that one gave', async () => {
  await fc.assert(
    fc.asyncProperty(anyKind, anyComers, async (kind, comers) => {
      const begun = await begin(kind);
      const before = await harness.countEvents(begun.executionId);
      const came = await Promise.all(
        comers
          .filter((name) => name !== 'approve' || kind === 'approval')
          .map(async (name) => {
            try {
              await COMERS[name]?.(begun);
              return name;
            } catch (error) {
              expect(error).toBeInstanceOf(Conflict);
              return null;
            }
          }),
      );
      const { rows } = await system.owner.query<{
        status: string;
        by: string | null;
        output: { by?: string } | null;
        live: number;
        ends: number;
      }>(
        `select t.status, t.ended_by as by, t.output_data as output,
           (select count(*)::int from workflow_executions c where c.parent_task_id = t.id and c.completed_at is null) as live,
           (select count(*)::int from execution_events n where n.workflow_execution_id = t.workflow_execution_id
             and n.task_id = 'first' and n.to_status in ('succeeded', 'failed', 'skipped', 'cancelled')) as ends
         from task_executions t where t.id = $1`,
        [begun.taskExecutionId],
      );
      const [row] = rows;
      const steered = came.filter((name) => name === 'skip' || name === 'give');
      expect(new Set(steered).size).toBeLessThanOrEqual(1);
      if (steered.length > 0)
        expect(row).toMatchObject({
          by: 'Radiant',
          live: 0,
          ends: 1,
          ...(steered[0] === 'skip'
            ? { status: 'skipped', output: null }
            : { status: 'succeeded', output: { by: 'person' } }),
        });
      else expect(row?.by).toBeNull();
      expect(await harness.countEvents(begun.executionId)).toBeGreaterThanOrEqual(before);
      await cancel(system.ledger, begun.tenantId, begun.executionId, SYSTEM).catch((error: unknown) =>
        expect(error).toBeInstanceOf(Conflict),
      );
    }),
    { numRuns: 25, endOnFailure: true },
  );
  await expectInvariants(system);
});

test('a skip whose message is lost is found by the sweep, and what depends on the task goes on', async () => {
  const begun = await begin('signal');
  const longAgo = `update workflow_executions set advanced_at = advanced_at - interval '1 hour' where id = $1`;
  await system.owner.query(longAgo, [begun.executionId]);
  expect(await findUnattended(system.ledger, [])).not.toContain(begun.executionId);
  await skip(begun, { by: 'person' });
  expect(await findUnattended(system.ledger, [])).toContain(begun.executionId);
  await harness.advance(begun.executionId);
  expect((await harness.read(begun.executionId)).execution).toMatchObject({ status: 'succeeded' });
});

test('a task that a worker has is refused, also while it is handed to another worker', async () => {
  const begun = await begin('work');
  const { taskExecutionId } = begun;
  const claim = { taskExecutionId, attempt: 1, delivery: 1, worker: 'w', leaseMs: 60_000 };
  await makeClaim(system.ledger)(claim);
  await expect(skip(begun)).rejects.toMatchObject({ code: 'task_running' });
  await system.owner.query(
    `update task_executions set status = 'queued', lease_owner = null, lease_until = null where id = $1`,
    [taskExecutionId],
  );
  await expect(skip(begun)).rejects.toMatchObject({ code: 'task_running' });
  await cancel(system.ledger, begun.tenantId, begun.executionId, SYSTEM);
  await expect(skip(begun)).rejects.toMatchObject({ code: 'execution_ended' });
});

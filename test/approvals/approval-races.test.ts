/** One decision wins, also if another approver, the time limit and a cancel come at the same moment. By the real statements. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Conflict } from '../../src/core/errors.js';
import type { ApprovalRule } from '../../src/core/approvals/rule.js';
import { drawWorkflow } from '../../src/core/testing/workflow-drawing.js';
import { decideApproval } from '../../src/store/approvals/decide.js';
import { SYSTEM } from '../../src/store/db/ledger.js';
import { cancel } from '../../src/store/executions/control.js';
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

interface Asked {
  id: string;
  executionId: string;
  tenantId: string;
  rule: ApprovalRule;
}

async function begin(rule: ApprovalRule): Promise<Asked> {
  const definition = drawWorkflow('ask -> use', {
    ask: { type: 'approval', config: { approval: rule } },
    use: { type: 'transform', inputMapping: { outcome: 'tasks.ask.output.outcome' } },
  });
  const executionId = await harness.begin(definition);
  await harness.advance(executionId);
  const { rows } = await system.owner.query<{ id: string; tenant: string }>(
    'select id, tenant_id as tenant from approvals where workflow_execution_id = $1',
    [executionId],
  );
  const [row] = rows;
  if (!row) throw new Error('no approval was requested');
  return { id: row.id, executionId, tenantId: row.tenant, rule };
}

const decide = ({ id, executionId, tenantId, rule }: Asked, outcome: 'approved' | 'rejected') =>
  decideApproval(system.ledger, SYSTEM, {
    id,
    executionId,
    tenantId,
    rule,
    answer: { outcome, comment: outcome, form: null },
    idempotencyKey: undefined,
  });

/** Its time limit passes. */
const expire = ({ id }: Asked) =>
  system.owner.query(
    `update task_executions set not_before = ledger_now() where id = $1 and status = 'waiting'`,
    [id],
  );

/** Who comes, by name. Each returns whether it ended the approval, as far as it knows. */
const COMERS: Record<string, (asked: Asked) => Promise<unknown>> = {
  approve: (asked) => decide(asked, 'approved'),
  reject: (asked) => decide(asked, 'rejected'),
  cancel: ({ tenantId, executionId }) => cancel(system.ledger, tenantId, executionId, SYSTEM),
  'time limit': async (asked) => {
    await expire(asked);
    await harness.advance(asked.executionId);
  },
  decision: ({ executionId }) => harness.advance(executionId),
};

const anyRule = fc.record({
  timeoutSeconds: fc.constant(3600),
  defaultOutcome: fc.constantFrom('approved' as const, 'rejected' as const, 'fail' as const),
  onRejection: fc.constantFrom('fail' as const, 'succeed' as const),
});
const anyComers = fc.array(fc.constantFrom(...Object.keys(COMERS)), { minLength: 2, maxLength: 6 });

test('at most one decision is accepted, and the task, the approval and the execution say the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyRule, anyComers, async (rule, comers) => {
      const asked = await begin(rule);
      const came = await Promise.all(
        comers.map(async (name) => {
          try {
            await COMERS[name]?.(asked);
            return name;
          } catch (error) {
            expect(error).toBeInstanceOf(Conflict);
            return null;
          }
        }),
      );
      const accepted = came.filter((name) => name === 'approve' || name === 'reject');
      expect(accepted.length).toBeLessThanOrEqual(1);
      await harness.advance(asked.executionId);
      const { rows } = await system.owner.query<{
        status: string;
        comment: string | null;
        task: string;
        ended: boolean;
      }>(
        `select a.status, a.comment, t.status as task, e.completed_at is not null as ended
         from approvals a join task_executions t on t.id = a.id join workflow_executions e on e.id = a.workflow_execution_id
         where a.id = $1`,
        [asked.id],
      );
      const [found] = rows;
      const status = accepted[0] && (accepted[0] === 'approve' ? 'approved' : 'rejected');
      if (status) expect(found).toMatchObject({ status, comment: status, ended: true });
      else expect(found?.comment).toBeNull();
      if (found?.status === 'waiting') {
        expect(found).toMatchObject({ task: 'waiting', ended: false });
        await cancel(system.ledger, asked.tenantId, asked.executionId, SYSTEM);
      } else expect(found?.ended).toBe(true);
    }),
    { numRuns: 40, endOnFailure: true },
  );
  await expectInvariants(system);
});

test('two approvers at once: one of them decides', async () => {
  const asked = await begin({});
  const came = await Promise.allSettled([decide(asked, 'approved'), decide(asked, 'rejected')]);
  const refused = came.filter((one) => one.status === 'rejected');
  expect(refused).toMatchObject([{ reason: { code: 'already_decided' } }]);
  await harness.advance(asked.executionId);
});

test('a decision after the time limit is refused, although nothing has acted on it yet', async () => {
  const asked = await begin({ timeoutSeconds: 3600, defaultOutcome: 'approved' });
  await expire(asked);
  await expect(decide(asked, 'rejected')).rejects.toMatchObject({ code: 'approval_timed_out' });
  await harness.advance(asked.executionId);
  expect((await harness.read(asked.executionId)).execution).toMatchObject({
    status: 'succeeded',
    output: { use: { outcome: 'approved' } },
  });
});

test('a decision whose message is lost is found by the sweep', async () => {
  const asked = await begin({});
  const longAgo = `update workflow_executions set advanced_at = advanced_at - interval '1 hour' where id = $1`;
  await system.owner.query(longAgo, [asked.executionId]);
  expect(await findUnattended(system.ledger, [])).not.toContain(asked.executionId);
  await decide(asked, 'approved');
  expect(await findUnattended(system.ledger, [])).toContain(asked.executionId);
  await harness.advance(asked.executionId);
  expect(await findUnattended(system.ledger, [])).not.toContain(asked.executionId);
});

test('what was asked and decided is not rewritten', async () => {
  const asked = await begin({});
  await expect(
    system.ledger.query('update approvals set approvers = $2 where id = $1', [asked.id, ['tenant_admin']]),
  ).rejects.toThrow(/denied/);
  await decide(asked, 'approved');
  await expect(
    system.ledger.query('update approvals set comment = $2 where id = $1', [asked.id, 'No.']),
  ).rejects.toThrow(/never changed/);
  await harness.advance(asked.executionId);
});

/** Approvals: an inbox of what the caller may decide, and the decision. */
import { z } from 'zod';
import { answerFaults, OUTCOMES } from '../core/approvals/decision.js';
import { approverNames, approversInWords, DEFAULT_OUTCOMES, whyNotAllowed } from '../core/approvals/rule.js';
import { InvalidInput, Refused } from '../core/errors.js';
import { decideApproval } from '../store/approvals/decide.js';
import {
  APPROVAL_STATUSES,
  countWaiting,
  findApproval,
  listApprovals,
  type ApprovalRow,
} from '../store/approvals/inbox.js';
import type { Caller } from '../store/people/identity.js';
import type { Infrastructure } from '../infrastructure.js';
import { idempotency } from './executions/accept.js';
import { present } from './executions/payloads.js';
import { newest, newestPage } from './http/newest-page.js';
import { pageOf, pageQuery } from './http/paging.js';
import { PAYERS, route, type Route } from './http/route.js';
import { at, byId, json } from './http/shapes.js';

const approval = z
  .strictObject({
    id: z.uuid(),
    status: z.enum(APPROVAL_STATUSES),
    executionId: z.uuid(),
    executionName: z.string().nullable(),
    workflowId: z.string(),
    workflowName: z.string(),
    taskId: z.string(),
    taskName: z.string(),
    /** What the approvers are asked. */
    text: z.string().nullable(),
    facts: json.meta({ description: 'The input of the task: what the approvers decide about.' }),
    formSchema: z.record(z.string(), json).nullable().meta({
      description: 'JSON Schema of what an approver fills in; null if there is nothing to fill in.',
    }),
    approvers: z
      .array(z.string())
      .meta({ description: 'Roles in the tenant, and e-mail addresses: each of them may decide.' }),
    /** False: the user who requested the execution may not decide. */
    allowSelf: z.boolean(),
    /** The user who requested the execution. */
    requestedBy: z.string(),
    requestedAt: at,
    /** When the default outcome counts; null if it has ended, lasts as long as its execution, or that is paused. */
    dueAt: at.nullable(),
    defaultOutcome: z.enum(DEFAULT_OUTCOMES),
    /** True while it waits for a decision that the caller may make. */
    mayDecide: z.boolean(),
    comment: z.string().nullable(),
    form: json.meta({ description: 'What the approver filled in.' }),
    /** An e-mail address; null if nobody decided. */
    decidedBy: z.string().nullable(),
    /** When it ended, also if nobody decided. */
    decidedAt: at.nullable(),
  })
  .meta({ id: 'Approval' });

/** The navigation counts up to this. */
const MOST = 100;

export function approvalRoutes({ ledger, workflows, blobs, sender, log }: Infrastructure): Route[] {
  const definedFor = async ({ versionId, taskId }: Pick<ApprovalRow, 'versionId' | 'taskId'>) => {
    const { graph } = await workflows.version(versionId);
    const task = graph.task(taskId);
    return { workflow: graph.definition, task, rule: task.config.approval ?? {} };
  };

  async function show(row: ApprovalRow, caller: Caller) {
    const { versionId: _, tenantId: __, requesterId: ___, facts, ...shown } = row;
    const { workflow, task, rule } = await definedFor(row);
    return {
      ...shown,
      workflowId: workflow.id,
      workflowName: workflow.name,
      taskName: task.name,
      facts: await present(blobs, row.executionId, facts),
      formSchema: rule.form ?? null,
      defaultOutcome: rule.defaultOutcome ?? 'fail',
      mayDecide: row.status === 'waiting' && whyNotAllowed(row, caller) === null,
    };
  }

  return [
    route({
      method: 'get',
      path: '/v1/approvals',
      operation: 'listApprovals',
      roles: PAYERS,
      summary: 'List the approvals that you may decide, or might have decided, newest first',
      query: z.strictObject({
        status: z
          .enum(['waiting', 'decided'])
          .default('waiting')
          .meta({ description: '`decided`: those that wait no more, however they ended.' }),
        ...pageQuery,
      }),
      status: 200,
      response: pageOf(approval),
      handle: async ({ caller, query: { status, ...query } }) => {
        const rows = await listApprovals(ledger, caller, approverNames(caller), {
          isWaiting: status === 'waiting',
          page: newest(query),
        });
        const { items, nextCursor } = newestPage(rows, query.limit);
        return { body: { items: await Promise.all(items.map((row) => show(row, caller))), nextCursor } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/approvals/count',
      operation: 'getApprovalCount',
      roles: PAYERS,
      summary: 'Count the approvals that wait for your decision',
      status: 200,
      response: z
        .strictObject({ waiting: z.int().meta({ description: `At most ${MOST}, however many wait.` }) })
        .meta({ id: 'ApprovalCount' }),
      handle: async ({ caller }) => ({
        body: { waiting: await countWaiting(ledger, caller, approverNames(caller), MOST) },
      }),
    }),
    route({
      method: 'get',
      path: '/v1/approvals/:id',
      operation: 'getApproval',
      roles: PAYERS,
      summary: 'Read an approval: what is asked, who may decide, and how it was decided',
      params: byId,
      status: 200,
      response: approval,
      handle: async ({ caller, params: { id } }) => ({
        body: await show(await findApproval(ledger, caller, id), caller),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/approvals/:id/decision',
      operation: 'decideApproval',
      roles: PAYERS,
      summary: 'Approve or reject: the first decision counts, and the task ends with it',
      params: byId,
      headers: idempotency,
      body: z.strictObject({
        outcome: z.enum(OUTCOMES),
        comment: z.string().trim().min(1).max(2_000).nullable().default(null),
        form: z
          .json()
          .default(null)
          .meta({ description: 'By the form of the approval. It may be left out to reject.' }),
      }),
      status: 200,
      response: approval,
      handle: async ({ caller, actor, params: { id }, headers, body: answer }) => {
        const row = await findApproval(ledger, caller, id);
        const { rule } = await definedFor(row);
        const refusal = whyNotAllowed(row, caller);
        if (refusal !== null) throw new Refused(refusal, `This may be decided by ${approversInWords(rule)}.`);
        const faults = answerFaults(rule, answer);
        if (faults.length > 0)
          throw new InvalidInput(
            'The form of the approval is not filled in correctly.',
            faults,
            'invalid_form',
          );
        const { executionId, tenantId } = row;
        await decideApproval(ledger, actor, {
          id,
          tenantId,
          executionId,
          rule,
          answer,
          idempotencyKey: headers['idempotency-key'],
        });
        sender
          .askToAdvance([executionId])
          .catch((error: unknown) => log.error('execution.message_not_sent', error, { executionId }));
        return { body: await show(await findApproval(ledger, caller, id), caller) };
      },
    }),
  ];
}

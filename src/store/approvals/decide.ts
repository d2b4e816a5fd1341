/** Decides an approval: records who decided, and ends its task in the same transaction, so that one decision wins. */
import { endingOf, type Answer } from '../../core/approvals/decision.js';
import type { ApprovalRule } from '../../core/approvals/rule.js';
import { Conflict, NotFound } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import { lockExecution } from '../executions/tree.js';
import type { ApprovalStatus } from './inbox.js';

export interface NewDecision {
  id: string;
  tenantId: string;
  executionId: string;
  rule: ApprovalRule;
  answer: Answer;
  idempotencyKey: string | undefined;
}

interface State {
  status: ApprovalStatus;
  isLate: boolean;
  /** It was decided with this key: by the same person and in the same way, or not. */
  again: 'same' | 'other' | null;
  now: Date;
  by: string | null;
}

/**
 * The lock of the execution orders it with other decisions, with the time limit, and with a cancel. What was decided with the
 * same key before stays, and is no error.
 *
 * @throws NotFound, Conflict `already_decided`, `approval_timed_out`, `execution_ended`, `idempotency_key_reused`
 */
export async function decideApproval(ledger: Ledger, actor: Actor, decision: NewDecision): Promise<void> {
  const { id, tenantId, executionId, rule, answer, idempotencyKey = null } = decision;
  await ledger.as(actor, async (session) => {
    await lockExecution(session, tenantId, executionId);
    const { now, by, ...state } = await readState(session, decision);
    if (state.again === 'same') return;
    mustBeOpen(id, state);
    await session.query(
      'update approvals set comment = $2, form = $3, decided_by = $4, idempotency_key = $5 where id = $1',
      [id, answer.comment, JSON.stringify(answer.form), by, idempotencyKey],
    );
    const ending = endingOf(rule, { ...answer, decidedBy: by, decidedAt: now });
    const output = 'output' in ending ? ending.output : null;
    const error = 'error' in ending ? ending.error : null;
    // A trigger ends the approval with its task. The event of this end makes the scheduler decide, even if its message is lost.
    await session.query(
      `update task_executions
       set status = case when $3::text is null then 'succeeded' else 'failed' end, completed_at = ledger_now(), output_data = $2,
         error_code = $3, error_message = $4, error_class = case when $3::text is not null then 'invalid' end,
         not_before = null, wait_signal = null
       where id = $1 and status = 'waiting'`,
      [id, output && JSON.stringify(output), error?.code ?? null, error?.message ?? null],
    );
  });
}

async function readState(
  session: Session,
  { id, tenantId, answer: { outcome, comment, form }, idempotencyKey }: NewDecision,
): Promise<State> {
  const [state] = await session.query<State>(
    `select a.status, coalesce(t.not_before <= coalesce(e.paused_at, ledger_now()), false) as is_late, ledger_now() as now, p.name as by,
       case when a.idempotency_key = $3 then
         case when (a.status, a.comment, a.form, a.decided_by) is not distinct from ($4::text, $5::text, $6::jsonb, p.name)
           then 'same' else 'other' end
       end as again
     from approvals a join task_executions t on t.id = a.id join workflow_executions e on e.id = a.workflow_execution_id, lateral (select actor_name(a.tenant_id) as name) p
     where a.id = $1 and a.tenant_id = $2`,
    [id, tenantId, idempotencyKey ?? null, outcome, comment, JSON.stringify(form)],
  );
  if (!state) throw new NotFound('approval', id);
  return state;
}

/** @throws Conflict */
function mustBeOpen(id: string, { status, isLate, again }: Pick<State, 'status' | 'isLate' | 'again'>): void {
  if (again === 'other')
    throw new Conflict(
      'idempotency_key_reused',
      'This Idempotency-Key was sent before with another decision. Use a new key.',
    );
  if (status === 'cancelled')
    throw new Conflict(
      'execution_ended',
      `Approval ${id} was skipped, or ended with its execution: nothing is left to decide.`,
    );
  if (status === 'timed_out' || (status === 'waiting' && isLate))
    throw new Conflict(
      'approval_timed_out',
      `Nobody decided approval ${id} in time: its default outcome counts.`,
    );
  if (status !== 'waiting')
    throw new Conflict('already_decided', `Approval ${id} was ${status} before: the first decision counts.`);
}

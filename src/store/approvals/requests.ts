/** Writes requests for approvals, in the transaction that makes their tasks wait. */
import type { ApprovalRequest } from '../../core/approvals/request.js';
import type { Session, Statement } from '../db/ledger.js';
import { rowsOf } from '../db/rows.js';

/** `id` of the task, which becomes that of the approval. */
export type NewApproval = Pick<ApprovalRequest, 'text' | 'approvers' | 'allowSelf'> & {
  id: string;
  at: string;
};

export async function requestApprovals(session: Session, requests: readonly NewApproval[]): Promise<void> {
  if (requests.length > 0) await session.query(REQUEST, REQUESTS.values(requests));
}

/** What a waiting task of an approval waits for; no signal has such a name. */
export const waitNameOf = (taskId: string): string => `approval:${taskId}`;

const REQUESTS = rowsOf<NewApproval>({
  id: 'uuid',
  at: 'timestamptz',
  text: 'text',
  approvers: 'jsonb',
  allowSelf: 'boolean',
});

const REQUEST: Statement = {
  name: 'request_approvals',
  text: `insert into approvals (id, workflow_execution_id, tenant_id, text, approvers, allow_self, created_at)
     select r.id, t.workflow_execution_id, t.tenant_id, r.text, array(select jsonb_array_elements_text(r.approvers)), r."allowSelf", r.at
     from ${REQUESTS.as('r')}, lateral (
       select workflow_execution_id, tenant_id from task_executions t where t.id = r.id offset 0
     ) t`,
};

/** Reads approvals: one, and pages of those that a user may decide or might have decided. */
import { NotFound } from '../../core/errors.js';
import type { Json } from '../../core/json/json.js';
import { cursorOf, newestOf, valuesOf, type Listed, type Newest } from '../db/keyset.js';
import type { Ledger, Session, TenantClaims } from '../db/ledger.js';
import type { Reader } from '../executions/executions.js';

export const APPROVAL_STATUSES = ['waiting', 'approved', 'rejected', 'timed_out', 'cancelled'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export interface ApprovalRow {
  id: string;
  tenantId: string;
  executionId: string;
  executionName: string | null;
  versionId: string;
  taskId: string;
  status: ApprovalStatus;
  text: string | null;
  /** The input of the task. */
  facts: Json;
  /** Roles, and addresses in lower case. */
  approvers: string[];
  allowSelf: boolean;
  /** The user who requested the execution. */
  requesterId: string;
  requestedBy: string;
  requestedAt: Date;
  /** When the default outcome counts; null if it has ended, has no time limit, or its execution is paused. */
  dueAt: Date | null;
  comment: string | null;
  form: Json;
  decidedBy: string | null;
  decidedAt: Date | null;
}

const FROM = `from approvals a join workflow_executions e on e.id = a.workflow_execution_id`;
const ROW = `a.id, a.tenant_id, a.workflow_execution_id as execution_id, e.name as execution_name,
  e.workflow_version_id as version_id, t.task_id, a.status, a.text, t.input_data as facts, a.approvers, a.allow_self,
  e.user_id as requester_id, u.email as requested_by, a.created_at as requested_at,
  case when a.status = 'waiting' and e.paused_at is null then t.not_before end as due_at, a.comment, a.form, a.decided_by, a.decided_at
  ${FROM} join task_executions t on t.id = a.id join users u on u.id = e.user_id`;

/** As `core/approvals/rule.whyNotAllowed`. Its parameters are those of `mineOf`. */
const MINE = `a.tenant_id = $1 and a.approvers && $2::text[] and (a.allow_self or e.user_id <> $3)`;
const mineOf = ({ tenantId, userId }: TenantClaims, names: readonly string[]): unknown[] => [
  tenantId,
  names,
  userId,
];

/** @throws NotFound */
export async function findApproval(ledger: Ledger, caller: Reader, id: string): Promise<ApprovalRow> {
  const [row] = await ledger.within(await claimsOn(ledger, caller, id), (session) =>
    session.query<ApprovalRow>(`select ${ROW} where a.id = $1`, [id]),
  );
  if (!row) throw new NotFound('approval', id);
  return row;
}

/** Administrators read under the claims of the approval's tenant. @throws NotFound */
async function claimsOn(
  session: Session,
  { tenantId, userId, administratorId }: Reader,
  id: string,
): Promise<TenantClaims> {
  if (administratorId === null) return { tenantId, userId };
  const [found] = await session.query<{ tenantId: string }>('select tenant_id from approvals where id = $1', [
    id,
  ]);
  if (!found) throw new NotFound('approval', id);
  return { tenantId: found.tenantId, userId };
}

/** @param names as what the user may decide: `core/approvals/rule.approverNames` */
export const listApprovals = (
  ledger: Ledger,
  claims: TenantClaims,
  names: readonly string[],
  { isWaiting, page }: { isWaiting: boolean; page: Newest },
): Promise<Listed<ApprovalRow>[]> =>
  ledger.within(claims, (session) =>
    session.query<Listed<ApprovalRow>>(
      `select ${cursorOf('a')}, ${ROW} where ${MINE} and a.status ${isWaiting ? '=' : '<>'} 'waiting' ${newestOf('a', 4)}`,
      [...mineOf(claims, names), ...valuesOf(page)],
    ),
  );

/** How many wait for a decision that the user may make; it counts up to `most`. */
export async function countWaiting(
  ledger: Ledger,
  claims: TenantClaims,
  names: readonly string[],
  most: number,
): Promise<number> {
  const [row] = await ledger.within(claims, (session) =>
    session.query<{ count: number }>(
      `select count(*) from (select ${FROM} where ${MINE} and a.status = 'waiting' limit $4) w`,
      [...mineOf(claims, names), most],
    ),
  );
  return row?.count ?? 0;
}

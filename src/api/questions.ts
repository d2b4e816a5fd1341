/** What only this room asks the ledger. */
import type { TaskRow } from '../store/executions.js';
import type { Session } from '../store/pool.js';

/** Rejects when PostgreSQL does not answer or has no schema. */
export async function tryLedger(session: Session): Promise<void> {
  await session.query('select from workflow_executions limit 1');
}

/** Live executions by status. */
export const countLive = (session: Session): Promise<{ status: string; count: number }[]> =>
  session.query(
    'select status, count(*) from workflow_executions where completed_at is null group by status',
  );

export async function acceptedAt(session: Session, executionId: string): Promise<Date> {
  const [row] = await session.query<{ at: Date }>(
    'select created_at as at from workflow_executions where id = $1',
    [executionId],
  );
  return row?.at as Date;
}

/** The version an execution has pinned. */
export async function versionOf(session: Session, executionId: string): Promise<string> {
  const [row] = await session.query<{ id: string }>(
    'select workflow_version_id as id from workflow_executions where id = $1',
    [executionId],
  );
  return row?.id as string;
}

/** The execution that was accepted for this very request before, if any. */
export async function acceptedBefore(
  session: Session,
  request: { tenantId: string; idempotencyKey: string; requestHash: string },
): Promise<string | null> {
  const [row] = await session.query<{ id: string }>(
    'select id from workflow_executions where tenant_id = $1 and idempotency_key = $2 and request_hash = $3',
    [request.tenantId, request.idempotencyKey, request.requestHash],
  );
  return row?.id ?? null;
}

/** Tasks that come before one that is ready or queued, as far as priority and age decide. */
export async function countAhead(session: Session, task: TaskRow): Promise<number> {
  const [row] = await session.query<{ ahead: number }>(
    `select count(*) as ahead
     from task_executions mine
     join task_executions t on t.model_id = mine.model_id and t.status in ('ready', 'queued') and t.id <> mine.id
     where mine.id = $1 and (t.priority, t.first_ready_at) < (mine.priority, mine.first_ready_at)`,
    [task.id],
  );
  return row?.ahead ?? 0;
}

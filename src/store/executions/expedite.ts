/** Expedites an execution: an action of platform administrators, with a reason and an audit row. */
import { PRIORITY } from '../../core/priority.js';
import { Conflict, NotFound } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import { lockTree } from './tree.js';

/**
 * Puts the tasks of the execution and of its children first on every model, before all queued tasks. Running tasks are not interrupted. Repeating it
 * changes nothing.
 *
 * @throws NotFound, Conflict `execution_ended`
 */
export async function expedite(
  ledger: Ledger,
  actor: Actor,
  executionId: string,
  reason: string,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const tenantId = await tenantOf(session, executionId);
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.ended) {
      throw new Conflict(
        'execution_ended',
        `Execution ${executionId} has ${execution.status}: none of its tasks is waiting.`,
      );
    }
    const fresh = await session.query(
      'insert into execution_expedites (id, reason) values ($1, $2) on conflict (id) do nothing returning id',
      [executionId, reason],
    );
    if (fresh.length === 0) return;
    await session.query('update workflow_executions set priority = $2 where id = any ($1::uuid[])', [
      live,
      PRIORITY.expedited,
    ]);
    // The position of a sent message cannot change, so the task is queued again with a new message.
    await session.query(
      `update task_executions set priority = $2, status = case status when 'queued' then 'ready' else status end
       where workflow_execution_id = any ($1::uuid[]) and completed_at is null`,
      [live, PRIORITY.expedited],
    );
    await session.query(
      `select pg_notify('radiant', json_build_object(
         'event', 'workflow:expedited', 'executionId', id, 'tenantId', tenant_id)::text)
       from workflow_executions where id = $1`,
      [executionId],
    );
  });
}

async function tenantOf(session: Session, executionId: string): Promise<string> {
  const [found] = await session.query<{ tenantId: string }>(
    'select tenant_id from workflow_executions where id = $1',
    [executionId],
  );
  if (!found) throw new NotFound('execution', executionId);
  return found.tenantId;
}

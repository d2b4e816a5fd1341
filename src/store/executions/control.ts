/** Cancels, pauses and resumes executions. */
import { Conflict, NotFound } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';

/**
 * Cancels an execution at once: no task starts any more, and workers stop running tasks after a notification. Requests that
 * endpoints have received are still charged.
 *
 * @throws NotFound, Conflict `already_ended`
 */
export async function cancel(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const execution = await lock(session, tenantId, executionId);
    if (execution.status === 'cancelled') return;
    if (execution.ended) {
      throw new Conflict(
        'already_ended',
        `Execution ${executionId} has ${execution.status}: there is nothing to cancel.`,
      );
    }
    await end(session, executionId);
  });
}

/** Cancels an execution unless it has ended. @throws NotFound */
export async function cancelLive(session: Session, tenantId: string, executionId: string): Promise<void> {
  const { ended } = await lock(session, tenantId, executionId);
  if (!ended) await end(session, executionId);
}

async function end(session: Session, executionId: string): Promise<void> {
  await endTasks(session, executionId);
  await session.query(
    `update workflow_executions set status = 'cancelled', completed_at = ledger_now() where id = $1`,
    [executionId],
  );
}

/** Cancels all tasks that have not ended. The execution must be locked. */
export async function endTasks(session: Session, executionId: string): Promise<void> {
  await session.query(
    `update task_executions
     set status = 'cancelled', completed_at = ledger_now(), lease_owner = null, lease_until = null
     where workflow_execution_id = $1 and completed_at is null`,
    [executionId],
  );
}

/**
 * Pauses an execution: no task starts until it is resumed, running tasks may finish, and queued tasks leave the queue. Its
 * time limits keep counting.
 *
 * @throws NotFound, Conflict `execution_ended`
 */
export async function pause(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const execution = await lock(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    await session.query(
      `update workflow_executions set status = 'paused' where id = $1 and status in ('pending', 'running')`,
      [executionId],
    );
    await session.query(
      `update task_executions set status = 'ready' where workflow_execution_id = $1 and status = 'queued'`,
      [executionId],
    );
  });
}

/**
 * Resumes a paused execution: its runnable tasks queue again.
 *
 * @throws NotFound, Conflict `execution_ended` or `not_paused`
 */
export async function unpause(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<void> {
  await ledger.as(actor, async (session) => {
    const execution = await lock(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    if (execution.status !== 'paused') {
      throw new Conflict(
        'not_paused',
        `Execution ${executionId} is ${execution.status}: there is nothing to resume.`,
      );
    }
    await session.query(
      `update task_executions set status = 'ready', ready_at = ledger_now()
       where workflow_execution_id = $1 and status in ('ready', 'queued')`,
      [executionId],
    );
    await session.query(
      // Held-back tasks are decided again, even if the message to the scheduler is lost.
      `update workflow_executions
       set status = case when started_at is null then 'pending' else 'running' end, decide_whole = true, advanced_at = null
       where id = $1`,
      [executionId],
    );
  });
}

/** @throws NotFound */
export async function lock(
  session: Session,
  tenantId: string,
  executionId: string,
): Promise<{ status: string; ended: boolean }> {
  const [execution] = await session.query<{ status: string; ended: boolean }>(
    `select status, completed_at is not null as ended from workflow_executions
     where id = $1 and tenant_id = $2 for no key update`,
    [executionId, tenantId],
  );
  if (!execution) throw new NotFound('execution', executionId);
  return execution;
}

const hasEnded = (executionId: string, status: string): Conflict =>
  new Conflict(
    'execution_ended',
    `Execution ${executionId} has ${status}: rerun it to run the remaining tasks in a new execution.`,
  );

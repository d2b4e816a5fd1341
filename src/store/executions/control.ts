/** Cancels, pauses and resumes executions, each with the executions that it runs. */
import { Conflict } from '../../core/errors.js';
import type { Actor, Ledger, Session } from '../db/ledger.js';
import { relativesToAdvance } from './children.js';
import { lockTree } from './tree.js';

/**
 * Cancels an execution at once: no task starts any more, and workers stop running tasks after a notification. Requests that
 * endpoints have received are still charged.
 *
 * @returns the id of the execution that waits for it, if there is one: it is to be advanced
 * @throws NotFound, Conflict `already_ended`
 */
export async function cancel(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<string[]> {
  return ledger.as(actor, async (session) => {
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.status === 'cancelled') return [];
    if (execution.ended) {
      throw new Conflict(
        'already_ended',
        `Execution ${executionId} has ${execution.status}: there is nothing to cancel.`,
      );
    }
    await end(session, live);
    return relativesToAdvance(session, [executionId]);
  });
}

/** Cancels an execution unless it has ended. @throws NotFound */
export async function cancelLive(session: Session, tenantId: string, executionId: string): Promise<void> {
  const { execution, live } = await lockTree(session, tenantId, executionId);
  if (!execution.ended) await end(session, live);
}

async function end(session: Session, executionIds: readonly string[]): Promise<void> {
  await endTasks(session, executionIds);
  await session.query(
    `update workflow_executions set status = 'cancelled', completed_at = ledger_now() where id = any ($1::uuid[])`,
    [executionIds],
  );
}

/** Cancels all tasks that have not ended. The executions must be locked. */
export async function endTasks(session: Session, executionIds: readonly string[]): Promise<void> {
  await session.query(
    `update task_executions
     set status = 'cancelled', completed_at = ledger_now(), lease_owner = null, lease_until = null
     where workflow_execution_id = any ($1::uuid[]) and completed_at is null`,
    [executionIds],
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
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    await session.query(
      `update workflow_executions set status = 'paused' where id = any ($1::uuid[]) and status in ('pending', 'running')`,
      [live],
    );
    await session.query(
      `update task_executions set status = 'ready' where workflow_execution_id = any ($1::uuid[]) and status = 'queued'`,
      [live],
    );
  });
}

/**
 * Resumes a paused execution: its runnable tasks queue again.
 *
 * @returns the ids of all executions that go on
 * @throws NotFound, Conflict `execution_ended` or `not_paused`
 */
export async function unpause(
  ledger: Ledger,
  tenantId: string,
  executionId: string,
  actor: Actor,
): Promise<string[]> {
  return ledger.as(actor, async (session) => {
    const { execution, live } = await lockTree(session, tenantId, executionId);
    if (execution.ended) throw hasEnded(executionId, execution.status);
    if (execution.status !== 'paused') {
      throw new Conflict(
        'not_paused',
        `Execution ${executionId} is ${execution.status}: there is nothing to resume.`,
      );
    }
    await session.query(
      `update task_executions set status = 'ready', ready_at = ledger_now()
       where workflow_execution_id = any ($1::uuid[]) and status in ('ready', 'queued')`,
      [live],
    );
    const resumed = await session.query<{ id: string }>(
      // Held-back tasks are decided again, even if the message to the scheduler is lost.
      `update workflow_executions
       set status = case when started_at is null then 'pending' else 'running' end, decide_whole = true, advanced_at = null
       where id = any ($1::uuid[]) and status = 'paused'
       returning id`,
      [live],
    );
    return resumed.map(({ id }) => id);
  });
}

const hasEnded = (executionId: string, status: string): Conflict =>
  new Conflict(
    'execution_ended',
    `Execution ${executionId} has ${status}: rerun it to run the remaining tasks in a new execution.`,
  );

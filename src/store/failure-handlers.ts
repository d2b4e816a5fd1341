/** Failed executions that another workflow is to handle: which are due, and what became of each. Each is decided once. */
import type { Failed } from '../core/workflows/failure-facts.js';
import type { Session, Statement } from './db/ledger.js';

/** A failed execution, and what its handler takes over from it. */
export interface DueFailure extends Failed {
  /** The workflow that handles it. */
  handlerWorkflowId: string;
  /** The version that has failed. */
  versionId: string;
  userId: string;
  priority: number;
  tags: string[];
  /** Executions whose files the handler may open. */
  origins: string[];
}

/**
 * Locks the failure that has been due for longest; others leave it out. Null if there is none.
 *
 * @param except failed executions that this process has tried in vain
 */
export async function lockDueFailure(
  session: Session,
  except: readonly string[],
): Promise<DueFailure | null> {
  const [row] = await session.query<DueFailure>(LOCK_DUE, [except]);
  return row ?? null;
}

const LOCK_DUE: Statement = {
  name: 'lock_due_failure',
  text: `with due as (
       select execution_id, handler_workflow_id from failure_handlers
       where decided_at is null and execution_id <> all ($1::uuid[])
       order by created_at limit 1 for no key update skip locked
     )
     select e.id, due.handler_workflow_id, e.workflow_version_id as version_id, e.user_id, e.status, e.error_code, e.error_message,
       e.resolved_parameters as parameters, e.priority, e.tags, e.id || e.origins as origins,
       array(
         select t.task_id from task_executions t
         where t.workflow_execution_id = e.id and t.status = 'failed' and t.map_index is null
       ) as failed_tasks
     from due join workflow_executions e on e.id = due.execution_id`,
};

/** What became of a failure: the execution that handles it, or why none could be started. */
export type Handled = { executionId: string } | { code: string; message: string };

/** The failure must be locked. */
export async function recordHandled(session: Session, failedId: string, handled: Handled): Promise<void> {
  const [handlerId, code, message] =
    'executionId' in handled ? [handled.executionId, null, null] : [null, handled.code, handled.message];
  await session.query(
    `update failure_handlers set handler_id = $2, code = $3, message = $4, decided_at = ledger_now()
     where execution_id = $1`,
    [failedId, handlerId, code, message],
  );
}

/** Locks executions for a decision, reads their tasks, and records that they were decided. */
import type { Execution, Task } from '../../core/workflows/workflow.js';
import type { Session } from '../db/ledger.js';

/** An execution that is locked for a decision. */
export interface Head {
  execution: Execution;
  versionId: string;
  /** When it was locked: the time of the decision. */
  now: Date;
  /** Every task must be read. */
  whole: boolean;
  /** The last event that a decision has handled. */
  decidedEvent: number;
}

/**
 * Locks the live executions that are not in a backoff after a failed decision. Without `wait`, an execution that another
 * process has locked is left out, and returned as `busy`.
 */
export async function lockExecutions(
  session: Session,
  executionIds: readonly string[],
  { wait }: { wait: boolean },
): Promise<{ heads: Head[]; busy: string[] }> {
  const rows = await session.query<
    Execution & { versionId: string; now: Date; decideWhole: boolean; decidedEvent: number }
  >(
    `with alive as (
       select id from workflow_executions
       where id = any ($1::uuid[]) and completed_at is null and (decide_after is null or decide_after <= ledger_now())
       order by id for no key update ${wait ? '' : 'skip locked'}
     )
     update workflow_executions e set advanced_at = ledger_now()
     from alive where e.id = alive.id
     returning e.id, e.status, e.resolved_parameters as parameters, e.created_at, e.started_at, e.deadline,
       e.actual_cost_usd as spent_usd, e.budget_usd, e.decide_whole, e.decided_event,
       e.workflow_version_id as version_id, e.advanced_at as now`,
    [executionIds],
  );
  const heads = rows.map(({ versionId, now, decideWhole: whole, decidedEvent, ...execution }) => ({
    execution,
    versionId,
    now,
    whole,
    decidedEvent,
  }));
  const left = executionIds.filter((id) => !heads.some(({ execution }) => execution.id === id));
  if (wait || left.length === 0) return { heads, busy: [] };
  const busy = await session.query<{ id: string }>(
    `select id from workflow_executions
     where id = any ($1::uuid[]) and completed_at is null and (decide_after is null or decide_after <= ledger_now())`,
    [left],
  );
  return { heads, busy: busy.map(({ id }) => id) };
}

export type TaskRow = Omit<Task, 'error'> & {
  executionId: string;
  errorCode: string | null;
  errorMessage: string | null;
};

/** All task rows of these executions, without outputs. */
export async function readTasks(
  session: Session,
  executionIds: readonly string[],
): Promise<Map<string, Task[]>> {
  if (executionIds.length === 0) return new Map();
  const rows = await session.query<TaskRow>(
    `select id, workflow_execution_id as execution_id, task_id, map_index, status, attempt_number as attempt,
       null as output, error_code, error_message, not_before
     from task_executions where workflow_execution_id = any ($1::uuid[])`,
    [executionIds],
  );
  const byExecution = new Map<string, Task[]>(executionIds.map((id) => [id, []]));
  for (const row of rows) byExecution.get(row.executionId)?.push(asTask(row));
  return byExecution;
}

export const asTask = ({ errorCode, errorMessage, ...task }: TaskRow): Task => ({
  ...task,
  error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
});

/** Records that a decision has handled all events so far. `whole`: the next decision must read every task. */
export async function noteDecided(
  session: Session,
  decided: readonly { executionId: string; whole: boolean }[],
): Promise<void> {
  await session.query(
    `update workflow_executions e
     set decide_whole = d.whole, decide_failures = 0, decide_after = null, decided_event = coalesce((
       select max(v.id) from execution_events v
       where v.workflow_execution_id = e.id and v.task_id is not null
         and v.to_status in ('succeeded', 'failed', 'skipped', 'cancelled')
     ), e.decided_event)
     from unnest($1::uuid[], $2::boolean[]) as d (id, whole)
     where e.id = d.id and e.completed_at is null`,
    [decided.map(({ executionId }) => executionId), decided.map(({ whole }) => whole)],
  );
}

/** Locks executions for a decision, and reads their tasks. */
import type { Execution, Task } from '../../core/workflows/workflow.js';
import { PARENTS, statusOf } from '../db/by-key.js';
import type { Session, Statement } from '../db/ledger.js';

/** An execution that is locked for a decision. */
export interface Head {
  execution: Execution;
  versionId: string;
  /** When it was locked: the time of the decision. */
  now: Date;
  /** The same to the microsecond, as PostgreSQL writes it. */
  at: string;
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
    Execution & { versionId: string; at: string; now: Date; decideWhole: boolean; decidedEvent: number }
  >(wait ? LOCK_WAITING : LOCK_FREE, [executionIds]);
  const heads = rows.map(({ versionId, at, now, decideWhole: whole, decidedEvent, ...execution }) => ({
    execution,
    versionId,
    now,
    at,
    whole,
    decidedEvent,
  }));
  const left = executionIds.filter((id) => !heads.some(({ execution }) => execution.id === id));
  if (wait || left.length === 0) return { heads, busy: [] };
  const busy = await session.query<{ id: string }>(MAY_BE_DECIDED, [left]);
  return { heads, busy: busy.map(({ id }) => id) };
}

const MAY_DECIDE = `${statusOf('e')} in ('pending', 'running', 'paused') and (e.decide_after is null or e.decide_after <= ledger_now())`;
const MAY_BE_DECIDED: Statement = {
  name: 'may_be_decided',
  text: `select e.id from workflow_executions e where e.id = any ($1::uuid[]) and ${MAY_DECIDE}`,
};

// The time is read once the rows are locked, so it is later than everything that has happened to them.
const lock = (name: string, how: string): Statement => ({
  name,
  text: `with parent as materialized (
       -- The end of a child ends the task that waits for it, so its parent is locked with it.
       ${PARENTS}
     ), locked as (
       select e.id, e.status, e.resolved_parameters as parameters, e.created_at, e.started_at, e.deadline,
         e.paused_at, e.paused_seconds::float8 as paused_seconds,
         e.actual_cost_usd + e.children_cost_usd as spent_usd, e.budget_usd, e.decide_whole, e.decided_event,
         e.workflow_version_id as version_id, e.root_id, e.parent_id, e.parent_task_id, ${MAY_DECIDE} as may_decide
       from workflow_executions e
       where e.id = any ($1::uuid[] || array(select id from parent))
         and (${MAY_DECIDE} or e.id = any (array(select id from parent)))
       order by e.id for no key update ${how}
     )
     select locked.id, locked.status, parameters, locked.created_at, locked.started_at, locked.deadline, locked.paused_at,
       locked.paused_seconds, locked.root_id,
       case when locked.root_id is null then spent_usd else r.actual_cost_usd + r.children_cost_usd end as spent_usd,
       case when locked.root_id is null then locked.budget_usd else r.budget_usd end as budget_usd,
       locked.decide_whole, locked.decided_event, version_id, t.completed_at is not null as parent_ended,
       coalesce(r.status = 'paused', false) as root_paused, now, now::text as at
     from locked
     left join lateral (select * from workflow_executions r where r.id = locked.root_id offset 0) r on true
     left join lateral (select t.completed_at from task_executions t where t.id = locked.parent_task_id offset 0) t on true,
     lateral (select ledger_now() as now offset 0) n
     where locked.id = any ($1::uuid[]) and locked.may_decide
       and (locked.parent_id is null or locked.parent_id = any (array(select id from locked)))`,
});
const LOCK_WAITING = lock('lock_waiting', '');
const LOCK_FREE = lock('lock_free', 'skip locked');

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
  const rows = await session.query<TaskRow>(READ_TASKS, [executionIds]);
  const byExecution = new Map<string, Task[]>(executionIds.map((id) => [id, []]));
  for (const row of rows) byExecution.get(row.executionId)?.push(asTask(row));
  return byExecution;
}

const READ_TASKS: Statement = {
  name: 'read_tasks',
  text: `select id, workflow_execution_id as execution_id, task_id, map_index, status, attempt_number as attempt,
       null as output, error_code, error_message, not_before, input_given
     from task_executions where workflow_execution_id = any ($1::uuid[])`,
};

export const asTask = ({ errorCode, errorMessage, ...task }: TaskRow): Task => ({
  ...task,
  error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
});

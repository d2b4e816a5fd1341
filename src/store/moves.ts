/** Loads executions under their lock, and applies the moves that `advance` decided, all in one transaction. */
import type { Execution, Task } from '../core/workflow.js';
import { apply, type Decided } from './apply.js';
import type { Ledger, Session } from './pool.js';

export interface Loaded {
  execution: Execution;
  versionId: string;
  /** When it was locked: the time of whatever is decided. */
  now: Date;
  tasks: Task[];
}

type TaskRow = Omit<Task, 'error'> & {
  executionId: string;
  errorCode: string | null;
  errorMessage: string | null;
};

/**
 * Locks the executions that are still alive, loads them without their tasks' outputs, lets `decide` say what happens,
 * applies that and commits. Executions are locked in the order of their ids, so that two schedulers never wait in a circle.
 */
export async function moveExecutions(
  ledger: Ledger,
  executionIds: readonly string[],
  decide: (loaded: Loaded[], session: Session) => Promise<Decided[]>,
): Promise<void> {
  return ledger.transaction(async (session) => {
    const executions = await session.query<Execution & { versionId: string; now: Date }>(
      `with alive as (
         select id from workflow_executions
         where id = any ($1::uuid[]) and completed_at is null
         order by id for no key update
       )
       update workflow_executions e set advanced_at = ledger_now()
       from alive where e.id = alive.id
       returning e.id, e.status, e.resolved_parameters as parameters, e.created_at, e.started_at, e.deadline,
         e.actual_cost_usd as spent_usd, e.budget_usd,
         e.workflow_version_id as version_id, e.advanced_at as now`,
      [executionIds],
    );
    const tasks = await session.query<TaskRow>(
      `select id, workflow_execution_id as execution_id, task_id, map_index, status, attempt_number as attempt,
         null as output, error_code, error_message, not_before
       from task_executions where workflow_execution_id = any ($1::uuid[])`,
      [executions.map((execution) => execution.id)],
    );
    const byExecution = groupTasks(tasks);
    const loaded = executions.map(({ versionId, now, ...execution }) => ({
      execution,
      versionId,
      now,
      tasks: (byExecution.get(execution.id) ?? []).map(asTask),
    }));
    await apply(session, await decide(loaded, session));
  });
}

function groupTasks(tasks: TaskRow[]): Map<string, TaskRow[]> {
  const groups = new Map<string, TaskRow[]>();
  for (const task of tasks) {
    const group = groups.get(task.executionId);
    if (group) group.push(task);
    else groups.set(task.executionId, [task]);
  }
  return groups;
}

const asTask = ({ errorCode, errorMessage, ...task }: TaskRow): Task => ({
  ...task,
  error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
});

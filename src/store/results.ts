/** What an execution's tasks have made so far. */
import type { TaskStatus } from '../core/status.js';
import type { Json } from '../core/workflow.js';
import type { Session } from './pool.js';

export interface ResultRow {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** As the row holds it: a reference when it was too big. */
  output: Json;
}

/** States of all tasks of an execution, and the outputs of some: a map's items as well as its own row. */
export async function readResults(
  session: Session,
  executionId: string,
  taskIds: Iterable<string>,
): Promise<ResultRow[]> {
  return session.query<ResultRow>(
    `select id, task_id, map_index, status, case when task_id = any ($2) then output_data end as output
     from task_executions
     where workflow_execution_id = $1 and (map_index is null or task_id = any ($2))`,
    [executionId, [...taskIds]],
  );
}

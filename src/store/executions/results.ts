/** Reads the results of an execution's tasks. */
import type { Reads } from '../../core/executions/needed-outputs.js';
import type { TaskStatus } from '../../core/status.js';
import type { Json } from '../../core/json/json.js';
import type { Session, Statement } from '../db/ledger.js';

export interface ResultRow {
  id: string;
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
  /** As stored in the row: a reference if it was too large. */
  output: Json;
}

/** Reads only what the expressions need: states, and outputs with those of a map's items. */
export async function readResults(
  session: Session,
  executionId: string,
  { states, outputs }: Reads,
): Promise<ResultRow[]> {
  if (states !== 'all' && states.size === 0 && outputs.size === 0) return [];
  return session.query<ResultRow>(READ_RESULTS, [
    executionId,
    states === 'all' ? null : [...states],
    [...outputs],
  ]);
}

const READ_RESULTS: Statement = {
  name: 'read_results',
  text: `select id, task_id, map_index, status, case when task_id = any ($3) then output_data end as output
     from task_executions
     where workflow_execution_id = $1 and map_index is null and ($2::text[] is null or task_id = any ($2))
     union all
     select id, task_id, map_index, status, output_data
     from task_executions
     where workflow_execution_id = $1 and map_index is not null and task_id = any ($3)`,
};

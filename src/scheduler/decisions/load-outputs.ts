/** Loads outputs that a decision reads into its tasks. */
import type { Blobs } from '../../blobs/blob.js';
import { bytesAway } from '../../blobs/payload.js';
import { restoreOutputs } from '../../blobs/results.js';
import { resultsByTask } from '../../core/executions/results.js';
import type { Json } from '../../core/json/json.js';
import type { Graph } from '../../core/workflows/graph.js';
import type { Task } from '../../core/workflows/workflow.js';
import type { Session } from '../../store/db/ledger.js';
import { readResults, type ResultRow } from '../../store/executions/results.js';

const NONE: ReadonlySet<string> = new Set();

/**
 * Changes the tasks. Without `needed`, no decision is possible; `wished` may stay in blob storage.
 *
 * @returns ids of tasks in `wished` whose outputs are in blob storage: these are not fetched
 */
export async function loadOutputs(
  { session, blobs }: { session: Session; blobs: Blobs },
  executionId: string,
  graph: Graph,
  tasks: readonly Task[],
  { needed, wished = NONE }: { needed: ReadonlySet<string>; wished?: ReadonlySet<string> },
): Promise<ReadonlySet<string>> {
  const both = new Set([...needed, ...wished]);
  if (both.size === 0) return NONE;
  const found = await readResults(session, executionId, { states: both, outputs: both });
  const isAway = ({ taskId, output }: ResultRow) => !needed.has(taskId) && bytesAway(output) > 0;
  const away = new Set(found.filter(isAway).map(({ taskId }) => taskId));
  const rows = await restoreOutputs(
    blobs,
    graph,
    found.filter((row) => !isAway(row)),
  );
  const outputs = new Map<string, Json>(rows.map((row) => [row.id, row.output]));
  const results = resultsByTask(rows);
  for (const task of tasks) {
    task.output = (task.mapIndex === null ? results[task.taskId]?.output : outputs.get(task.id)) ?? null;
  }
  return away;
}

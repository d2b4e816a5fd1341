/** What a task's expressions may read: parameters, and the results of the tasks that they use. */
import type { Blobs } from '../../blobs/blob.js';
import type { Graph } from '../../core/workflows/graph.js';
import type { Context } from '../../core/workflows/mapping.js';
import { readsOf, type Reads } from '../../core/executions/needed-outputs.js';
import { resultsByTask } from '../../core/executions/results.js';
import type { Claimed } from '../../store/scheduling/claim.js';
import type { ResultRow } from '../../store/executions/results.js';
import { restoreOutputs } from '../../blobs/results.js';

export async function contextOf(
  read: (asked: [executionId: string, reads: Reads]) => Promise<ResultRow[]>,
  blobs: Blobs,
  claimed: Claimed,
  graph: Graph,
): Promise<Context> {
  const rows = await read([claimed.executionId, readsOf(graph, claimed.taskId)]);
  return {
    params: claimed.parameters,
    tasks: resultsByTask(await restoreOutputs(blobs, graph, rows)),
    execution: { id: claimed.executionId },
    ...(claimed.mapIndex !== null && { item: claimed.item }),
  };
}

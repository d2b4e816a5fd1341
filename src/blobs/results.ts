/** Results of tasks as expressions read them: an output that its row only refers to is fetched. */
import { skippedOutput, type Result } from '../core/executions/results.js';
import type { Graph } from '../core/workflows/graph.js';
import type { Blobs } from './blob.js';
import { restore } from './payload.js';

/** One after the other, so that no more than one of them is in memory twice. The rows are changed. */
export async function restoreOutputs<Row extends Result>(
  blobs: Blobs,
  graph: Graph,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  for (const row of rows)
    row.output =
      row.status === 'skipped'
        ? skippedOutput(graph.task(row.taskId), row.mapIndex)
        : await restore(blobs, row.output);
  return rows;
}

/** What a task's expressions may read: parameters, and the results of the tasks that they name. */
import { restore, type Blobs } from '../../blobs/index.js';
import type { Context } from '../../core/mapping.js';
import { readsOf } from '../../core/outputs.js';
import { resultsByTask } from '../../core/results.js';
import type { Ledger } from '../../store/pool.js';
import type { Claimed } from '../../store/claim.js';
import { readResults } from '../../store/results.js';
import type { WorkflowVersion } from '../../store/workflows.js';

export async function contextOf(
  ledger: Ledger,
  blobs: Blobs,
  claimed: Claimed,
  { graph }: WorkflowVersion,
): Promise<Context> {
  const rows = await readResults(ledger, claimed.executionId, readsOf(graph, claimed.taskId));
  for (const row of rows) row.output = await restore(blobs, row.output);
  return {
    params: claimed.parameters,
    tasks: resultsByTask(rows),
    execution: { id: claimed.executionId },
    ...(claimed.mapIndex !== null && { item: claimed.item }),
  };
}

/** Finds what the child of a rerun can take over: results of the child that the same task ran before. */
import { reusable } from '../../core/executions/steering/rerun.js';
import { childWorkflowsOf } from '../../core/workflows/graph.js';
import { canonical, type JsonObject } from '../../core/json/json.js';
import type { ModelConfig } from '../../core/models/model.js';
import type { Session } from '../../store/db/ledger.js';
import { findChild, type Parent } from '../../store/executions/children.js';
import type { NewExecution } from '../../store/executions/new-execution.js';
import { readForRerun } from '../../store/executions/rerun.js';
import type { WorkflowVersion } from '../../store/workflows/versions.js';

export interface TakenOver {
  rerun: NonNullable<NewExecution['rerun']>;
  /** The models that made these results. */
  models: Record<string, ModelConfig>;
}

/** Null unless an earlier child ran the same version with the same parameters, and something of it may be reused. */
export async function takeOver(
  session: Session,
  { tenantId, rerunOf }: Parent,
  place: { taskId: string; mapIndex: number | null },
  { versionId, graph }: WorkflowVersion,
  resolved: JsonObject,
): Promise<TakenOver | null> {
  const of = rerunOf === null ? null : await findChild(session, rerunOf, place);
  if (of === null) return null;
  const earlier = await readForRerun(session, tenantId, of);
  if (earlier.versionId !== versionId) return null;
  if (canonical(earlier.resolvedParameters) !== canonical(resolved)) return null;
  const taskIds = reusable(graph, earlier.tasks, null);
  // The children of a child may take over something, too.
  if (taskIds.size === 0 && childWorkflowsOf(graph.definition).length === 0) return null;
  const made = new Set(
    earlier.tasks.flatMap(({ taskId, modelId }) => (taskIds.has(taskId) ? [modelId] : [])),
  );
  return {
    rerun: { of, taskIds: [...taskIds], origins: [...earlier.origins, of] },
    models: Object.fromEntries(Object.entries(earlier.models).filter(([id]) => made.has(id))),
  };
}

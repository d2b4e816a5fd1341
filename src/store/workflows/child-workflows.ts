/** Loads the workflows that a workflow runs, and those that they run. */
import { Conflict } from '../../core/errors.js';
import { childWorkflowsOf } from '../../core/workflows/graph.js';
import { treeFault } from '../../core/workflows/workflow-tree.js';
import type { Workflows, WorkflowVersion } from './versions.js';

/**
 * By id, as they are now, or as an earlier execution ran them.
 *
 * @param fixed versions by workflow
 * @param reused tasks that do not run again
 * @throws Conflict `workflow_missing`, `workflow_cycle`
 */
export async function loadChildren(
  workflows: Workflows,
  { definition }: WorkflowVersion,
  { fixed = {}, reused = new Set() }: { fixed?: Record<string, string>; reused?: ReadonlySet<string> },
): Promise<Map<string, WorkflowVersion>> {
  const found = new Map<string, WorkflowVersion>();
  const own = childWorkflowsOf({ tasks: definition.tasks.filter(({ taskId }) => !reused.has(taskId)) });
  const missing = [...own];
  for (let id = missing.pop(); id !== undefined; id = missing.pop()) {
    if (found.has(id) || id === definition.id) continue;
    const versionId = fixed[id];
    const child = await (versionId === undefined ? workflows.current(id) : workflows.version(versionId));
    if (!child)
      throw new Conflict(
        'workflow_missing',
        `Workflow ${definition.id} runs ${id}, which does not exist or is disabled: ask an administrator.`,
      );
    found.set(id, child);
    missing.push(...childWorkflowsOf(child.definition));
  }
  const children = (id: string): string[] =>
    id === definition.id ? own : childWorkflowsOf(found.get(id)?.definition ?? { tasks: [] });
  const fault = treeFault(definition.id, { children, parents: () => [] });
  if (fault !== null) throw new Conflict('workflow_cycle', `Workflow ${definition.id} cannot run: ${fault}.`);
  return found;
}

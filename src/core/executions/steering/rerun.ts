/** Which results of an ended execution a rerun can reuse. */
import { stepsOf } from '../execution-state.js';
import type { Graph } from '../../workflows/graph.js';
import type { Task } from '../../workflows/workflow.js';

/**
 * Tasks that succeeded and depend only on reused tasks: not on `from`, nor on a task that failed, was cancelled or never
 * ended. A skipped task is decided again, from the same results. A map is reused with its items.
 */
export function reusable(graph: Graph, tasks: readonly Task[], from: string | null): Set<string> {
  const anew = new Set<string>();
  const kept = new Set<string>();
  for (const [id, { state }] of stepsOf(graph, tasks)) {
    const done = state.status === 'succeeded' || state.status === 'skipped';
    if (id === from || !done || graph.dependencies(id).some((dependency) => anew.has(dependency)))
      anew.add(id);
    else if (state.status === 'succeeded') kept.add(id);
  }
  return kept;
}

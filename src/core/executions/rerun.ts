/** What of an execution that has ended a new one need not do again. */
import { stepsOf } from './execution-state.js';
import type { Graph } from '../workflows/graph.js';
import type { Task } from '../workflows/workflow.js';

/**
 * Tasks that succeeded and depend on nothing that is done anew: neither on `from`, nor on one that failed, was cancelled
 * or never ended. One that was skipped is decided again, by the same results. A map's items go with it.
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

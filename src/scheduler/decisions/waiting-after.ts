/** Which tasks may wait for a place in a queue after some decisions: those just released, and those for which others made room. */
import type { Transition } from '../../core/executions/transitions.js';
import type { Graph } from '../../core/workflows/graph.js';
import type { RowKey } from '../../store/scheduling/apply-decision.js';
import type { Waiting } from '../../store/scheduling/dispatch.js';

/** A large graph may have any task ready, since its transitions are already applied. */
export function waitingAfter(
  graphs: ReadonlyMap<unknown, Graph>,
  decided: readonly { executionId: string; tasks: readonly RowKey[]; moves: readonly Transition[] }[],
): Waiting {
  const tasks = [...graphs.values()].flatMap(({ definition }) => definition.tasks);
  const isLarge = decided.some((one) => one.tasks.length === 0);
  const released = decided.some(({ moves }) => moves.some(({ kind }) => kind === 'release'));
  return {
    ofModels: tasks.some(({ modelId }) => modelId !== null),
    withoutModel: (released || isLarge) && tasks.some(({ modelId }) => modelId === null),
  };
}

/** The part of an execution that new results affect, so that a decision about ten thousand tasks reads only a few. */
import { ended, stepsOf, type Step, type Tally } from './execution-state.js';
import { referencesOf } from '../expressions/references.js';
import type { Graph } from '../workflows/graph.js';
import { decidedBy } from './needed-outputs.js';
import type { TaskStatus } from '../status.js';
import type { Task } from '../workflows/workflow.js';
import { failedOrCancelled } from '../workflows/join.js';

/** A task, or an item of a map, that ended since the last decision. */
export interface Ending {
  taskId: string;
  mapIndex: number | null;
  status: TaskStatus;
}

export interface Part {
  /** Rows of tasks, not of items: the affected ones, and those that they depend on or read. */
  tasks: readonly Task[];
  /** By task id, of the affected maps. */
  tallies: ReadonlyMap<string, Tally>;
}

export interface AffectedTasks {
  /** Tasks with a dependency that has ended; they matter only if they are pending. */
  dependents: string[];
  /** Maps with an item that has ended, and whether an item failed. */
  maps: Map<string, { itemFailed: boolean }>;
}

/** What these endings affect. Null if they may affect every task, as a failure does that fails the execution. */
export function affectedBy(graph: Graph, endings: readonly Ending[]): AffectedTasks | null {
  const dependents = new Set<string>();
  const maps: AffectedTasks['maps'] = new Map();
  for (const ending of endings) {
    const { taskId, mapIndex } = ending;
    const { config } = graph.task(taskId);
    if (mapIndex !== null) {
      maps.set(taskId, { itemFailed: failedOrCancelled(ending) || maps.get(taskId)?.itemFailed === true });
      continue;
    }
    if (failedOrCancelled(ending) && config.onFailure !== 'continue') return null;
    for (const id of graph.dependents(taskId)) dependents.add(id);
  }
  return { dependents: [...dependents], maps };
}

/** The other tasks that a decision about this one reads; null if its expressions may read any task. */
export function neededFor(graph: Graph, taskId: string): string[] | null {
  const task = graph.task(taskId);
  const { all, tasks } = referencesOf(decidedBy(task));
  if (all) return null;
  const known = [...tasks].filter((id) => id !== taskId && graph.has(id));
  return [...new Set([...task.dependsOn, ...known])];
}

export function stepsOfPart(graph: Graph, { tasks, tallies }: Part): Map<string, Step> {
  const steps = stepsOf(
    graph,
    tasks,
    tasks.map(({ taskId }) => taskId),
  );
  for (const [taskId, tally] of tallies) {
    const step = steps.get(taskId);
    if (step) step.tally = tally;
  }
  return steps;
}

/** Ids of the tasks whose outputs `decidePart` may read. */
export function outputsNeededBy(graph: Graph, { tasks }: Part): Set<string> {
  const made = new Set(
    tasks
      .filter(({ taskId, status }) => status === 'succeeded' || graph.task(taskId).config.map)
      .map(({ taskId }) => taskId),
  );
  const over = new Set(tasks.filter(ended).map(({ taskId }) => taskId));
  const begins = tasks.filter(
    ({ taskId, status }) => status === 'pending' && graph.dependencies(taskId).every((id) => over.has(id)),
  );
  const sources = begins.flatMap(({ taskId }) => decidedBy(graph.task(taskId)));
  return new Set([...referencesOf(sources).outputs].filter((id) => made.has(id)));
}

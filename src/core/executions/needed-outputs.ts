/** Which tasks' outputs must be loaded before a decision or a task's input can be computed. */
import { ended, failedStep, stepOf, stepsOf, type Step } from './execution-state.js';
import { expressionsIn, referencesOf } from '../expressions/references.js';
import type { Graph } from '../workflows/graph.js';
import type { Task, WorkflowTask } from '../workflows/workflow.js';
import { failedOrCancelled } from '../workflows/join.js';

/**
 * Ids of succeeded tasks whose outputs the next `advance` may read; a map's id stands for its items' rows as well.
 * A little generous: what one decision ends may open the next, so it follows everything that could end at once.
 */
export function outputsNeeded(graph: Graph, tasks: readonly Task[]): Set<string> {
  const steps = stepsOf(graph, tasks);
  if (failedStep(steps.values())) return new Set();
  const ending = new Set<Step>();
  const sources: string[] = [];
  for (const step of steps.values()) {
    const { state, task } = step;
    const reached = state.status === 'pending' && task.dependsOn.every((id) => ending.has(stepOf(steps, id)));
    if (reached) sources.push(...decidedBy(task));
    if (reached || ended(state) || mayEnd(step)) ending.add(step);
  }
  const { outputMapping } = graph.definition;
  const over = ending.size === steps.size;
  if (over && outputMapping) sources.push(...expressionsIn(outputMapping));
  const ids = [...idsRead(graph, sources), ...(over && !outputMapping ? graph.leaves : [])];
  return new Set(ids.filter((id) => hasOutput(steps.get(id))));
}

/** What the expressions of a task may read of the other tasks. */
export interface Reads {
  /** Ids of those whose state they name; any may be read with `all`. */
  states: ReadonlySet<string> | 'all';
  /** Ids of those whose outputs they read, too. */
  outputs: ReadonlySet<string>;
}

/** Of a task at work: what its input, its checks and its output are made of. */
export function readsOf(graph: Graph, taskId: string): Reads {
  const { inputMapping, outputMapping, config, dependsOn } = graph.task(taskId);
  const sources = [inputMapping, outputMapping].flatMap((mapping) => (mapping ? expressionsIn(mapping) : []));
  const { all, tasks, outputs } = referencesOf([
    ...sources,
    ...(config.checks ?? []).map(({ value }) => value),
  ]);
  const passed = inputMapping ? [] : dependsOn;
  return {
    states: all ? 'all' : new Set([...tasks, ...passed]),
    outputs: new Set(all ? graph.order : [...outputs, ...passed]),
  };
}

function idsRead(graph: Graph, sources: readonly string[]): Iterable<string> {
  const { all, outputs } = referencesOf(sources);
  return all ? graph.order : outputs;
}

/** What `advance` evaluates before the task begins. */
export const decidedBy = ({ condition, config }: WorkflowTask): string[] =>
  [condition, config.map?.over, config.wait?.until].filter((source) => typeof source === 'string');

/** A waiting task that the passing of time or its items could end. */
const mayEnd = ({ state, dueAt, items }: Step): boolean =>
  state.status === 'waiting' &&
  (dueAt !== null || (items.length > 0 && (items.every(ended) || items.some(failedOrCancelled))));

/** What a map's items made is read whatever became of the map. */
const hasOutput = (step: Step | undefined): boolean =>
  step !== undefined && (step.state.status === 'succeeded' || step.items.length > 0);

/** Names the outputs that must be loaded before a decision or a task's input can be computed. */
import { ended, failedStep, stepOf, stepsOf, type Step } from './execution-state.js';
import { expressionsIn, referencesOf } from '../expressions/references.js';
import type { Graph } from '../workflows/graph.js';
import type { Task, WorkflowTask } from '../workflows/workflow.js';
import { failedOrCancelled } from '../workflows/join.js';
import { needsNoWorker } from './inline-task.js';

/**
 * Ids of succeeded tasks whose outputs the next `advance` may read; a map's id includes its items. It may name more than
 * needed: a task that ends in a decision may start the next one, so everything that could end at once is followed.
 */
export function outputsNeeded(graph: Graph, tasks: readonly Task[]): Set<string> {
  const { steps, reached, isOver } = reach(graph, tasks);
  const { outputMapping } = graph.definition;
  const sources = reached.flatMap(({ task }) => decidedBy(task));
  if (isOver && outputMapping) sources.push(...expressionsIn(outputMapping));
  const ids = [...idsRead(graph, sources), ...(isOver && !outputMapping ? graph.leaves : [])];
  return new Set(ids.filter((id) => hasOutput(steps.get(id))));
}

/** Ids of succeeded tasks whose outputs may be read by tasks that need no worker, if the next `decide` evaluates them. */
export function outputsForInline(graph: Graph, tasks: readonly Task[]): Set<string> {
  const { steps, reached } = reach(graph, tasks);
  const ids = reached.flatMap(({ task }) =>
    needsNoWorker(task) ? [...readsOf(graph, task.taskId).outputs] : [],
  );
  return new Set(ids.filter((id) => hasOutput(steps.get(id))));
}

/** The tasks that the next decision may start, and whether all tasks may end in it. */
function reach(
  graph: Graph,
  tasks: readonly Task[],
): { steps: Map<string, Step>; reached: Step[]; isOver: boolean } {
  const steps = stepsOf(graph, tasks);
  if (failedStep(steps.values())) return { steps, reached: [], isOver: false };
  const ending = new Set<Step>();
  const reached: Step[] = [];
  for (const step of steps.values()) {
    const { state, task } = step;
    const isReached =
      state.status === 'pending' && task.dependsOn.every((id) => ending.has(stepOf(steps, id)));
    if (isReached) reached.push(step);
    if (isReached || ended(state) || mayEnd(step)) ending.add(step);
  }
  return { steps, reached, isOver: ending.size === steps.size };
}

/** What a task's expressions may read of other tasks. */
export interface Reads {
  /** Ids of the tasks whose state they read; `all` means any. */
  states: ReadonlySet<string> | 'all';
  /** Ids of the tasks whose output they read, too. */
  outputs: ReadonlySet<string>;
}

/** What the input, the checks and the output of a running task read. */
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

/** The expressions that `advance` evaluates before the task starts. */
export const decidedBy = ({ type, condition, config, inputMapping }: WorkflowTask): string[] => [
  ...[condition, config.map?.over, config.wait?.until, config.approval?.text].filter(
    (source) => typeof source === 'string',
  ),
  ...(type === 'approval' && inputMapping ? expressionsIn(inputMapping) : []),
];

/** A waiting task that a timer, a signal or its items could end. */
const mayEnd = ({ task, state, dueAt, items }: Step): boolean =>
  state.status === 'waiting' &&
  (dueAt !== null ||
    task.config.wait?.signal !== undefined ||
    (items.length > 0 && (items.every(ended) || items.some(failedOrCancelled))));

/** The outputs of a map's items are read even if the map failed. */
const hasOutput = (step: Step | undefined): boolean =>
  step !== undefined && (step.state.status === 'succeeded' || step.items.length > 0);

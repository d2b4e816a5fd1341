/** Parses a workflow version into an ordered graph, or refuses it with all faults at once. */
import { InvalidInput, type Fault } from '../errors.js';
import type { WorkflowDefinition, WorkflowTask } from './workflow.js';

const MAX_NODES = 10_000;
const MAX_EDGES = 50_000;

/** All ids are `taskId`s. The functions throw for an id that is not in `order`. */
export interface Graph {
  definition: WorkflowDefinition;
  /** Every task comes after its dependencies; apart from that, the order of the definition is kept. */
  order: string[];
  /** Tasks that nothing depends on. */
  leaves: string[];
  has: (id: string) => boolean;
  task: (id: string) => WorkflowTask;
  dependencies: (id: string) => string[];
  dependents: (id: string) => string[];
  /** Edges on the longest path from a task without dependencies. */
  depth: (id: string) => number;
  /** By the name of a signal, the tasks that wait for it, in order. */
  waiters: ReadonlyMap<string, readonly WorkflowTask[]>;
}

interface Node {
  task: WorkflowTask;
  dependents: string[];
  depth: number;
}

/** Throws InvalidInput `invalid_workflow`. The result is immutable, so it can be cached with the version. */
export function parseGraph(definition: WorkflowDefinition): Graph {
  const { tasks, dag } = definition;
  const edges = tasks.reduce((sum, task) => sum + task.dependsOn.length, 0);
  if (tasks.length > MAX_NODES)
    throw invalid([fault('tasks', `${tasks.length} tasks; ${MAX_NODES} are allowed`)]);
  if (Math.max(edges, dag.edges.length) > MAX_EDGES)
    throw invalid([fault('tasks', `${edges} dependencies; ${MAX_EDGES} are allowed`)]);

  const nodes = new Map<string, Node>();
  const faults: Fault[] = [];
  for (const task of tasks) {
    if (nodes.has(task.taskId)) faults.push(fault(`tasks.${task.taskId}`, 'this id is used twice'));
    nodes.set(task.taskId, { task, dependents: [], depth: 0 });
  }
  faults.push(...link(nodes), ...disagreements(definition, nodes));
  const order = sort(nodes);
  if (order.length < nodes.size)
    faults.push(fault('tasks', `a cycle: ${cycleAmong(nodes, new Set(order)).join(' -> ')}`));
  if (faults.length > 0) throw invalid(faults);

  const node = (id: string): Node => {
    const found = nodes.get(id);
    if (!found) throw new InvalidInput(`There is no task ${id} in ${definition.id}.`, [], 'unknown_task');
    return found;
  };
  return {
    definition,
    order,
    leaves: order.filter((id) => node(id).dependents.length === 0),
    has: (id) => nodes.has(id),
    task: (id) => node(id).task,
    dependencies: (id) => node(id).task.dependsOn,
    dependents: (id) => node(id).dependents,
    depth: (id) => node(id).depth,
    waiters: waitersIn(order.map((id) => node(id).task)),
  };
}

/** The `dag_definition` that matches the tasks. */
export const dagOf = (tasks: readonly WorkflowTask[]): WorkflowDefinition['dag'] => ({
  nodes: tasks.map(({ taskId, type, modelId }) => ({
    id: taskId,
    type,
    ...(modelId === null ? {} : { modelId }),
  })),
  edges: tasks.flatMap(({ taskId, dependsOn }) => dependsOn.map((from) => ({ from, to: taskId }))),
});

const fault = (path: string, message: string): Fault => ({ path, message });
const invalid = (faults: Fault[]): InvalidInput =>
  new InvalidInput('The workflow is not valid.', faults, 'invalid_workflow');

/** Fills in the dependents of every task. */
function link(nodes: Map<string, Node>): Fault[] {
  const faults: Fault[] = [];
  for (const { task } of nodes.values()) {
    const path = `tasks.${task.taskId}.dependsOn`;
    const seen = new Set<string>();
    for (const id of task.dependsOn) {
      const dependency = nodes.get(id);
      if (!dependency) faults.push(fault(path, `there is no task ${id}`));
      else if (seen.has(id)) faults.push(fault(path, `${id} is named twice`));
      else dependency.dependents.push(task.taskId);
      seen.add(id);
    }
  }
  return faults;
}

/** The tasks define what runs. The drawn graph must match them. */
function disagreements({ tasks, dag }: WorkflowDefinition, nodes: Map<string, Node>): Fault[] {
  const faults: Fault[] = [];
  const drawn = new Set<string>();
  for (const { id, type, modelId } of dag.nodes) {
    const task = nodes.get(id)?.task;
    if (drawn.has(id)) faults.push(fault(`dag.nodes.${id}`, 'this id is used twice'));
    drawn.add(id);
    if (!task) faults.push(fault(`dag.nodes.${id}`, 'there is no such task'));
    else if (type !== task.type || (modelId ?? null) !== task.modelId)
      faults.push(fault(`dag.nodes.${id}`, 'type or modelId differ from the task'));
  }
  for (const id of nodes.keys())
    if (!drawn.has(id)) faults.push(fault(`tasks.${id}`, 'is missing from the nodes of dag'));

  const expected = new Set(
    tasks.flatMap(({ taskId, dependsOn }) => dependsOn.map((from) => `${from} -> ${taskId}`)),
  );
  const arrows = new Set<string>();
  for (const { from, to } of dag.edges) {
    const arrow = `${from} -> ${to}`;
    if (arrows.has(arrow)) faults.push(fault('dag.edges', `${arrow} is drawn twice`));
    else if (!expected.has(arrow)) faults.push(fault('dag.edges', `${arrow} is not in dependsOn of ${to}`));
    arrows.add(arrow);
  }
  for (const arrow of expected)
    if (!arrows.has(arrow)) faults.push(fault('dag.edges', `${arrow} is missing`));
  return faults;
}

/** Topological order by Kahn's algorithm; shorter than `nodes` if there is a cycle. */
function sort(nodes: Map<string, Node>): string[] {
  const open = new Map<string, number>();
  for (const [id, { task }] of nodes)
    open.set(id, new Set(task.dependsOn.filter((from) => nodes.has(from))).size);
  const order = [...nodes.keys()].filter((id) => open.get(id) === 0);
  for (const id of order) {
    const { dependents, depth } = nodes.get(id) as Node;
    for (const next of dependents) {
      const node = nodes.get(next) as Node;
      const left = (open.get(next) as number) - 1;
      node.depth = Math.max(node.depth, depth + 1);
      open.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  return order;
}

/** A task that could not be ordered depends on another such task, so following these dependencies finds the cycle. */
function cycleAmong(nodes: Map<string, Node>, ordered: Set<string>): string[] {
  const trail = new Set<string>();
  let id = [...nodes.keys()].find((id) => !ordered.has(id)) as string;
  while (!trail.has(id)) {
    trail.add(id);
    const { task } = nodes.get(id) as Node;
    id = task.dependsOn.find((from) => nodes.has(from) && !ordered.has(from)) as string;
  }
  const steps = [...trail];
  return [...steps.slice(steps.indexOf(id)), id].reverse();
}

/** Ids of all models that an execution may call. @param reused tasks that do not run again */
export const modelsOf = (
  { tasks }: Pick<WorkflowDefinition, 'tasks'>,
  reused: ReadonlySet<string> = new Set(),
): string[] => [
  ...new Set(
    tasks
      .filter(({ taskId }) => !reused.has(taskId))
      .flatMap(({ modelId, config }) => [modelId, config.fallbackModelId])
      .filter((id) => typeof id === 'string'),
  ),
];

function waitersIn(tasks: readonly WorkflowTask[]): Map<string, WorkflowTask[]> {
  const waiters = new Map<string, WorkflowTask[]>();
  for (const task of tasks) {
    const signal = task.type === 'wait' ? task.config.wait?.signal : undefined;
    if (signal !== undefined) waiters.set(signal, [...(waiters.get(signal) ?? []), task]);
  }
  return waiters;
}

/** The workflows that its tasks run as children. */
export const childWorkflowsOf = ({ tasks }: Pick<WorkflowDefinition, 'tasks'>): string[] => [
  ...new Set(
    tasks.flatMap(({ type, config }) =>
      type === 'workflow' && config.workflowId ? [config.workflowId] : [],
    ),
  ),
];

/** Child executions of one map at the same time, if its `maxConcurrency` does not say it. */
const CHILDREN = 100;

/** The items of a map that may be active at the same time. Each child execution has rows of its own, so there is always a limit. */
export const concurrencyOf = ({ type, config }: Pick<WorkflowTask, 'type' | 'config'>): number | undefined =>
  config.map?.maxConcurrency ?? (type === 'workflow' ? CHILDREN : undefined);

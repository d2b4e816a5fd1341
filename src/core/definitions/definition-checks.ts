/** Checks a workflow when it is saved: its graph, the settings of each task, all expressions and schemas. */
import { checkExpression, expressionsIn, referencesOf } from '../expressions/references.js';
import { canonical } from '../json/json.js';
import type { InvalidInput, Fault } from '../errors.js';
import { parseGraph, type Graph } from '../workflows/graph.js';
import { orderOf, type Order } from '../workflows/graph-order.js';
import { ruleFaults } from './parameter-rule-errors.js';
import { schemaFaults } from '../validation/json-schema.js';
import { placed, settingFaults } from './task-settings.js';
import type { WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

/**
 * Yields the faults of a definition with their paths, in small parts: each task takes less than a millisecond, and there may
 * be ten thousand tasks. Without faults, the definition may be saved.
 */
export function* faultsIn(definition: WorkflowDefinition): Generator<readonly Fault[], void> {
  const { title, inputSchema, outputSchema, outputMapping, parameters, tasks } = definition;
  const graph = graphOrFaults(definition);
  if (Array.isArray(graph)) yield graph;
  else {
    const comesBefore = orderOf(graph);
    for (const task of tasks) yield unorderedReads(comesBefore, task);
    for (const [signal, waiters] of graph.waiters) yield schemaConflicts(signal, waiters);
  }
  for (const task of tasks) yield [...settingFaults(task), ...expressionFaults(task)];
  const sources = outputMapping ? expressionsIn(outputMapping) : [];
  for (const source of sources) yield placed('outputMapping', checkExpression(source, 'value', []));
  const ids = new Set(tasks.map(({ taskId }) => taskId));
  yield tasksRead(sources)
    .filter((id) => !ids.has(id))
    .map((id) => ({ path: 'outputMapping', message: `there is no task ${id}` }));
  yield [
    // The title is evaluated when an execution is accepted, when only its parameters are known.
    ...placed('title', title ? checkExpression(title, 'value', [], ['params']) : []),
    ...placed('inputSchema', schemaFaults(inputSchema)),
    ...placed('outputSchema', schemaFaults(outputSchema)),
  ];
  for (const parameter of parameters)
    yield placed(`parameters.${parameter.name}.validation`, ruleFaults(parameter));
}

function graphOrFaults(definition: WorkflowDefinition): Graph | Fault[] {
  try {
    return parseGraph(definition);
  } catch (error) {
    return [...(error as InvalidInput).faults];
  }
}

/** A payload is checked when it arrives, perhaps before it is known which task will take it. */
function schemaConflicts(signal: string, [first, ...others]: readonly WorkflowTask[]): Fault[] {
  const schemaOf = (task: WorkflowTask | undefined) => canonical(task?.config.wait?.schema ?? {});
  return others
    .filter((other) => schemaOf(other) !== schemaOf(first))
    .map(({ taskId }) => ({
      path: `tasks.${taskId}.config.wait.schema`,
      message: `must be that of ${first?.taskId}, which waits for the signal ${signal}, too`,
    }));
}

interface Place {
  field: string;
  kind: 'condition' | 'value';
  sources: string[];
  /** Variables beyond params, tasks and execution. */
  names: string[];
}

function expressionsOf({ condition, config, inputMapping, outputMapping }: WorkflowTask): Place[] {
  const { map, wait, approval, checks = [] } = config;
  const item = map ? ['item', map.as ?? 'item'] : [];
  return [
    { field: 'condition', kind: 'condition', sources: expressionsIn(condition), names: [] },
    { field: 'config.map.over', kind: 'value', sources: expressionsIn(map?.over ?? null), names: [] },
    { field: 'config.wait.until', kind: 'value', sources: expressionsIn(wait?.until ?? null), names: [] },
    {
      field: 'config.approval.text',
      kind: 'value',
      sources: expressionsIn(approval?.text ?? null),
      names: [],
    },
    { field: 'config.checks', kind: 'value', sources: checks.map(({ value }) => value), names: item },
    { field: 'inputMapping', kind: 'value', sources: expressionsIn(inputMapping), names: item },
    {
      field: 'outputMapping',
      kind: 'value',
      sources: expressionsIn(outputMapping),
      names: [...item, 'output'],
    },
  ];
}

/** The expressions at one place of a definition, and its path. */
export interface Source {
  path: string;
  sources: string[];
}

/** Every place of a definition that holds expressions. */
export const placesOf = ({ title = null, tasks, outputMapping }: WorkflowDefinition): Source[] =>
  [
    ...tasks.flatMap((task) =>
      expressionsOf(task).map(({ field, sources }) => ({ path: `tasks.${task.taskId}.${field}`, sources })),
    ),
    { path: 'title', sources: expressionsIn(title) },
    { path: 'outputMapping', sources: expressionsIn(outputMapping) },
  ].filter(({ sources }) => sources.length > 0);

const expressionFaults = (task: WorkflowTask): Fault[] =>
  expressionsOf(task).flatMap(({ field, kind, sources, names }) =>
    placed(
      `tasks.${task.taskId}.${field}`,
      sources.flatMap((source) => checkExpression(source, kind, names)),
    ),
  );

/** Tasks that an expression reads although they may end after it: the value would depend on timing. */
function unorderedReads(comesBefore: Order, task: WorkflowTask): Fault[] {
  return expressionsOf(task).flatMap(({ field, sources }) => {
    const path = `tasks.${task.taskId}.${field}`;
    return tasksRead(sources)
      .filter((id) => !comesBefore(id, task.taskId))
      .map((id) => ({ path, message: `tasks.${id} does not come before this task` }));
  });
}

/** Expressions that do not compile are reported elsewhere. */
function tasksRead(sources: readonly string[]): string[] {
  try {
    return [...referencesOf(sources).tasks];
  } catch {
    return [];
  }
}

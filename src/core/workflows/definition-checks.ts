/** Checks a workflow when it is saved: its graph, the settings of each task, all expressions and schemas. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { ruleFaults as approvalFaults } from '../approvals/rule.js';
import { childrenOf } from '../expressions/cel-meter.js';
import { compile } from '../expressions/cel.js';
import { CHECK_NAMES } from './validation-checks.js';
import { checkExpression, expressionsIn, referencesOf } from '../expressions/references.js';
import { canonical } from '../json/json.js';
import { InvalidInput, type Fault } from '../errors.js';
import { mustBeOneOf } from '../validation/error-texts.js';
import { parseGraph, type Graph } from './graph.js';
import { orderOf, type Order } from './graph-order.js';
import { NO_INSTANT, readInstant } from '../time/instants.js';
import { INSTANTS } from '../validation/ranges.js';
import { ruleFaults } from './parameter-rule-errors.js';
import { schemaFaults } from '../validation/json-schema.js';
import { JOIN_RULES, type WorkflowDefinition, type WorkflowTask } from './workflow.js';

const MAPPABLE = new Set(['task', 'transform', 'validation']);
const RESERVED = new Set(['params', 'tasks', 'execution', 'output']);
const WAITS = ['seconds', 'until', 'signal', 'timeoutSeconds', 'schema'];
const NEEDS_DEPENDENCIES = new Set(['one_succeeded', 'one_failed', 'all_failed']);

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

/** Which settings each type of task must and must not have. */
function settingFaults({ taskId, type, dependsOn, config, outputMapping }: WorkflowTask): Fault[] {
  const {
    join = 'all_succeeded',
    map,
    retry = {},
    wait = {},
    approval,
    workflowId,
    schema,
    checks = [],
  } = config;
  const waits = [wait.seconds, wait.until, wait.signal].filter((way) => way !== undefined).length;
  const as = map?.as ?? 'item';
  const findings: [boolean, string, string][] = [
    [!JOIN_RULES.includes(join), 'join', mustBeOneOf(JOIN_RULES)],
    [
      dependsOn.length === 0 && NEEDS_DEPENDENCIES.has(join),
      'join',
      `${join} is never met without dependencies`,
    ],
    [type === 'wait' && waits !== 1, 'wait', 'needs exactly one of seconds, until and signal'],
    [
      wait.signal === undefined && wait.timeoutSeconds !== undefined,
      'wait.timeoutSeconds',
      'limits the wait for a signal: name one',
    ],
    [
      wait.signal === undefined && wait.schema !== undefined,
      'wait.schema',
      'is that of the payload of a signal: name one',
    ],
    [
      Object.keys(wait).some((kind) => !WAITS.includes(kind)),
      'wait',
      `may have only the keys ${WAITS.join(', ')}`,
    ],
    [
      (retry.initialDelayMs ?? 0) > (retry.maxDelayMs ?? Infinity),
      'retry.maxDelayMs',
      'must not be below initialDelayMs',
    ],
    [wait.until !== undefined && isNoInstant(wait.until), 'wait.until', NO_INSTANT],
    [
      checks.some(({ check }) => !CHECK_NAMES.includes(check)),
      'checks',
      `each must be one of ${CHECK_NAMES.join(', ')}`,
    ],
    [type !== 'approval' && approval !== undefined, 'approval', 'is of tasks of type approval alone'],
    [type === 'workflow' && !workflowId, 'workflowId', 'is needed: choose a workflow to run'],
    [map !== undefined && 'map' in map, 'map', 'maps do not nest: put the inner one into its own workflow'],
    [map !== undefined && !MAPPABLE.has(type), 'map', `a task of type ${type} cannot run once for each item`],
    [
      !/^[A-Za-z]\w*$/.test(as) || RESERVED.has(as),
      'map.as',
      'must be a name of letters and digits that is not reserved',
    ],
  ];
  const faults = findings.flatMap(([wrong, field, message]) => (wrong ? [{ path: field, message }] : []));
  return [
    ...placed(`tasks.${taskId}.config`, [
      ...faults,
      ...placed('schema', schema ? schemaFaults(schema) : []),
      ...placed('wait.schema', wait.schema ? schemaFaults(wait.schema) : []),
      ...placed('approval', approval ? approvalFaults(approval) : []),
    ]),
    ...(type === 'approval' && outputMapping
      ? [
          {
            path: `tasks.${taskId}.outputMapping`,
            message: 'must be null: the output of an approval is its decision',
          },
        ]
      : []),
  ];
}

/** Checks only an expression without variables, because its value is always the same. */
function isNoInstant(source: string): boolean {
  try {
    const { ast, evaluate } = compile(source);
    if (readsAnything(ast)) return false;
    const value = evaluate({});
    const instant = typeof value === 'string' ? readInstant(value) : null;
    return instant === null || instant > new Date(INSTANTS.max);
  } catch {
    return false; // reported with the other expressions
  }
}

const readsAnything = (node: ASTNode): boolean => node.op === 'id' || childrenOf(node).some(readsAnything);

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

const placed = (root: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: path ? `${root}.${path}` : root, message }));

/** Lists all faults that prevent a workflow from being saved, each with its path, and warnings. */
import { childWorkflowsOf } from '../workflows/graph.js';
import type { z } from 'zod';
import { faultsIn, placesOf, type Source } from './definition-checks.js';
import { definitionOf, workflowDraft, workflowInput } from './definition-input.js';
import { uncertainParameters, unknownParameters } from './definition-parameters.js';
import { faultsOf, firstOf, safeParse } from '../validation/zod-errors.js';
import { applyRules } from '../workflows/parameter-rules.js';
import { checkShape } from '../json/limits.js';
import { MAX_FAULTS, type Fault } from '../errors.js';
import type { WorkflowDefinition, WorkflowParameter } from '../workflows/workflow.js';
import { handlerFault, treeFault } from '../workflows/workflow-tree.js';

/** Number of places whose expressions are checked in a few milliseconds. */
const AT_ONCE = 100;

export interface PlacedFault extends Fault {
  /** The task that has the fault. */
  taskId?: string;
}

/** The models and workflows that a definition may name. */
export interface Registry {
  /** By id, with disabled models. */
  models: ReadonlyMap<string, { enabled: boolean }>;
  workflows: ReadonlyMap<string, Related>;
}

/** The workflows that a workflow can start. */
export interface Related {
  /** Those that its tasks run. */
  children: readonly string[];
  /** The one that handles its failures. */
  handler: string | null;
}

export interface ValidationResult {
  faults: PlacedFault[];
  warnings: PlacedFault[];
}

/** Returns at most the first 100 faults, and at most 100 warnings. */
export function validateDefinition(given: unknown, known: Registry): ValidationResult {
  for (const validation = validateInParts(given, known); ;) {
    const { done, value } = validation.next();
    if (done) return value;
  }
}

/** The same in parts of a few milliseconds, because ten thousand tasks take seconds. */
export function* validateInParts(given: unknown, known: Registry): Generator<void, ValidationResult> {
  const shape = checkShape(given);
  if (shape.length > 0) return { faults: firstOf(shape), warnings: [] };
  const strict = safeParse(workflowInput, given);
  yield;
  const faults: PlacedFault[] = strict.success ? [] : placed(given, strict.error);
  const draft = strict.success ? strict : safeParse(workflowDraft, given);
  if (!draft.success) return { faults: firstOf(faults), warnings: [] };
  const definition = definitionOf(draft.data);
  const ids = new Set(definition.tasks.map(({ taskId }) => taskId));
  const placedAt = (fault: Fault): PlacedFault => ofTask(fault, ids);
  for (const found of allFaultsIn(definition, known)) {
    faults.push(...found.map(placedAt));
    if (faults.length > MAX_FAULTS) break;
    yield;
  }
  const warnings = warningsOf(definition, known);
  for (const places of somePlaces(definition)) {
    warnings.push(...uncertainParameters(definition, places));
    if (warnings.length > MAX_FAULTS) break;
    yield;
  }
  return { faults: firstOf(faults), warnings: firstOf(warnings.map(placedAt)) };
}

function* somePlaces(definition: WorkflowDefinition): Generator<Source[], void> {
  const places = placesOf(definition);
  for (let at = 0; at < places.length; at += AT_ONCE) yield places.slice(at, at + AT_ONCE);
}

function* allFaultsIn(definition: WorkflowDefinition, known: Registry): Generator<readonly Fault[], void> {
  // The drawn graph is derived from the tasks, so only the faults of the tasks are reported.
  for (const found of faultsIn(definition)) yield found.filter(({ path }) => !/^dag\b/.test(path));
  for (const places of somePlaces(definition)) yield unknownParameters(definition, places);
  yield unknownNames(definition, known);
  yield relationFaults(definition, known);
  yield parameterFaults(definition.parameters);
}

/** Paths name tasks and parameters by their id if it is unique, else by index. */
function placed(given: unknown, error: z.ZodError): PlacedFault[] {
  const names = {
    tasks: ownNamesIn(given, 'tasks', 'taskId'),
    parameters: ownNamesIn(given, 'parameters', 'name'),
  };
  return faultsOf('', error).map(({ path, message }) => {
    const [root = '', place, ...rest] = path.split('.');
    const name = root === 'tasks' || root === 'parameters' ? names[root][Number(place)] : undefined;
    if (name === undefined) return { path, message };
    const at = [root, name, ...rest].join('.');
    return root === 'tasks' ? { path: at, message, taskId: name } : { path: at, message };
  });
}

/** By index: the name, if it is unique. */
function ownNamesIn(given: unknown, root: string, key: string): (string | undefined)[] {
  const rows: unknown = (given as Record<string, unknown> | null)?.[root];
  if (!Array.isArray(rows)) return [];
  const names = rows.map((row) => (row as Record<string, unknown> | null)?.[key]);
  const counts = new Map<unknown, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.map((name) =>
    typeof name === 'string' && name !== '' && counts.get(name) === 1 ? name : undefined,
  );
}

function ofTask(fault: Fault, ids: ReadonlySet<string>): PlacedFault {
  const [root, taskId = ''] = fault.path.split('.');
  return root === 'tasks' && ids.has(taskId) ? { ...fault, taskId } : fault;
}

/** Models and workflows that it names but that do not exist. */
const unknownNames = (
  { id, tasks, onFailure }: WorkflowDefinition,
  { models, workflows }: Registry,
): Fault[] => [
  ...(!onFailure || workflows.has(onFailure.workflowId) || onFailure.workflowId === id
    ? []
    : [{ path: 'onFailure.workflowId', message: `there is no workflow ${onFailure.workflowId}` }]),
  ...tasks.flatMap(({ taskId, type, modelId, config: { fallbackModelId, workflowId } }) => {
    const at = (field: string, message: string) => ({ path: `tasks.${taskId}.${field}`, message });
    const noModel = (field: string, id: string | null | undefined) =>
      id === null || id === undefined || models.has(id) ? [] : [at(field, `there is no model ${id}`)];
    return [
      ...(type === 'task' && modelId === null ? [at('modelId', 'is needed: choose a model')] : []),
      ...noModel('modelId', modelId),
      ...noModel('config.fallbackModelId', fallbackModelId),
      ...(workflowId === undefined || workflows.has(workflowId)
        ? []
        : [at('config.workflowId', `there is no workflow ${workflowId}`)]),
    ];
  }),
];

/** It runs workflows that run it, or that are too many within one another; or its failure would start it again. */
function relationFaults(definition: WorkflowDefinition, { workflows }: Registry): Fault[] {
  const own: Related = {
    children: childWorkflowsOf(definition),
    handler: definition.onFailure?.workflowId ?? null,
  };
  if (own.children.length === 0 && own.handler === null) return [];
  const of = (id: string) => (id === definition.id ? own : workflows.get(id));
  const children = (id: string) => of(id)?.children ?? [];
  const parents = new Map<string, string[]>();
  for (const [parent, related] of workflows)
    for (const child of related.children) parents.set(child, [...(parents.get(child) ?? []), parent]);
  const tree = treeFault(definition.id, { children, parents: (id) => parents.get(id) ?? [] });
  if (tree !== null) return [{ path: 'tasks', message: tree }];
  const path = own.handler === null ? 'tasks' : 'onFailure.workflowId';
  const message = handlerFault(definition.id, (id) => [...children(id), ...[of(id)?.handler ?? []].flat()]);
  return message === null ? [] : [{ path, message }];
}

function parameterFaults(parameters: readonly WorkflowParameter[]): Fault[] {
  const seen = new Set<string>();
  return parameters.flatMap((parameter) => {
    const { name, default: value } = parameter;
    const isTwice = seen.has(name);
    seen.add(name);
    return [
      ...(isTwice ? [{ path: `parameters.${name}`, message: 'this name is used twice' }] : []),
      ...(value === null
        ? []
        : broken(parameter).map((message) => ({ path: `parameters.${name}.default`, message }))),
    ];
  });
}

/** A pattern that does not compile is reported elsewhere. */
function broken(parameter: WorkflowParameter): string[] {
  try {
    return applyRules(parameter, parameter.default).faults;
  } catch {
    return [];
  }
}

const warningsOf = ({ tasks, timeout }: WorkflowDefinition, { models }: Registry): Fault[] =>
  tasks.flatMap((task) => {
    const {
      taskId,
      modelId,
      config: { fallbackModelId, approval },
    } = task;
    const warn = (field: string, message: string) => [{ path: `tasks.${taskId}.${field}`, message }];
    const idle = (field: string, id: string | null | undefined) =>
      models.get(id ?? '')?.enabled === false ? warn(field, `${id} is disabled: no task can run on it`) : [];
    return [
      ...((approval?.timeoutSeconds ?? 0) >= timeout
        ? warn(
            'config.approval.timeoutSeconds',
            `the execution ends earlier, by its own time limit of ${timeout} s`,
          )
        : []),
      ...idle('modelId', modelId),
      ...idle('config.fallbackModelId', fallbackModelId),
    ];
  });

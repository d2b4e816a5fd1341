/** Everything that stands against saving a workflow, at once, each with its place; and what one should know besides. */
import type { z } from 'zod';
import { needsMore } from './accept.js';
import { checkDefinition } from './definition.js';
import { definitionOf, workflowDraft, workflowInput } from './definition-input.js';
import { uncertainParameters, unknownParameters } from './definition-parameters.js';
import { faultsOf } from './faults.js';
import { obey } from './rules.js';
import { checkShape } from './shape.js';
import type { Fault } from './errors.js';
import type { WorkflowDefinition, WorkflowParameter } from './workflow.js';

export interface PlacedFault extends Fault {
  /** The task that it is a fault of. */
  taskId?: string;
}

/** What the registry has, of that which a workflow may name. */
export interface Known {
  /** Models by id, disabled ones too. */
  models: ReadonlyMap<string, { enabled: boolean }>;
  workflows: ReadonlySet<string>;
}

export interface Verdict {
  faults: PlacedFault[];
  warnings: PlacedFault[];
}

export function judge(given: unknown, known: Known): Verdict {
  const shape = checkShape(given);
  if (shape.length > 0) return { faults: shape, warnings: [] };
  const strict = workflowInput.safeParse(given);
  const faults = strict.success ? [] : placed(given, strict.error);
  const draft = workflowDraft.safeParse(given);
  if (!draft.success) return { faults, warnings: [] };
  const definition = definitionOf(draft.data);
  const found = [
    // What is drawn follows from the tasks: what is wrong with it is told of them.
    ...checkDefinition(definition).filter(({ path }) => !/^dag\b/.test(path)),
    ...unknownParameters(definition),
    ...strangersIn(definition, known),
    ...parameterFaults(definition.parameters),
  ];
  return {
    faults: [...faults, ...found.map((fault) => ofTask(fault, definition))],
    warnings: [...warningsOf(definition, known), ...uncertainParameters(definition)].map((fault) =>
      ofTask(fault, definition),
    ),
  };
}

/** Tasks and parameters are told by name where they have one of their own, as everywhere else. */
function placed(given: unknown, error: z.ZodError): PlacedFault[] {
  return faultsOf('', error).map(({ path, message }) => {
    const [root = '', place, ...rest] = path.split('.');
    const rows = (given as Record<string, unknown> | null)?.[root];
    const key = root === 'tasks' ? 'taskId' : 'name';
    const isRow = (root === 'tasks' || root === 'parameters') && Array.isArray(rows) && place !== undefined;
    const names = isRow ? rows.map((row) => (row as Record<string, unknown> | null)?.[key]) : [];
    const name = names[Number(place)];
    const isOwn =
      typeof name === 'string' && name !== '' && names.filter((other) => other === name).length === 1;
    if (!isOwn) return { path, message };
    const at = [root, name, ...rest].join('.');
    return root === 'tasks' ? { path: at, message, taskId: name } : { path: at, message };
  });
}

function ofTask(fault: Fault, { tasks }: WorkflowDefinition): PlacedFault {
  const task = tasks.find(
    ({ taskId }) => fault.path === `tasks.${taskId}` || fault.path.startsWith(`tasks.${taskId}.`),
  );
  return task ? { ...fault, taskId: task.taskId } : fault;
}

/** What tasks name and nobody has. */
const strangersIn = ({ tasks }: WorkflowDefinition, { models, workflows }: Known): Fault[] =>
  tasks.flatMap(({ taskId, type, modelId, config: { fallbackModelId, workflowId } }) => {
    const at = (field: string, message: string) => ({ path: `tasks.${taskId}.${field}`, message });
    const noModel = (field: string, id: string | null | undefined) =>
      id === null || id === undefined || models.has(id) ? [] : [at(field, `there is no model ${id}`)];
    return [
      ...(type === 'task' && modelId === null ? [at('modelId', 'names the model and is missing')] : []),
      ...noModel('modelId', modelId),
      ...noModel('config.fallbackModelId', fallbackModelId),
      ...(workflowId === undefined || workflows.has(workflowId)
        ? []
        : [at('config.workflowId', `there is no workflow ${workflowId}`)]),
    ];
  });

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

/** A pattern that cannot be read is told of elsewhere. */
function broken(parameter: WorkflowParameter): string[] {
  try {
    return obey(parameter, parameter.default).faults;
  } catch {
    return [];
  }
}

const warningsOf = ({ tasks }: WorkflowDefinition, { models }: Known): Fault[] =>
  tasks.flatMap((task) => {
    const {
      taskId,
      modelId,
      config: { fallbackModelId, wait },
    } = task;
    const warn = (field: string, message: string) => [{ path: `tasks.${taskId}.${field}`, message }];
    const idle = (field: string, id: string | null | undefined) =>
      models.get(id ?? '')?.enabled === false ? warn(field, `${id} is disabled: nothing runs on it`) : [];
    const place = wait?.signal === undefined ? 'type' : 'config.wait.signal';
    return [
      ...(needsMore(task)
        ? warn(place, 'such a task cannot be run yet: an execution of the workflow is refused')
        : []),
      ...idle('modelId', modelId),
      ...idle('config.fallbackModelId', fallbackModelId),
    ];
  });

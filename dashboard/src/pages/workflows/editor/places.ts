/** Maps the path of an error to a page of the editor, a row and a field. */
import type { components } from '../../../api/contract';
import type { FormSource } from '../../../parts/form/fields';
import type { Definition } from '../shapes';
import type { PAGES } from '../tabs';
import { detailsSource, PARAMETER } from './forms/sources';
import { TASK_TYPES, taskSource } from './forms/taskSource';

/** An error of the definition. */
export type DefinitionError = components['schemas']['WorkflowVerdict']['faults'][number];

const labelsOf = ({ parameters }: FormSource): ReadonlyMap<string, string> =>
  new Map(parameters.map(({ name, displayName }) => [name, displayName ?? name]));
const LABELS = {
  tasks: new Map(
    TASK_TYPES.flatMap((type) => [...labelsOf(taskSource(type, [], { models: [], workflows: [] }))]),
  ),
  parameters: labelsOf(PARAMETER),
  details: labelsOf(detailsSource(true, [])),
};

export interface Place {
  page: (typeof PAGES)[number];
  /** A task's id or a parameter's name. */
  row: string | null;
  /** `config.map.over`; empty for the row as a whole. */
  field: string;
}

export interface Placed {
  place: Place;
  message: string;
}

/** `tasks.msa.config.map`, `tasks.0.name`, `tasks[0].name`, `inputSchema.properties`. */
export function placeOf({ path, taskId }: DefinitionError, { tasks, parameters }: Definition): Place {
  const [root = '', ...rest] = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  if (root === 'dag')
    return { page: 'tasks', row: taskId ?? (rest[0] === 'nodes' ? (rest[1] ?? null) : null), field: '' };
  if (root === 'tasks')
    return rowOf(
      'tasks',
      tasks.map((task) => task.taskId),
      rest,
      taskId,
    );
  if (root === 'parameters')
    return rowOf(
      'parameters',
      parameters.map(({ name }) => name),
      rest,
    );
  return { page: 'details', row: null, field: [root, ...rest].join('.') };
}

function rowOf(
  page: Place['page'],
  ids: readonly string[],
  [named, ...field]: string[],
  known?: string,
): Place {
  const row =
    known ?? (named === undefined ? null : ids.includes(named) ? named : (ids[Number(named)] ?? named));
  return { page, row, field: field.join('.') };
}

/** A place in words, with the labels of the forms. Deeper places and those without a form keep their path. */
export function placeLabel(path: string): string {
  if (path === '') return 'The workflow';
  const [, task, field] = /^tasks\.([^.]+)\.(.+)$/.exec(path) ?? [];
  if (task !== undefined && field !== undefined) return `Task ${task}: ${LABELS.tasks.get(field) ?? field}`;
  const [, parameter, part] = /^parameters\.([^.]+)\.(.+)$/.exec(path) ?? [];
  if (parameter !== undefined && part !== undefined)
    return `Parameter ${parameter}: ${LABELS.parameters.get(part) ?? part}`;
  return LABELS.details.get(path) ?? path;
}

/** Messages for the fields of one form. The field with the longest matching name gets the error. */
export function byField(places: readonly Placed[], names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { place, message } of places) {
    const name = fieldFor(place.field, names);
    if (name === undefined) continue;
    const deeper = place.field.slice(name.length + 1);
    const text = deeper ? `${deeper}: ${message}` : message;
    found[name] = found[name] === undefined ? text : `${found[name]}; ${text}`;
  }
  return found;
}

export const fieldFor = (field: string, names: readonly string[]): string | undefined =>
  names
    .filter((name) => field === name || field.startsWith(`${name}.`))
    .sort((one, other) => other.length - one.length)[0];

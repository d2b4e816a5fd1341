/** The differences between two versions of a workflow, task by task and parameter by parameter. Rows are matched by id. */
import { differences, isSame, type Change } from '../../../parts/difference/difference';
import type { Definition } from '../shapes';

/** By id. A repeated id gets `again` appended. */
function keyed<T extends object>(rows: readonly T[], idOf: (row: T) => string): Record<string, T> {
  const found = new Map<string, T>();
  for (const row of rows) {
    let id = idOf(row);
    while (found.has(id)) id = `${id} again`;
    found.set(id, row);
  }
  return Object.fromEntries(found);
}

/** Rows that changed only their id, by the new id. */
function renamed<T>(
  before: Record<string, T>,
  after: Record<string, T>,
  nameOf: (row: T) => unknown,
): Map<string, string> {
  const gone = Object.entries(before).filter(([id]) => !(id in after));
  const come = Object.entries(after).filter(([id]) => !(id in before));
  const found = new Map<string, string>();
  for (const [now, row] of come) {
    const taken = new Set(found.values());
    const alike = gone.find(([was, old]) => !taken.has(was) && isSame(nameOf(old), nameOf(row)));
    if (alike) found.set(now, alike[0]);
  }
  return found;
}

/** The later rows under their earlier names. */
function inStep<T>(
  before: Record<string, T>,
  after: Record<string, T>,
  nameOf: (row: T) => unknown,
): Record<string, T> {
  const was = renamed(before, after, nameOf);
  return Object.fromEntries(Object.entries(after).map(([id, row]) => [was.get(id) ?? id, row]));
}

function sheets(before: Definition, after: Definition): [object, object] {
  const rows = ({ tasks, parameters }: Definition) => ({
    tasks: keyed(tasks, ({ taskId }) => taskId),
    parameters: keyed(parameters, ({ name }) => name),
  });
  const [old, now] = [rows(before), rows(after)];
  return [
    { ...before, ...old },
    {
      ...after,
      tasks: inStep(
        old.tasks,
        now.tasks,
        ({ name, type, modelId, inputMapping }) => name !== '' && [name, type, modelId, inputMapping],
      ),
      parameters: inStep(old.parameters, now.parameters, ({ displayName, type, uiComponent }) => [
        displayName,
        type,
        uiComponent,
      ]),
    },
  ];
}

/** Reports a changed order of the ids that both have. */
function moved(before: readonly string[], after: readonly string[], path: string): Change[] {
  const [old, now] = [new Set(before), new Set(after)];
  const [was, is] = [before.filter((id) => now.has(id)), after.filter((id) => old.has(id))];
  return isSame(was, is) ? [] : [{ path, before: was, after: is }];
}

export const changesOf = (before: Definition, after: Definition): Change[] => [
  ...differences(...sheets(before, after)),
  ...moved(
    before.tasks.map(({ taskId }) => taskId),
    after.tasks.map(({ taskId }) => taskId),
    'order of the tasks',
  ),
  ...moved(
    before.parameters.map(({ name }) => name),
    after.parameters.map(({ name }) => name),
    'order of the parameters',
  ),
];

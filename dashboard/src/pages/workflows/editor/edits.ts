/** The edits of a definition, and which rows of a long list to render. */
import { at, put } from '../../../parts/difference/difference';
import type { Task } from '../shapes';

/** Tasks that depend on it depend on the new id. */
export const renameTask = (tasks: readonly Task[], from: string, to: string): Task[] =>
  tasks.map((task) => ({
    ...task,
    taskId: task.taskId === from ? to : task.taskId,
    dependsOn: task.dependsOn.includes(from)
      ? task.dependsOn.map((id) => (id === from ? to : id))
      : task.dependsOn,
  }));

/** Tasks that depended on it no longer do. */
export const removeTask = (tasks: readonly Task[], id: string): Task[] =>
  tasks
    .filter(({ taskId }) => taskId !== id)
    .map((task) =>
      task.dependsOn.includes(id)
        ? { ...task, dependsOn: task.dependsOn.filter((other) => other !== id) }
        : task,
    );

/** Moves a row one place up or down, but not past the end. */
export function move<T>(rows: readonly T[], from: number, step: 1 | -1): T[] {
  const next = [...rows];
  const to = from + step;
  const [row, other] = [rows[from], rows[to]];
  if (row === undefined || other === undefined) return next;
  next[to] = row;
  next[from] = other;
  return next;
}

/** `task_1`, or the first free name of that kind. */
export function freeName(base: string, taken: readonly string[]): string {
  const all = new Set(taken);
  let number = 1;
  while (all.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}

/** The value with a member set, or removed if undefined. Empty settings are removed as well. */
export function write<T>(value: T, path: string, part: unknown): T {
  const next = put(value, path, part);
  const parent = path.split('.').slice(0, -1).join('.');
  const rest = at(next, parent);
  const isEmpty =
    parent.includes('.') && typeof rest === 'object' && rest !== null && Object.keys(rest).length === 0;
  return part === undefined && isEmpty ? write(next, parent, undefined) : next;
}

const SPARE = 8;

/** The range of rows to render: the first, and the one after the last. */
export function inSight(
  count: number,
  rowHeight: number,
  scrolled: number,
  height: number,
): [first: number, end: number] {
  const first = Math.max(0, Math.floor(scrolled / rowHeight) - SPARE);
  return [Math.min(first, count), Math.min(count, Math.ceil((scrolled + height) / rowHeight) + SPARE)];
}

/** Fills missing members with their defaults. A number may be empty while the user types another. */
export const filled = <T extends object>(blank: T, value: Partial<T>): T => {
  const missing = Object.entries(blank).filter(([key, part]) => !(key in value) && typeof part !== 'number');
  return { ...(value as T), ...(Object.fromEntries(missing) as Partial<T>) };
};

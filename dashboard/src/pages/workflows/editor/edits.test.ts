import { expect, it } from 'vitest';
import { newTask } from '../shapes';
import { filled, freeName, inSight, move, removeTask, renameTask, write } from './edits';

const tasks = [newTask('a'), newTask('b', ['a']), newTask('c', ['a', 'b'])];
const drawing = (of: typeof tasks) => of.map(({ taskId, dependsOn }) => `${taskId}<${dependsOn.join('+')}`);

it('renames a task everywhere, and removes it everywhere', () => {
  expect(drawing(renameTask(tasks, 'a', 'z'))).toEqual(['z<', 'b<z', 'c<z+b']);
  expect(drawing(removeTask(tasks, 'a'))).toEqual(['b<', 'c<b']);
  expect(drawing(tasks)).toEqual(['a<', 'b<a', 'c<a+b']);
});

it('moves a row by one place and not over the end', () => {
  expect(move(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(move(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
  expect(move(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(move(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});

it('finds a name that is free', () => {
  expect(freeName('task', [])).toBe('task_1');
  expect(freeName('task', ['task_1', 'task_3'])).toBe('task_2');
});

it('leaves no empty settings behind, but the settings themselves', () => {
  const task = write(newTask('a'), 'config.retry.backoff', 2);
  expect(task.config).toEqual({ retry: { backoff: 2 } });
  expect(write(write(task, 'config.retry.maxAttempts', 3), 'config.retry.backoff', undefined).config).toEqual(
    { retry: { maxAttempts: 3 } },
  );
  expect(write(task, 'config.retry.backoff', undefined).config).toEqual({});
});

it('renders only the visible rows of a thousand, and a few more', () => {
  expect(inSight(1000, 40, 0, 400)).toEqual([0, 18]);
  expect(inSight(1000, 40, 20_000, 400)).toEqual([492, 518]);
  expect(inSight(1000, 40, 39_600, 400)).toEqual([982, 1000]);
  expect(inSight(3, 40, 0, 400)).toEqual([0, 3]);
  expect(inSight(2, 40, 4_000, 400)).toEqual([2, 2]);
});

it('fills in missing members, except numbers', () => {
  const { timeout: _, condition: __, config: ___, ...rest } = newTask('a');
  expect(filled(newTask(''), { ...rest, name: 'A' })).toEqual({
    ...rest,
    name: 'A',
    condition: null,
    config: {},
  });
});

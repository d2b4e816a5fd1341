import { expect, it } from 'vitest';
import { changesOf } from './changes';
import { renameTask } from '../editor/edits';
import { newDefinition, newParameter, newTask, type Definition } from '../shapes';

const base: Definition = {
  ...newDefinition(),
  workflowId: 'w',
  tasks: [newTask('a'), newTask('b', ['a']), newTask('c', ['b'])],
  parameters: [newParameter('x'), newParameter('y')],
};
const paths = (after: Definition) => changesOf(base, after).map(({ path }) => path);

it('names a task by its id in any position', () => {
  const slower = base.tasks.map((task) => (task.taskId === 'b' ? { ...task, timeout: 9 } : task));
  expect(changesOf(base, { ...base, tasks: [newTask('zero'), ...slower] })).toEqual([
    { path: 'tasks.b.timeout', before: 300, after: 9 },
    { path: 'tasks.zero', before: undefined, after: newTask('zero') },
  ]);
  expect(paths({ ...base, tasks: base.tasks.slice(0, 2) })).toEqual(['tasks.c']);
});

it('shows a renamed id, and the tasks that depend on it', () => {
  const named = { ...base, tasks: base.tasks.map((task) => ({ ...task, name: task.taskId.toUpperCase() })) };
  expect(changesOf(named, { ...named, tasks: renameTask(named.tasks, 'a', 'alpha') })).toEqual([
    { path: 'tasks.a.taskId', before: 'a', after: 'alpha' },
    { path: 'tasks.b.dependsOn', before: ['a'], after: ['alpha'] },
  ]);
});

it('reports a changed order alone', () => {
  expect(
    changesOf(base, { ...base, tasks: base.tasks.toReversed(), parameters: base.parameters.toReversed() }),
  ).toEqual([
    { path: 'order of the tasks', before: ['a', 'b', 'c'], after: ['c', 'b', 'a'] },
    { path: 'order of the parameters', before: ['x', 'y'], after: ['y', 'x'] },
  ]);
});

it('does not lose a task with a repeated id', () => {
  expect(paths({ ...base, tasks: [...base.tasks, newTask('a', ['c'])] })).toEqual([
    'tasks.a again',
    'order of the tasks',
  ]);
});

it('is empty between equal versions', () => {
  expect(changesOf(base, structuredClone(base))).toEqual([]);
});

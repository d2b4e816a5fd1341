import { expect, it } from 'vitest';
import { byField, placeOf, placeLabel } from './places';
import { newDefinition, newParameter, newTask } from '../shapes';

const definition = {
  ...newDefinition(),
  tasks: [newTask('a'), newTask('b')],
  parameters: [newParameter('n')],
};
const place = (path: string, taskId?: string) =>
  placeOf({ path, message: 'm', ...(taskId !== undefined && { taskId }) }, definition);

it('leads to the task, by id or by number', () => {
  expect(place('tasks.b.config.map.over')).toEqual({ page: 'tasks', row: 'b', field: 'config.map.over' });
  expect(place('tasks.1.name')).toEqual({ page: 'tasks', row: 'b', field: 'name' });
  expect(place('tasks[0].type')).toEqual({ page: 'tasks', row: 'a', field: 'type' });
  expect(place('tasks.a')).toEqual({ page: 'tasks', row: 'a', field: '' });
  expect(place('tasks')).toEqual({ page: 'tasks', row: null, field: '' });
  expect(place('dag.nodes.a')).toEqual({ page: 'tasks', row: 'a', field: '' });
  expect(place('dag.edges', 'b')).toEqual({ page: 'tasks', row: 'b', field: '' });
});

it('leads to parameters and to the details', () => {
  expect(place('parameters.n.validation.pattern')).toEqual({
    page: 'parameters',
    row: 'n',
    field: 'validation.pattern',
  });
  expect(place('parameters.0.type')).toEqual({ page: 'parameters', row: 'n', field: 'type' });
  expect(place('inputSchema.properties.x')).toEqual({
    page: 'details',
    row: null,
    field: 'inputSchema.properties.x',
  });
});

it('is placed at the nearest field that has it', () => {
  const at = (field: string, message: string) => ({
    place: { page: 'tasks' as const, row: 'a', field },
    message,
  });
  expect(
    byField(
      [
        at('config.map.over', 'x'),
        at('config.map', 'y'),
        at('config', 'z'),
        at('name', 'n'),
        at('name', 'm'),
      ],
      ['config.map.over', 'config', 'name'],
    ),
  ).toEqual({ 'config.map.over': 'x', config: 'map: y; z', name: 'n; m' });
});

it.each([
  ['', 'The workflow'],
  ['workflowId', 'Id'],
  ['inputSchema.properties', 'inputSchema.properties'],
  ['tasks.fold.modelId', 'Task fold: Model'],
  ['tasks.wait.config.wait.until', 'Task wait: Wait until'],
  ['tasks.fold.config.unknown', 'Task fold: config.unknown'],
  ['parameters.size.displayName', 'Parameter size: Label'],
  ['dag.edges', 'dag.edges'],
])('%s is called %s', (path, words) => expect(placeLabel(path)).toBe(words));

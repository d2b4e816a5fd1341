import { describe, expect, test } from 'vitest';
import { compileMapping, inputFor, outputFor, type Context } from './mapping.js';
import { parseGraph } from './graph.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { WorkflowTask } from './workflow.js';

const context: Context = {
  params: { n: 2 },
  tasks: { a: { status: 'succeeded', output: { pdb: 'x' } }, b: { status: 'skipped', output: null } },
  execution: { id: 'x1' },
};
const taskOf = (details: Partial<WorkflowTask> = {}): WorkflowTask =>
  parseGraph(drawWorkflow('a -> c, b -> c, gone -> c', { c: details })).task('c');

test('strings are expressions, other values are literals', () => {
  const fill = compileMapping({
    n: 'params.n + 1',
    k: 7,
    on: true,
    no: null,
    deep: [{ id: 'execution.id' }, '"text"'],
  });
  expect(fill({ ...context })).toEqual({ n: 3, k: 7, on: true, no: null, deep: [{ id: 'x1' }, 'text'] });
});

describe('inputFor', () => {
  test('without a mapping: the task, the parameters and the outputs of its dependencies', () => {
    expect(inputFor(taskOf(), context)).toEqual({
      task: 'c',
      parameters: { n: 2 },
      inputs: { a: { pdb: 'x' } },
    });
    expect(inputFor(taskOf(), { ...context, item: null })).toMatchObject({ item: null });
  });

  test('with a mapping, an item has both of its names', () => {
    const inputMapping = { both: '[item, seed]', file: 'tasks.a.output.pdb' };
    const task = taskOf({ inputMapping, config: { map: { over: '[1]', as: 'seed' } } });
    expect(inputFor(task, { ...context, item: 9 })).toEqual({ both: [9, 9], file: 'x' });
    expect(inputFor(taskOf({ inputMapping: { it: 'item' } }), { ...context, item: 9 })).toEqual({ it: 9 });
  });
});

test('outputFor is the response itself, or the result of the mapping', () => {
  expect(outputFor(taskOf(), { ...context, output: [1] })).toEqual([1]);
  const task = taskOf({ outputMapping: { first: 'output[0]', of: 'params.n' } });
  expect(outputFor(task, { ...context, output: [1] })).toEqual({ first: 1, of: 2 });
  expect(() => outputFor(task, { ...context, output: [] })).toThrow('index out of bounds');
});

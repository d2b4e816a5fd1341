import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../errors.js';
import { dagOf, parseGraph } from './graph.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { WorkflowDefinition } from './workflow.js';

const faultsOf = (definition: WorkflowDefinition): string[] => {
  try {
    parseGraph(definition);
    return [];
  } catch (error) {
    return (error as InvalidInput).faults.map(({ path, message }) => `${path}: ${message}`);
  }
};

describe('parseGraph', () => {
  //      b
  //    /   \
  //  a       d    e
  //    \   /
  //      c
  test('orders a diamond and a task on its own', () => {
    const definition = drawWorkflow('a -> b -> d, a -> c -> d, e');
    const graph = parseGraph(definition);
    expect(graph.definition).toBe(definition);
    expect(graph.order).toEqual(['a', 'e', 'b', 'c', 'd']);
    expect(graph.leaves).toEqual(['e', 'd']);
    expect(graph.dependencies('d')).toEqual(['b', 'c']);
    expect(graph.dependents('a')).toEqual(['b', 'c']);
    expect(['a', 'c', 'd'].map(graph.depth)).toEqual([0, 1, 2]);
    expect(graph.task('b').taskId).toBe('b');
    expect(() => graph.task('ghost')).toThrow('There is no task ghost');
  });

  // s -> a -> b -> c -> a,  c -> t
  test('names a cycle, without the tasks that depend on it', () => {
    expect(faultsOf(drawWorkflow('t, s -> a -> b -> c -> a, c -> t'))).toEqual([
      'tasks: a cycle: c -> a -> b -> c',
    ]);
    expect(faultsOf(drawWorkflow('a -> a'))).toEqual(['tasks: a cycle: a -> a']);
  });

  test('names every fault at once', () => {
    const definition = drawWorkflow('a -> b, a -> b, ghost -> b -> c -> b');
    const tasks = definition.tasks.filter(({ taskId }) => taskId !== 'ghost');
    expect(faultsOf({ ...definition, tasks: [...tasks, ...tasks.slice(0, 1)] })).toEqual([
      'tasks.a: this id is used twice',
      'tasks.b.dependsOn: a is named twice',
      'tasks.b.dependsOn: there is no task ghost',
      'dag.nodes.ghost: there is no such task',
      'dag.edges: a -> b is drawn twice',
      'tasks: a cycle: b -> c -> b',
    ]);
  });

  test('requires dag and tasks to match', () => {
    const { tasks } = drawWorkflow('a -> b, m', { m: { modelId: 'alphafold2' } });
    expect(dagOf(tasks)).toEqual({
      nodes: [
        { id: 'a', type: 'task' },
        { id: 'b', type: 'task' },
        { id: 'm', type: 'task', modelId: 'alphafold2' },
      ],
      edges: [{ from: 'a', to: 'b' }],
    });
    const dag = {
      nodes: [
        { id: 'a', type: 'transform' },
        { id: 'a', type: 'task' },
        { id: 'm', type: 'task' },
      ],
      edges: [{ from: 'a', to: 'm' }],
    };
    expect(faultsOf({ ...drawWorkflow(''), tasks, dag })).toEqual([
      'dag.nodes.a: type or modelId differ from the task',
      'dag.nodes.a: this id is used twice',
      'dag.nodes.m: type or modelId differ from the task',
      'tasks.b: is missing from the nodes of dag',
      'dag.edges: a -> m is not in dependsOn of m',
      'dag.edges: a -> b is missing',
    ]);
  });

  test('refuses more tasks or dependencies than the limits', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => `t${index}`).join(',');
    expect(faultsOf(drawWorkflow(many))).toEqual(['tasks: 10001 tasks; 10000 are allowed']);
    const dense = { b: { dependsOn: Array.from({ length: 50_001 }, () => 'a') } };
    expect(faultsOf(drawWorkflow('a -> b', dense))).toEqual(['tasks: 50001 dependencies; 50000 are allowed']);
  });

  test('a chain of 10,000 neither overflows the stack nor takes long', () => {
    const chain = drawWorkflow(Array.from({ length: 10_000 }, (_, index) => `t${index}`).join('->'));
    expect(parseGraph(chain).depth('t9999')).toBe(9999);
  });
});

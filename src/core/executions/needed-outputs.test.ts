import { expect, test } from 'vitest';
import { parseGraph } from '../workflows/graph.js';
import { readsOf, outputsNeeded } from './needed-outputs.js';
import { row, drawWorkflow } from '../testing/workflow-drawing.js';
import type { Task, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

const needed = (
  details: Record<string, Partial<WorkflowTask>>,
  states: Record<string, Partial<Task> | Task['status']>,
  version: Partial<WorkflowDefinition> = {},
): string[] => {
  const graph = parseGraph(drawWorkflow('a -> b -> c, a -> d', details, version));
  const rows = Object.entries(states).map(([name, change]) =>
    row(name.replace(/\d/, ''), typeof change === 'string' ? { status: change } : change),
  );
  return [...outputsNeeded(graph, rows)].sort();
};
const reads = (condition: string): Partial<WorkflowTask> => ({ condition });

// a -> b -> c,  a -> d
test('only what the next conditions read', () => {
  const details = { b: reads('tasks.a.output.x'), c: reads('tasks.a.output.y && tasks.b.output') };
  expect(needed(details, { a: 'running' })).toEqual([]);
  expect(needed(details, { a: 'succeeded', d: 'running' })).toEqual(['a']);
  expect(needed(details, { a: 'succeeded', b: 'running', d: 'running' })).toEqual([]);
  expect(needed(details, { a: 'succeeded', b: 'succeeded', d: 'running' })).toEqual(['a', 'b']);
  expect(needed({ b: reads('tasks.a.status == "succeeded"') }, { a: 'succeeded', d: 'running' })).toEqual([]);
  expect(needed({ b: reads('size(tasks) > 1') }, { a: 'succeeded', d: 'running' })).toEqual(['a']);
});

test('lists of maps and times of waits count too', () => {
  const map = { config: { map: { over: 'tasks.a.output' } } };
  const wait = { type: 'wait' as const, config: { wait: { until: 'tasks.a.output' } } };
  expect(needed({ b: map }, { a: 'succeeded', d: 'running' })).toEqual(['a']);
  expect(needed({ d: wait }, { a: 'succeeded', b: 'running' })).toEqual(['a']);
});

test('so does what an approval shows', () => {
  const asks = (more: Partial<WorkflowTask>) => ({ d: { type: 'approval' as const, ...more } });
  const states = { a: 'succeeded', b: 'running' } as const;
  expect(needed(asks({}), states)).toEqual([]);
  expect(needed(asks({ config: { approval: { text: 'tasks.a.output' } } }), states)).toEqual(['a']);
  expect(needed(asks({ inputMapping: { x: 'tasks.a.output' } }), states)).toEqual(['a']);
  expect(needed({ d: { inputMapping: { x: 'tasks.a.output' } } }, states)).toEqual([]);
});

test('a map that can be collected is read with its items', () => {
  const details = { b: { config: { map: { over: '[1]' } } }, c: reads('size(tasks.b.output) > 0') };
  const item = (status: Task['status']): Partial<Task> => ({ mapIndex: 0, status });
  const start = { a: 'succeeded', b: 'waiting', d: 'running' } as const;
  expect(needed(details, { ...start, b0: item('running') })).toEqual([]);
  expect(needed(details, { ...start, b0: item('succeeded') })).toEqual(['b']);
  expect(needed(details, { ...start, b0: item('failed') })).toEqual(['b']);
});

test('the finish reads the leaves or its mapping; a failing execution reads nothing', () => {
  const done = { a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'skipped' } as const;
  expect(needed({}, done)).toEqual(['c']);
  expect(needed({}, done, { outputMapping: { x: 'tasks.a.output' } })).toEqual(['a']);
  expect(needed({}, { ...done, d: 'failed' })).toEqual([]);
  const timer = { d: { type: 'wait' as const, config: { wait: { seconds: 1 } } } };
  expect(needed(timer, { ...done, d: { status: 'waiting', notBefore: new Date() } })).toEqual(['c']);
  expect(needed(timer, { ...done, d: 'waiting' })).toEqual([]);
  const signal = { d: { type: 'wait' as const, config: { wait: { signal: 'go' } } } };
  expect(needed(signal, { ...done, d: 'waiting' })).toEqual(['c']);
});

test('a running task reads its dependencies, or what its mappings and checks name', () => {
  const graph = parseGraph(
    drawWorkflow('a -> b -> c -> d, c -> e', {
      c: {
        inputMapping: { x: 'tasks.a.output', y: 'params.y', z: 'tasks.b.status' },
        outputMapping: { all: 'output' },
        config: { checks: [{ check: 'present', value: 'tasks.b.output' }] },
      },
      d: { outputMapping: { last: 'tasks.a.output' } },
      e: { inputMapping: { all: 'size(tasks)' } },
    }),
  );
  const reads = (...ids: string[]) => ({ states: new Set(ids), outputs: new Set(ids) });
  expect(readsOf(graph, 'a')).toEqual(reads());
  expect(readsOf(graph, 'b')).toEqual(reads('a'));
  expect(readsOf(graph, 'c')).toEqual(reads('a', 'b'));
  expect(readsOf(graph, 'd')).toEqual(reads('a', 'c'));
  expect(readsOf(graph, 'e')).toEqual({ states: 'all', outputs: new Set(graph.order) });
});

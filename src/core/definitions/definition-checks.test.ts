import { expect, test } from 'vitest';
import { faultsIn } from './definition-checks.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { TaskConfig, WorkflowDefinition, WorkflowTask } from '../workflows/workflow.js';

const faultsOf = (definition: WorkflowDefinition): string[] =>
  [...faultsIn(definition)].flat().map(({ path, message }) => `${path}: ${message}`);
const ofTask = (change: Partial<WorkflowTask>, drawing = 'a -> b -> t, z'): string[] =>
  faultsOf(drawWorkflow(drawing, { t: change }));

test('a workflow that uses everything may be saved', () => {
  const details: Record<string, Partial<WorkflowTask>> = {
    b: { condition: 'tasks.a.output.go', config: { join: 'one_failed' } },
    m: {
      config: { map: { over: 'tasks.a.output.list', as: 'seed' }, schema: { type: 'object' } },
      inputMapping: { s: 'seed + item' },
      outputMapping: { o: 'output.x' },
    },
    w: { type: 'wait', config: { wait: { until: 'params.at' } } },
    c: { type: 'workflow', config: { workflowId: 'child' } },
  };
  const version = {
    title: '"Fold of " + params.target',
    outputMapping: { x: 'tasks.m.output' },
    parameters: [{ type: 'string', validation: { pattern: '^a' } }, { validation: {} }],
  };
  expect(
    faultsOf(
      drawWorkflow('a -> b -> m -> w -> c', details, version as unknown as Partial<WorkflowDefinition>),
    ),
  ).toEqual([]);
});

test.each<[Partial<WorkflowTask> & { config?: TaskConfig }, string[]]>([
  [{ config: { join: 'most' as 'all_done' } }, ['config.join: must be one of']],
  [{ type: 'wait', config: { wait: { seconds: 1, signal: 's' } } }, ['config.wait: needs exactly one']],
  [{ type: 'wait' }, ['config.wait: needs exactly one']],
  [{ type: 'wait', config: { wait: { signal: 's', timeoutSeconds: 60, schema: { type: 'object' } } } }, []],
  [
    { type: 'wait', config: { wait: { seconds: 1, timeoutSeconds: 60, schema: {} } } },
    ['config.wait.timeoutSeconds: limits the wait', 'config.wait.schema: is that of the payload'],
  ],
  [
    { type: 'wait', config: { wait: { signal: 's', schema: { type: 'banana' } } } },
    ['config.wait.schema: schema is invalid'],
  ],
  [
    { type: 'wait', config: { wait: { seconds: 1, moon: 'full' } as never } },
    ['config.wait: may have only the keys'],
  ],
  [
    { type: 'validation', config: { checks: [{ check: 'beauty', value: 'params.x' }] } },
    ['config.checks: each must be one of letters'],
  ],
  [
    { type: 'validation', config: { checks: [{ check: 'present', value: 'params.' }] } },
    ['config.checks: The expression'],
  ],
  [{ type: 'workflow' }, ['config.workflowId: is needed: choose a workflow']],
  [{ config: { map: { over: '[1]', map: {} } as never } }, ['config.map: maps do not nest']],
  [{ type: 'approval', config: { map: { over: '[1]' } } }, ['config.map: a task of type approval cannot']],
  [
    {
      type: 'approval',
      config: { approval: { text: 'tasks.b.output', form: { type: 'object' } } },
      inputMapping: { x: 'tasks.a.output' },
    },
    [],
  ],
  [
    { type: 'approval', config: { approval: { text: 'tasks.z.output +' } } },
    ['config.approval.text: The expression'],
  ],
  [
    { type: 'approval', config: { approval: { text: 'tasks.z.output', form: { type: 'banana' } } } },
    ['config.approval.text: tasks.z does not', 'config.approval.form: schema is invalid'],
  ],
  [
    { type: 'approval', outputMapping: { x: '1' }, config: { approval: { defaultOutcome: 'approved' } } },
    ['config.approval.defaultOutcome: counts after', 'outputMapping: must be null'],
  ],
  [{ config: { approval: {} } }, ['config.approval: is of tasks of type approval']],
  [{ config: { map: { over: '[1]', as: 'params' } } }, ['config.map.as: must be a name']],
  [{ config: { schema: { type: 'banana' } } }, ['config.schema: schema is invalid']],
  [{ condition: 'size(params.x)' }, ['condition: The condition']],
  [
    { condition: 'tasks.z.output && tasks.ghost.output' },
    ['condition: tasks.z does not', 'condition: tasks.ghost does not'],
  ],
  [{ condition: 'tasks.a.output && tasks.b.output' }, []],
  [{ inputMapping: { x: ['1 +'] } }, ['inputMapping: The expression']],
  [{ inputMapping: { x: 'item' } }, ['inputMapping: The expression']],
])('%o', (change, expected) => {
  const faults = ofTask(change);
  expect(faults).toEqual(expected.map((start) => expect.stringContaining(`tasks.t.${start}`)));
});

test('the workflow itself: graph, schemas, output mapping, patterns, rules that are never met', () => {
  const broken = {
    outputMapping: { x: 'tasks.ghost.output + nobody' },
    inputSchema: { type: 'banana' },
    outputSchema: { colour: 1 },
  };
  const parameters = [
    { name: 'p', type: 'string', validation: { pattern: '(?=a)' } },
    { name: 'q', type: 'string', validation: { pattern: 7 } },
  ];
  const version = { ...broken, parameters } as unknown as Partial<WorkflowDefinition>;
  expect(faultsOf(drawWorkflow('a -> a, t', { t: { config: { join: 'one_failed' } } }, version))).toEqual([
    'tasks: a cycle: a -> a',
    'tasks.t.config.join: one_failed is never met without dependencies',
    expect.stringContaining('outputMapping: The expression'),
    'outputMapping: there is no task ghost',
    expect.stringContaining('inputSchema: schema is invalid'),
    expect.stringContaining('outputSchema: strict mode: unknown keyword'),
    'parameters.p.validation.pattern: this is not a valid RE2 pattern',
    'parameters.q.validation.pattern: must be a pattern as text',
  ]);
});

test('a title reads parameters only, because nothing else is known when an execution is accepted', () => {
  expect(faultsOf(drawWorkflow('a', {}, { title: 'tasks.a.output.x' }))).toEqual([
    expect.stringContaining('title: The expression'),
  ]);
});

test('tasks that wait for the same signal have the same schema', () => {
  const wait = (schema?: object) => ({
    type: 'wait' as const,
    config: { wait: { signal: 's', ...(schema && { schema }) } } as TaskConfig,
  });
  const faults = (a: object | undefined, b: object | undefined) =>
    faultsOf(drawWorkflow('a -> b', { a: wait(a), b: wait(b) }));
  const object = { type: 'object', maxProperties: 2 };
  expect(faults(undefined, {})).toEqual([]);
  expect(faults(object, { maxProperties: 2, type: 'object' })).toEqual([]);
  expect(faults(object, undefined)).toEqual([
    'tasks.b.config.wait.schema: must be that of a, which waits for the signal s, too',
  ]);
});

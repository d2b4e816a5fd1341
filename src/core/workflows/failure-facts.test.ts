/** A handler gets the facts of the failure that it declares, and no others. */
import { describe, expect, test } from 'vitest';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import { parseGraph } from './graph.js';
import type { WorkflowDefinition } from './workflow.js';
import { failureFacts, type Failed } from './failure-facts.js';

const graph = parseGraph(
  drawWorkflow('a -> b, a -> c, b -> d', { b: { config: { onFailure: 'continue' } } }),
);
const failed: Failed = {
  id: 'e1',
  status: 'failed',
  errorCode: 'model_rejected',
  errorMessage: 'Task c failed.',
  parameters: { n: 1 },
  failedTasks: ['d', 'c', 'b'],
};
const handler = (inputSchema: object, names: string[] = []): WorkflowDefinition => ({
  ...drawWorkflow('h'),
  inputSchema: inputSchema as WorkflowDefinition['inputSchema'],
  parameters: names.map((name) => ({
    name,
    displayName: null,
    description: null,
    type: 'string',
    default: null,
    validation: {},
    uiComponent: 'text',
    uiConfig: {},
    userConfigurable: true,
    adminOnly: false,
  })),
});
const ALL = [
  'executionId',
  'workflowId',
  'workflowVersion',
  'status',
  'errorCode',
  'errorMessage',
  'failedTaskId',
  'parameters',
];

test('all facts, for a handler that declares all of them', () => {
  const { id, version } = graph.definition;
  expect(failureFacts(failed, graph, handler({}, ALL))).toEqual({
    executionId: 'e1',
    workflowId: id,
    workflowVersion: version,
    status: 'failed',
    errorCode: 'model_rejected',
    errorMessage: 'Task c failed.',
    failedTaskId: 'c',
    parameters: { n: 1 },
  });
});

test.each([
  ['nothing', handler({}), {}],
  ['a parameter', handler({}, ['status', 'other']), { status: 'failed' }],
  ['a property', handler({ properties: { errorCode: {} } }), { errorCode: 'model_rejected' }],
  ['a default', { ...handler({}), defaultParameters: { executionId: '', size: 1 } }, { executionId: 'e1' }],
])('only those that the handler declares: %s', (_, definition, expected) => {
  expect(failureFacts(failed, graph, definition)).toEqual(expected);
});

describe('without a task that failed it', () => {
  test.each([
    ['none has failed', []],
    ['the failure is tolerated', ['b']],
    ['an earlier version had it', ['gone']],
  ])('%s', (_, failedTasks) => {
    const facts = (schema: object) =>
      failureFacts({ ...failed, failedTasks }, graph, handler(schema, ['failedTaskId']));
    expect(facts({})).toEqual({});
    expect(facts({ properties: { failedTaskId: { type: ['string', 'null'] } } })).toEqual({
      failedTaskId: null,
    });
  });
});

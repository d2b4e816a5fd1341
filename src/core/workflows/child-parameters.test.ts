import { describe, expect, test } from 'vitest';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import { childParameters } from './child-parameters.js';
import type { Context } from './mapping.js';
import type { WorkflowParameter, WorkflowTask } from './workflow.js';

const KNOB: WorkflowParameter = {
  name: 'knob',
  displayName: null,
  description: null,
  type: 'integer',
  default: null,
  validation: {},
  uiComponent: 'number',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: true,
};
const definition = drawWorkflow(
  'x',
  {},
  {
    inputSchema: {
      type: 'object',
      properties: { n: { type: 'integer' }, text: { type: 'string' }, knob: { type: 'integer' } },
      additionalProperties: false,
    },
    defaultParameters: { n: 7 },
    parameters: [KNOB],
  },
);
const [drawn] = drawWorkflow('run', { run: { type: 'workflow', config: { workflowId: 'child' } } }).tasks;
const given = (change: Partial<WorkflowTask>, context: Partial<Context> = {}) =>
  childParameters(
    { ...(drawn as WorkflowTask), ...change },
    {
      params: { size: 3 },
      tasks: { a: { status: 'succeeded', output: 4 } },
      execution: { id: 'e' },
      ...context,
    },
    definition,
  );

describe('the parameters of a child', () => {
  test('come from the input mapping', () => {
    expect(given({ inputMapping: { n: 'params.size + tasks.a.output' } })).toEqual({
      given: { n: 7 },
      resolved: { n: 7 },
    });
  });

  test('else from the item, if it is an object; else from the defaults', () => {
    expect(given({}, { item: { n: 1 } }).resolved).toEqual({ n: 1 });
    expect(given({}, { item: 1 })).toEqual({ given: {}, resolved: { n: 7 } });
    expect(given({})).toEqual({ given: {}, resolved: { n: 7 } });
  });

  test('of a mapping may be reserved for administrators, those of an item may not', () => {
    expect(given({ inputMapping: { knob: '1' } }).resolved).toEqual({ n: 7, knob: 1 });
    expect(() => given({}, { item: { knob: 1 } })).toThrow(
      'parameters.knob can be set by administrators only',
    );
  });

  test.each<[string, Partial<WorkflowTask>, string]>([
    ['no object', { inputMapping: 'params.size' as never }, 'the input mapping must return an object'],
    ['an unknown name', { inputMapping: { m: '1' } }, 'parameters.m is not a parameter of this workflow'],
    ['another type', { inputMapping: { n: '"x"' } }, 'parameters.n must be a whole number'],
  ])('%s is refused', (_, change, why) => {
    expect(() => given(change)).toThrow(`The parameters for workflow child are not valid: ${why}`);
  });

  test('too much is refused', () => {
    const item = 'x'.repeat(1_000_001);
    expect(() => given({ inputMapping: { text: 'item' } }, { item })).toThrow(
      'they have more than 1000000 characters: pass less',
    );
  });
});

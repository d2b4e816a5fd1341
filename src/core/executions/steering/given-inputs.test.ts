import { describe, expect, test } from 'vitest';
import type { ModelConfig } from '../../models/model.js';
import { graphOf } from '../../testing/workflow-drawing.js';
import type { WorkflowParameter } from '../../workflows/workflow.js';
import { areOthers, mayGiveInputs } from './given-inputs.js';

const parameter = (change: Partial<WorkflowParameter>): WorkflowParameter => ({
  name: 'n',
  displayName: null,
  description: null,
  type: 'integer',
  default: 1,
  validation: {},
  uiComponent: 'number',
  uiConfig: {},
  userConfigurable: true,
  adminOnly: false,
  ...change,
});
const model = (units: Record<string, string>) => ({ pricing: { units } }) as unknown as ModelConfig;
const models = { flat: model({}), counted: model({ residue: 'size(params.sequence)' }) };
const graphWith = (change: Partial<WorkflowParameter> = {}) =>
  graphOf(
    'a, b, c, d',
    {
      a: { modelId: 'flat' },
      b: { modelId: 'counted' },
      c: { modelId: 'flat', config: { fallbackModelId: 'counted' } },
      d: { type: 'transform' },
    },
    { parameters: [parameter(change)], inputSchema: { properties: { n: { type: 'integer' } } } },
  );
const faultsOf = (taskIds: string[], change: Partial<WorkflowParameter> = {}, isAdmin = false) => {
  try {
    mayGiveInputs(graphWith(change), models, taskIds, { isAdmin });
    return [];
  } catch (error) {
    return (error as { faults: { path: string }[] }).faults.map(({ path }) => path);
  }
};

describe('an input may be given', () => {
  test('but not where the price counts what the parameters say', () => {
    expect(faultsOf(['a', 'd'])).toEqual([]);
    expect(faultsOf(['a', 'b', 'c', 'd'])).toEqual(['body.inputs.b', 'body.inputs.c']);
  });

  test.each([{ adminOnly: true }, { userConfigurable: false }])(
    'but by administrators alone where some parameters are theirs: %o',
    (change) => {
      expect(faultsOf(['a'], change)).toEqual(['body.inputs.a']);
      expect(faultsOf(['a'], change, true)).toEqual([]);
    },
  );
});

test('parameters are others once defaults are filled in', () => {
  const { definition } = graphWith();
  const earlier = { parameters: {}, resolvedParameters: { n: 1 } };
  const caller = { tier: 1, isAdmin: false };
  expect(areOthers(definition, earlier, {}, caller)).toBe(false);
  expect(areOthers(definition, earlier, { n: 1 }, caller)).toBe(false);
  expect(areOthers(definition, earlier, { n: 2 }, caller)).toBe(true);
});

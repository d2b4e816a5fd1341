import { expect, test } from 'vitest';
import type { ModelConfig } from '../models/model.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { WorkflowTask } from '../workflows/workflow.js';
import { planChild } from './admission.js';

const inputSchema = { type: 'object', properties: { size: { type: 'number' } } };
const child = drawWorkflow('x', { x: { modelId: 'a' } }, { id: 'child', inputSchema });
const below = drawWorkflow('y', { y: { modelId: 'b' } });
const [task] = drawWorkflow('run', {
  run: { type: 'workflow', config: { workflowId: 'child' }, inputMapping: { size: 'params.size' } },
}).tasks;
const model = (id: string, source = 'params.size') =>
  ({ id, pricing: { units: { unit: source } } }) as unknown as ModelConfig;
const models = { a: model('a'), b: model('b'), c: model('c') };
const plan = (size: number, given: Record<string, ModelConfig> = models) =>
  planChild(task as WorkflowTask, { params: { size }, tasks: {}, execution: { id: 'e' } }, child, {
    below: [below],
    models: given,
  });

test('a child takes over the models that it and what it runs may use, and counts its own units', () => {
  expect(plan(3)).toEqual({
    given: { size: 3 },
    resolved: { size: 3 },
    models: { a: models.a, b: models.b },
    units: { a: { unit: 3 } },
  });
  expect(plan(3, { ...models, a: model('a', 'params.none') }).units).toEqual({ a: {} });
});

test('parameters that are too large to be priced are refused', () => {
  expect(() => plan(1e300)).toThrow(
    'The parameters for workflow child are not valid: parameters.size makes more than',
  );
});

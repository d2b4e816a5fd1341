import { describe, expect, test } from 'vitest';
import { canonical, modelsOf, plan, type Question } from './accept.js';
import type { InvalidInput } from './errors.js';
import type { ModelConfig } from './model.js';
import type { TaskConfig, WorkflowDefinition, WorkflowTask } from './workflow.js';

const task = (taskId: string, modelId: string | null, config: TaskConfig = {}): WorkflowTask => ({
  taskId,
  name: taskId,
  description: null,
  type: modelId === null ? 'validation' : 'task',
  modelId,
  serviceId: null,
  config,
  inputMapping: null,
  outputMapping: null,
  dependsOn: [],
  condition: null,
  timeout: 60,
});

const definition = (tasks: WorkflowTask[], minTier = 1) =>
  ({
    id: 'folding',
    minTier,
    tasks,
    inputSchema: { type: 'object', required: ['size'], properties: { size: { type: 'integer' } } },
    defaultParameters: { speed: 'slow' },
    parameters: [],
  }) as unknown as WorkflowDefinition;

const model = (id: string, changes: object = {}) =>
  ({
    id,
    enabled: true,
    minTier: 1,
    performanceMetrics: { inferenceTime1Unit: 3600 },
    pricing: { hourlyRate: '4', perRequest: '1', markup: '0', units: { unit: 'params.size' } },
    ...changes,
  }) as unknown as ModelConfig;

const ask = (changes: Partial<Question>): Question => ({
  definition: definition([task('check', null), task('fold', 'a')]),
  given: { size: 1 },
  caller: { tier: 3, isAdmin: false },
  models: { a: model('a') },
  history: new Map(),
  ...changes,
});

describe('what is fixed', () => {
  test('parameters, the models as they are, the price by published times', () => {
    const { resolved, snapshots, estimate } = plan(ask({}));
    expect(resolved).toEqual({ size: 1, speed: 'slow' });
    expect(Object.keys(snapshots)).toEqual(['a']);
    expect(estimate).toEqual({ usd: '5.000000000', basis: 'performance_metrics' });
  });

  test('the price by history where every model task has one', () => {
    const history = new Map([['fold', { p50Seconds: 7200, runs: 3 }]]);
    expect(plan(ask({ history })).estimate).toEqual({ usd: '9.000000000', basis: 'history' });
  });

  test.each<[string, WorkflowTask, ModelConfig | null]>([
    ['a model without history and published times', task('x', 'b'), model('b', { performanceMetrics: {} })],
    [
      'a model that counts what is not there',
      task('x', 'b'),
      model('b', {
        pricing: { hourlyRate: '1', perRequest: '1', markup: '0', units: { unit: 'params.none' } },
      }),
    ],
  ])('no price for %s', (_, extra, b) => {
    const asked = ask({ definition: definition([task('fold', 'a'), extra]), models: { a: model('a'), b } });
    expect(plan(asked).estimate).toEqual({ usd: null, basis: 'none' });
  });

  test.each([
    { ...task('x', null), type: 'workflow' as const },
    { ...task('x', null), type: 'approval' as const },
    { ...task('x', null, { wait: { signal: 'go' } }), type: 'wait' as const },
  ])('what would wait for ever is refused: $type', (strange) => {
    expect(() => plan(ask({ definition: definition([strange]) }))).toThrow(
      expect.objectContaining({ code: 'task_type_unsupported' }),
    );
  });

  test('nothing to pay without models', () => {
    expect(plan(ask({ definition: definition([task('check', null)]) })).estimate.usd).toBe('0.000000000');
  });

  test('a broken price is an error of ours', () => {
    const broken = model('a', { pricing: { hourlyRate: 'x', perRequest: '1', markup: '0', units: {} } });
    expect(() =>
      plan(ask({ models: { a: broken }, history: new Map([['fold', { p50Seconds: 1, runs: 1 }]]) })),
    ).toThrow(/Invalid number/);
  });
});

describe('fallbacks', () => {
  const withFallback = definition([task('fold', 'a', { fallbackModelId: 'b' })]);
  test('are kept where they can be used, and left out where not', () => {
    expect(modelsOf(withFallback)).toEqual(['a', 'b']);
    const kept = (b: ModelConfig | null) =>
      Object.keys(plan(ask({ definition: withFallback, models: { a: model('a'), b } })).snapshots);
    expect(kept(model('b'))).toEqual(['a', 'b']);
    expect(kept(model('b', { minTier: 4 }))).toEqual(['a']);
    expect(kept(null)).toEqual(['a']);
  });
});

describe('what is refused', () => {
  test.each<[string, Partial<Question>]>([
    ['tier_too_low', { definition: definition([task('fold', 'a')], 4) }],
    ['tier_too_low', { models: { a: model('a', { minTier: 4 }) } }],
    ['model_missing', { models: {} }],
    ['model_disabled', { models: { a: model('a', { enabled: false }) } }],
    ['invalid_parameters', { given: {} }],
  ])('%s', (code, changes) => {
    expect(() => plan(ask(changes))).toThrow(expect.objectContaining({ code }));
  });

  test('every fault of the parameters at once', () => {
    const faults = () => {
      try {
        plan(ask({ given: { size: 'big', colour: 'red' } }));
        return [];
      } catch (error) {
        return (error as InvalidInput).faults.map(({ path }) => path).sort();
      }
    };
    expect(faults()).toEqual(['parameters.colour', 'parameters.size']);
  });
});

test('canonical text ignores the order of keys and keeps that of lists', () => {
  const text = canonical({ b: [2, 1, null], a: { d: 'x', c: true } });
  expect(text).toBe('{"a":{"c":true,"d":"x"},"b":[2,1,null]}');
  expect(text).toBe(canonical({ a: { c: true, d: 'x' }, b: [2, 1, null] }));
});

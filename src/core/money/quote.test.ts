import { describe, expect, test } from 'vitest';
import { addUsd } from './money.js';
import { pricingConfig, type ModelConfig } from '../models/model.js';
import { confidenceOf } from './quote-confidence.js';
import { quote, unitsOf, type QuoteQuestion } from './quote.js';
import { graphOf } from '../testing/workflow-drawing.js';
import type { Sample } from './duration-estimate.js';
import type { WorkflowTask } from '../workflows/workflow.js';

const model = (change: object = {}) =>
  ({
    id: 'm',
    performanceMetrics: { inferenceTime1Unit: 360 },
    pricing: pricingConfig.parse({
      hourlyRate: '10',
      perRequest: '1',
      markup: '1',
      units: { unit: 'params.size' },
    }),
    ...change,
  }) as unknown as ModelConfig;
const priced = (units: Record<string, string>) =>
  model({ pricing: pricingConfig.parse({ hourlyRate: '10', perRequest: '1', markup: '1', units }) });
const run = (seconds: number, unit = 1): Sample => ({
  units: { unit },
  traits: {},
  seconds,
  wallSeconds: seconds,
  requests: 1,
});
const runs = (count: number, unit = 1) => Array.from({ length: count }, () => run(360, unit));

const onM: Partial<WorkflowTask> = { modelId: 'm' };
const ask = (
  drawing: string,
  details: Record<string, Partial<WorkflowTask>>,
  change: Partial<QuoteQuestion> = {},
) =>
  quote({
    graph: graphOf(drawing, details),
    params: { size: 1, list: [1, 2, 3] },
    models: { m: model() },
    history: new Map(),
    reused: new Set(),
    ...change,
  });

describe('the cost', () => {
  test('is the sum of its parts, by the published times', () => {
    const { cost, basis, parts } = ask('check -> a, check -> b', { a: onM, b: onM });
    // (10 × 0.1 + 1) × 2 each; half of the time, and twice as much.
    expect([cost, basis]).toEqual([
      { lowUsd: '6.000000000', likelyUsd: '8.000000000', highUsd: '12.000000000' },
      'performance_metrics',
    ]);
    expect(addUsd(...parts.flatMap(({ price }) => price?.totalUsd ?? []))).toBe(cost?.likelyUsd);
    expect(parts.map(({ taskId }) => taskId)).toEqual(['check', 'a', 'b']);
  });

  test('leaves out skipped tasks, and is low without conditional tasks', () => {
    const details = { a: onM, b: { ...onM, condition: 'false' }, c: { ...onM, condition: 'tasks.a.output' } };
    const { cost, parts } = ask('a, b, a -> c', details);
    expect(cost).toEqual({ lowUsd: '3.000000000', likelyUsd: '8.000000000', highUsd: '12.000000000' });
    expect(parts.map(({ taskId, likelihood }) => `${taskId} ${likelihood}`)).toEqual([
      'a runs',
      'c conditional',
    ]);
  });

  test('counts the items of a map, and no reused task', () => {
    const items = { ...onM, config: { map: { over: 'params.list' } } };
    expect(ask('a', { a: items }).cost?.likelyUsd).toBe('12.000000000');
    expect(ask('a -> b', { a: items, b: onM }, { reused: new Set(['a']) }).cost?.likelyUsd).toBe(
      '4.000000000',
    );
  });

  // (10 x 0.2 + 1) x 2 at the high end, without a fallback.
  test.each([
    ['a more expensive one, by its own times', { hourlyRate: '20' }, {}, '10.000000000'],
    [
      'a more expensive one without times, by those of the task',
      { hourlyRate: '20' },
      { performanceMetrics: {} },
      '10.000000000',
    ],
    ['a slower one', {}, { performanceMetrics: { inferenceTime1Unit: 720 } }, '10.000000000'],
    ['one with units that the parameters do not have', { units: { unit: 'params.none' } }, {}, '6.000000000'],
    ['a cheaper one', { hourlyRate: '1' }, {}, '6.000000000'],
  ])('reaches up to its fallback: %s', (_, pricing, change, highUsd) => {
    const fallback = model({
      ...change,
      pricing: pricingConfig.parse({
        hourlyRate: '10',
        perRequest: '1',
        markup: '1',
        units: { unit: 'params.size' },
        ...pricing,
      }),
    });
    const details = { a: { ...onM, config: { fallbackModelId: 'f' } } };
    expect(ask('a', details, { models: { m: model(), f: fallback } }).cost).toEqual({
      lowUsd: '3.000000000',
      likelyUsd: '4.000000000',
      highUsd,
    });
    expect(ask('a', details).cost?.highUsd).toBe('6.000000000');
  });

  test.each([
    ['no times', { models: { m: model({ performanceMetrics: {} }) } }],
    ['an amount that the parameters do not have', { models: { m: priced({ unit: 'params.none' }) } }],
    ['no model', { models: {} }],
  ])('is unknown with %s', (_, change) => {
    expect(ask('a', { a: onM }, change)).toMatchObject({ cost: null, basis: 'none' });
  });

  test('has a price of requests and units if only the duration is unknown', () => {
    const untimed = (change: Partial<QuoteQuestion> = {}, details: Partial<WorkflowTask> = onM) =>
      ask(
        'a',
        { a: details },
        {
          models: {
            m: model({
              performanceMetrics: {},
              pricing: pricingConfig.parse({
                hourlyRate: '10',
                perRequest: '1',
                markup: '1',
                perUnitOver0: '0.5',
                units: { unit: 'params.size' },
              }),
            }),
          },
          ...change,
        },
      ).parts[0];
    expect(untimed()).toMatchObject({
      price: null,
      fixedPrice: { requestUsd: '1.000000000', unitsUsd: '0.500000000' },
    });
    expect(untimed({ history: new Map([['a', runs(9)]]) })?.fixedPrice).toBeNull();
    expect(untimed({ models: { m: null } })?.fixedPrice).toBeNull();
    const over = (list: string) => ({ ...onM, config: { map: { over: list } } }) as Partial<WorkflowTask>;
    expect(untimed({}, over('params.list'))?.fixedPrice?.requestUsd).toBe('3.000000000');
    expect(untimed({}, over('params.none'))?.fixedPrice).toBeNull();
  });

  test('a price that cannot be computed is an internal error', () => {
    const broken = model({ pricing: { units: { unit: 1 } } });
    expect(() => unitsOf(broken, {})).toThrow(TypeError);
  });
});

describe('its confidence', () => {
  const words = (history: [string, Sample[]][], change: Partial<QuoteQuestion> = {}) =>
    confidenceOf(ask('a, b', { a: onM, b: onM }, { history: new Map(history), ...change }));
  test.each<[string, number, [string, Sample[]][], RegExp]>([
    [
      'history',
      5,
      [
        ['a', runs(5)],
        ['b', runs(9)],
      ],
      /^Based on 5 runs of the same size/,
    ],
    [
      'history',
      2,
      [
        ['a', runs(5)],
        ['b', runs(2)],
      ],
      /^Based on 2 runs, few or of other sizes/,
    ],
    [
      'history',
      1,
      [
        ['a', runs(1)],
        ['b', runs(2)],
      ],
      /^Based on 1 run, few/,
    ],
    ['performance_metrics', 0, [['a', runs(5)]], /^No history: based on the published times/],
  ])('%s, %i runs', (basis, count, history, text) => {
    expect(words(history)).toEqual({ basis, runs: count, words: expect.stringMatching(text) });
  });

  test('unknown, or nothing to pay', () => {
    expect(words([], { models: {} })).toEqual({
      basis: 'none',
      runs: 0,
      words: expect.stringMatching(/^Unknown: there is no history/),
    });
    expect(confidenceOf(ask('a', {}))).toEqual({
      basis: 'none',
      runs: 0,
      words: 'No task of this workflow is charged.',
    });
  });
});

describe('a task that runs a workflow', () => {
  const sized = (map?: object): Partial<WorkflowTask> => ({
    type: 'workflow',
    inputMapping: { size: 'params.size' },
    config: { workflowId: 'w', ...(map && { map }) } as WorkflowTask['config'],
  });
  const known = {
    graph: graphOf(
      'x -> y',
      { x: onM, y: onM },
      { inputSchema: { properties: { size: { type: 'integer' } } } },
    ),
    history: new Map(),
  };
  const run = (details: Partial<WorkflowTask>, change: Partial<QuoteQuestion> = {}, drawing = 'r') =>
    ask(drawing, { r: details, a: onM }, { children: new Map([['w', known]]), ...change });

  test('costs what that costs, and names its tasks', () => {
    const { cost, parts, basis } = run(sized(), {}, 'a -> r');
    expect(parts.map(({ taskId }) => taskId)).toEqual(['a', 'r', 'r/x', 'r/y']);
    expect([cost?.likelyUsd, basis]).toEqual(['12.000000000', 'performance_metrics']);
    expect(parts[1]?.child).toMatchObject({ times: 1, params: { size: 1 } });
  });

  test('for each item of a map, if their number is known', () => {
    expect(run(sized({ over: 'params.list' })).cost?.likelyUsd).toBe('24.000000000');
    const unknown = run(sized({ over: 'tasks.a.output' }), {}, 'a -> r');
    expect(unknown.cost).toBeNull();
    expect(confidenceOf(unknown).words).toBe('Unknown: earlier results decide what its sub-workflows do.');
  });

  test('may not run: then its low price is nothing', () => {
    const { cost } = run({ ...sized(), condition: 'tasks.a.output' }, {}, 'a -> r');
    expect(cost).toMatchObject({ lowUsd: '3.000000000', likelyUsd: '12.000000000' });
  });

  test.each<[string, Partial<WorkflowTask>, Partial<QuoteQuestion>]>([
    ['its parameters come from an earlier result', { inputMapping: { size: 'tasks.a.output' } }, {}],
    [
      'its parameters come from its items',
      { config: { workflowId: 'w', map: { over: 'params.list' } }, inputMapping: { size: 'item' } },
      {},
    ],
    ['the workflow refuses them', { inputMapping: { none: '1' } }, {}],
    ['nobody knows the workflow', {}, { children: new Map() }],
    ['the tree is too large to be looked at', {}, { room: { tasks: 1 } }],
  ])('has no known price if %s', (_, details, change) => {
    const { cost, basis, parts } = run({ ...sized(), ...details }, change);
    expect([cost, basis, parts.at(-1)?.child]).toEqual([null, 'none', null]);
  });

  test('of a model without times is unknown', () => {
    const models = { m: model({ performanceMetrics: {} }) };
    expect(run(sized(), { models }).cost).toBeNull();
  });
});

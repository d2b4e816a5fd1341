import { describe, expect, test } from 'vitest';
import { atQuotedPrice, offerOf, planExecution, type AdmissionRequest } from './admission.js';
import type { InvalidInput } from '../errors.js';
import { parseGraph, type Graph, modelsOf } from '../workflows/graph.js';
import type { ModelConfig } from '../models/model.js';
import { drawWorkflow } from '../testing/workflow-drawing.js';
import type { TaskConfig, WorkflowTask } from '../workflows/workflow.js';

type Drawn = Partial<WorkflowTask> & { taskId: string };

const task = (taskId: string, modelId: string | null, config: TaskConfig = {}): Drawn => ({
  taskId,
  type: modelId === null ? 'validation' : 'task',
  modelId,
  config,
});

const graph = (tasks: Drawn[], minTier = 1): Graph =>
  parseGraph(
    drawWorkflow(
      tasks.map(({ taskId }) => taskId).join(','),
      Object.fromEntries(tasks.map((task) => [task.taskId, task])),
      {
        id: 'folding',
        minTier,
        inputSchema: { type: 'object', required: ['size'], properties: { size: { type: 'integer' } } },
        defaultParameters: { speed: 'slow' },
      },
    ),
  );

const model = (id: string, changes: object = {}) =>
  ({
    id,
    enabled: true,
    minTier: 1,
    performanceMetrics: { inferenceTime1Unit: 3600 },
    pricing: { hourlyRate: '4', perRequest: '1', markup: '0', units: { unit: 'params.size' } },
    licenses: [
      { type: 'code', spdx: 'MIT', commercialUse: true, complianceStatus: 'compliant', expiresAt: null },
    ],
    dependencies: [],
    ...changes,
  }) as unknown as ModelConfig;

const run = (seconds: number) => ({
  units: { unit: 1 },
  seconds,
  traits: {},
  wallSeconds: seconds,
  requests: 1,
});

const ask = (changes: Partial<AdmissionRequest>): AdmissionRequest => ({
  graph: graph([task('check', null), task('fold', 'a')]),
  given: { size: 1 },
  caller: { tier: 3, isAdmin: false, commercial: true },
  now: new Date('2026-01-01T00:00:00Z'),
  models: { a: model('a') },
  history: new Map(),
  ...changes,
});

describe('an offer', () => {
  const version = { versionId: 'v', definition: { id: 'folding', version: '1.0.0' } };
  const offer = (changes: Partial<AdmissionRequest>) => offerOf(version, {}, planExecution(ask(changes)));

  test('of a rerun names what it reuses and what is different, too', () => {
    const plan = planExecution(ask({}));
    const hashOf = (rerun?: object) => offerOf(version, {}, plan, rerun).parametersHash;
    const edits = { inputs: { fold: 1 }, skip: undefined };
    const hashes = [
      undefined,
      { of: 'e', taskIds: [] },
      { of: 'e', taskIds: ['a'] },
      { of: 'e', taskIds: [], edits },
    ];
    expect(new Set(hashes.map(hashOf)).size).toBe(4);
    expect(hashOf({ of: 'e', taskIds: [] })).toBe(hashOf({ of: 'e', taskIds: [] }));
  });

  test('names the version, the parameters, the prices of the models, and the price', () => {
    const one = offer({});
    expect(one).toMatchObject({
      workflowId: 'folding',
      workflowVersion: '1.0.0',
      versionId: 'v',
      price: { likelyUsd: '5.000000000', highUsd: '9.000000000' },
    });
    expect(offer({ given: { size: 1, speed: 'slow' } })).toEqual(one);
    const other = offer({ given: { size: 2 } });
    expect([other.parametersHash === one.parametersHash, other.pricesHash === one.pricesHash]).toEqual([
      false,
      true,
    ]);
    const pricing = { ...model('a').pricing, hourlyRate: '5' };
    const costlier = offer({ models: { a: model('a', { pricing }) } });
    expect(costlier.pricesHash).not.toBe(one.pricesHash);
    expect(offer({ models: { a: model('a', { performanceMetrics: {} }) } }).price).toBeNull();
  });

  test.each([
    [{ likelyUsd: '2', highUsd: '3' }, null, '2', '3'],
    [{ likelyUsd: '2', highUsd: '3' }, '2.5', '2', '2.5'],
    [null, '7', null, '7'],
    [null, null, null, '0'],
  ])(
    'the plan at the price %j with the limit %s reserves as much',
    (price, budgetUsd, usd, reservationUsd) => {
      expect(atQuotedPrice(planExecution(ask({})), price, budgetUsd)).toMatchObject({
        estimate: { usd },
        reservationUsd,
      });
    },
  );
});

describe('an accepted execution', () => {
  test('parameters, the models as they are, the price by published times', () => {
    const { resolved, snapshots, estimate } = planExecution(ask({}));
    expect(resolved).toEqual({ size: 1, speed: 'slow' });
    expect(Object.keys(snapshots)).toEqual(['a']);
    expect(estimate).toEqual({ usd: '5.000000000', basis: 'performance_metrics' });
  });

  test('the price by history if every model task has one', () => {
    const history = new Map([['fold', [run(7200)]]]);
    expect(planExecution(ask({ history })).estimate).toEqual({ usd: '9.000000000', basis: 'history' });
  });

  test.each<[string, Drawn, ModelConfig | null]>([
    ['a model without history and published times', task('x', 'b'), model('b', { performanceMetrics: {} })],
    [
      'a model that counts what is not there',
      task('x', 'b'),
      model('b', {
        pricing: { hourlyRate: '1', perRequest: '1', markup: '0', units: { unit: 'params.none' } },
      }),
    ],
  ])('no price for %s', (_, extra, b) => {
    const asked = ask({ graph: graph([task('fold', 'a'), extra]), models: { a: model('a'), b } });
    expect(planExecution(asked).estimate).toEqual({ usd: null, basis: 'none' });
  });

  test('nothing to pay without models', () => {
    expect(planExecution(ask({ graph: graph([task('check', null)]) })).estimate.usd).toBe('0.000000000');
  });

  test.each([
    ['params.size', 'parameters.size'],
    ['double(params["size"]) * 2.0', 'parameters.size'],
    ['1000000000001', 'parameters'],
  ])(
    'amounts that are too large to be priced (%s) are refused with the parameter that causes them',
    (unit, path) => {
      const pricing = { hourlyRate: '1', perRequest: '1', markup: '0', units: { unit } };
      expect(() =>
        planExecution(ask({ given: { size: 1e300 }, models: { a: model('a', { pricing }) } })),
      ).toThrow(
        expect.objectContaining({ code: 'invalid_parameters', faults: [expect.objectContaining({ path })] }),
      );
    },
  );

  test('a broken price is an internal error', () => {
    const broken = model('a', { pricing: { hourlyRate: 'x', perRequest: '1', markup: '0', units: {} } });
    expect(() =>
      planExecution(ask({ models: { a: broken }, history: new Map([['fold', [run(1)]]]) })),
    ).toThrow(/Invalid number/);
  });
});

describe('fallbacks', () => {
  const withFallback = graph([task('fold', 'a', { fallbackModelId: 'b' })]);
  test('are kept if they can be used, and left out otherwise', () => {
    expect(modelsOf(withFallback.definition)).toEqual(['a', 'b']);
    const kept = (b: ModelConfig | null) =>
      Object.keys(planExecution(ask({ graph: withFallback, models: { a: model('a'), b } })).snapshots);
    expect(kept(model('b'))).toEqual(['a', 'b']);
    expect(kept(model('b', { minTier: 4 }))).toEqual(['a']);
    expect(kept(null)).toEqual(['a']);
  });
});

describe('refusals', () => {
  test.each<[string, Partial<AdmissionRequest>]>([
    ['tier_too_low', { graph: graph([task('fold', 'a')], 4) }],
    ['tier_too_low', { models: { a: model('a', { minTier: 4 }) } }],
    ['model_missing', { models: {} }],
    ['model_disabled', { models: { a: model('a', { enabled: false }) } }],
    ['invalid_parameters', { given: {} }],
  ])('%s', (code, changes) => {
    expect(() => planExecution(ask(changes))).toThrow(expect.objectContaining({ code }));
  });

  test('every fault of the parameters at once', () => {
    const faults = () => {
      try {
        planExecution(ask({ given: { size: 'big', colour: 'red' } }));
        return [];
      } catch (error) {
        return (error as InvalidInput).faults.map(({ path }) => path).sort();
      }
    };
    expect(faults()).toEqual(['parameters.colour', 'parameters.size']);
  });
});

describe('its budget', () => {
  // By the published times: 3 to 9 USD, probably 5.
  const reserved = (changes: Partial<AdmissionRequest>) => planExecution(ask(changes)).reservationUsd;
  const unknown = { models: { a: model('a', { performanceMetrics: {} }) } };
  test.each([
    ['the high end is kept back', '9.000000000', {}],
    ['no more than it may cost', '4', { budgetUsd: '4' }],
    ['less than it may cost', '9.000000000', { budgetUsd: '9.5' }],
    ['nothing, where nobody knows', '0', unknown],
    ['all that it may cost, where nobody knows', '4', { ...unknown, budgetUsd: '4' }],
  ])('%s', (_, usd, changes) => {
    expect(reserved(changes)).toBe(usd);
  });

  test('a budget below the low end is refused with the amounts', () => {
    expect(reserved({ budgetUsd: '3' })).toBe('3');
    expect(() => planExecution(ask({ budgetUsd: '2.999999999' }))).toThrow(
      expect.objectContaining({
        code: 'budget_too_small',
        message: expect.stringContaining('at least 3.000000000 USD and probably 5.000000000 USD'),
        faults: [{ path: 'budgetUsd', message: 'must be at least 3.000000000' }],
      }),
    );
  });

  test('a reused task costs nothing, needs no current model, and keeps the snapshot that made it', () => {
    const two = graph([task('fold', 'a'), task('refine', 'b')]);
    const old = model('a', { rowVersion: 1 });
    const reuse = { taskIds: new Set(['fold']), models: { a: old } };
    const { estimate, snapshots, units } = planExecution(
      ask({ graph: two, models: { b: model('b') }, reuse }),
    );
    expect([estimate.usd, snapshots['a'], Object.keys(snapshots)]).toEqual(['5.000000000', old, ['a', 'b']]);
    expect(units).toEqual({ a: { unit: 1 }, b: { unit: 1 } });
    const uncounted = model('b', { pricing: { units: { unit: 'params.none' } } });
    expect(planExecution(ask({ graph: two, models: { b: uncounted }, reuse })).units).toEqual({
      a: { unit: 1 },
      b: {},
    });
  });
});

describe('the workflows that it runs', () => {
  const run: Drawn = { ...task('run', null), type: 'workflow', config: { workflowId: 'child' } };
  const childOf = (tasks: Drawn[], minTier = 1) =>
    new Map([['child', { graph: graph(tasks, minTier), history: new Map() }]]);
  const asked = (tasks: Drawn[], change: Partial<AdmissionRequest> = {}, minTier = 1) =>
    planExecution(ask({ graph: graph([run]), children: childOf(tasks, minTier), ...change }));

  test('need their models, too, as they are now; and count in the price, not in its own units', () => {
    const { snapshots, units, quote } = asked([task('fold', 'a')], {
      graph: graph([{ ...run, inputMapping: { size: 'params.size' } }]),
    });
    expect(Object.keys(snapshots)).toEqual(['a']);
    expect(units).toEqual({});
    expect(quote.cost?.likelyUsd).toBe('5.000000000');
  });

  test.each<[string, string, () => unknown]>([
    ['a model that is gone', 'model_missing', () => asked([task('x', 'b')])],
    ['a tier too low', 'tier_too_low', () => asked([task('fold', 'a')], {}, 4)],
    [
      'a licence that forbids it',
      'license_refused',
      () => asked([task('fold', 'a')], { models: { a: model('a', { licenses: [] }) } }),
    ],
  ])('are refused for %s', (_, code, attempt) => {
    expect(attempt).toThrow(expect.objectContaining({ code }));
  });
});

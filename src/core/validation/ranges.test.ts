import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultsIn } from '../workflows/definition-checks.js';
import { definitionOf, workflowInput } from '../workflows/definition-input.js';
import { later } from '../time/saturated.js';
import { amount, counted, ranged } from './ranged-schemas.js';
import { INSTANTS, isWithin, RANGES, rangeText, type Range } from './ranges.js';
import { dependencyFields, licenseFields, newModel } from '../models/model-fields.js';
import { afterFailure } from '../executions/retry.js';
import { ruleFaults } from '../workflows/parameter-rule-errors.js';
import { priceOf } from '../money/price.js';
import { pricingConfig } from '../models/model.js';

/** Whatever somebody may write where a number belongs. */
const STRANGE = [1e308, 1e18, 1e13, 3e9, 2_147_483_648, -1, -0, 0, 0.1, 1, 1.5, 5e-324, 1e-7, 100, 1e6];
const TEXTS = ['NaN', 'Infinity', '1e5', '', ' 1', '0x10', '-1', '1,5'];
const numbers = fc.oneof(
  fc.constantFrom(...STRANGE),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);
const anything = fc.oneof(numbers, fc.constantFrom<unknown>(...TEXTS, true, [], null));

type Put = (value: unknown) => object;
const TASK: [string, Range, Put][] = [
  ['config.retry.maxAttempts', RANGES.maxAttempts, (maxAttempts) => ({ config: { retry: { maxAttempts } } })],
  [
    'config.retry.initialDelayMs',
    RANGES.retryDelay,
    (initialDelayMs) => ({ config: { retry: { initialDelayMs } } }),
  ],
  ['config.retry.backoff', RANGES.backoff, (backoff) => ({ config: { retry: { backoff } } })],
  [
    'config.retry.maxDelayMs',
    RANGES.retryDelay,
    (maxDelayMs) => ({ config: { retry: { maxDelayMs, initialDelayMs: 0 } } }),
  ],
  [
    'config.map.maxConcurrency',
    RANGES.mapConcurrency,
    (maxConcurrency) => ({ config: { map: { over: '[1]', maxConcurrency } } }),
  ],
  [
    'config.map.toleratedFailures',
    RANGES.toleratedFailures,
    (toleratedFailures) => ({ config: { map: { over: '[1]', toleratedFailures } } }),
  ],
  ['config.wait.seconds', RANGES.wait, (seconds) => ({ type: 'wait', config: { wait: { seconds } } })],
  [
    'config.checks.0.minimum',
    RANGES.length,
    (minimum) => ({
      type: 'validation',
      config: { checks: [{ check: 'length', value: 'params.x', minimum }] },
    }),
  ],
  [
    'config.checks.0.maximum',
    RANGES.length,
    (maximum) => ({
      type: 'validation',
      config: { checks: [{ check: 'length', value: 'params.x', maximum }] },
    }),
  ],
  ['timeout', RANGES.taskTimeout, (timeout) => ({ timeout })],
];
const WORKFLOW: [string, Range, Put][] = [
  ['timeout', RANGES.executionTimeout, (timeout) => ({ timeout })],
  ['maxRetries', RANGES.maxRetries, (maxRetries) => ({ maxRetries })],
  ['minTier', RANGES.tier, (minTier) => ({ minTier })],
];
const WHOLE = { workflowId: 'w', name: 'W', category: 'c' };
const TASK_OF = (put: object) => ({ tasks: [{ taskId: 't', name: 'T', type: 'transform', ...put }] });

interface Outcome {
  success: boolean;
  error?: { issues: { path: PropertyKey[]; message: string }[] } | undefined;
}
const faultsAt = ({ error }: Outcome, path: string): string[] => [
  ...new Set(error?.issues.filter((issue) => issue.path.join('.') === path).map(({ message }) => message)),
];

describe('a number of a definition is inside its range, or refused with its field and its limits', () => {
  test.each([
    ...TASK.map(([field, range, put]): [string, Range, Put] => [
      `tasks.0.${field}`,
      range,
      (value) => TASK_OF(put(value)),
    ]),
    ...WORKFLOW,
  ])('%s', (path, range, put) => {
    fc.assert(
      fc.property(anything, (value) => {
        const reported = faultsAt(workflowInput.safeParse({ ...WHOLE, ...put(value) }), path);
        expect(reported).toEqual(isWithin(range, value) ? [] : [rangeText(range)]);
      }),
    );
  });

  test.each(['minLength', 'maxLength', 'minItems', 'maxItems'])('the rule %s of a parameter', (name) => {
    const type = name.endsWith('Items') ? 'array' : 'string';
    fc.assert(
      fc.property(anything, (limit) => {
        const reported = ruleFaults({ type, validation: { [name]: limit as number } });
        const message = rangeText(RANGES.length);
        expect(reported).toEqual(isWithin(RANGES.length, limit) ? [] : [{ path: name, message }]);
      }),
    );
  });

  test('the first delay of a retry is at most the longest delay', () => {
    const config = { retry: { initialDelayMs: 2, maxDelayMs: 1 } };
    const written = workflowInput.parse({ ...WHOLE, ...TASK_OF({ config }) });
    expect([...faultsIn(definitionOf(written))].flat()).toMatchObject([
      { path: 'tasks.t.config.retry.maxDelayMs', message: 'must not be below initialDelayMs' },
    ]);
  });
});

const LEAST = { modelId: 'm', name: 'm', displayName: 'M', category: 'c' };
const MODEL: [string, Range, (value: unknown) => object][] = [
  ['minTier', RANGES.tier, (minTier) => ({ minTier })],
  ['gpuMemoryGb', RANGES.gpuMemory, (gpuMemoryGb) => ({ gpuMemoryGb })],
  [
    'thermal.scaleToZeroAfterMinutes',
    RANGES.idle,
    (scaleToZeroAfterMinutes) => ({ thermal: { scaleToZeroAfterMinutes } }),
  ],
  ['thermal.warmupTimeSeconds', RANGES.warmup, (warmupTimeSeconds) => ({ thermal: { warmupTimeSeconds } })],
  [
    'thermal.minInstances',
    RANGES.instances,
    (minInstances) => ({ thermal: { minInstances, maxInstances: 1_000 } }),
  ],
  ['thermal.maxInstances', RANGES.someInstances, (maxInstances) => ({ thermal: { maxInstances } })],
  [
    'deployment.maxConcurrentInvocationsPerInstance',
    RANGES.perInstance,
    (maxConcurrentInvocationsPerInstance) => ({ deployment: { maxConcurrentInvocationsPerInstance } }),
  ],
  [
    'deployment.maxInvocationSeconds',
    RANGES.invocationTime,
    (maxInvocationSeconds) => ({ deployment: { maxInvocationSeconds } }),
  ],
  [
    'deployment.hostMaxInstances',
    RANGES.someInstances,
    (hostMaxInstances) => ({ deployment: { hostMaxInstances } }),
  ],
  [
    'deployment.compute.accelerators',
    RANGES.accelerators,
    (accelerators) => ({ deployment: { compute: { accelerators } } }),
  ],
  ['deployment.compute.memoryMb', RANGES.memory, (memoryMb) => ({ deployment: { compute: { memoryMb } } })],
  ['deployment.compute.cpuCores', RANGES.cpuCores, (cpuCores) => ({ deployment: { compute: { cpuCores } } })],
  [
    'performanceMetrics.inferenceTime500Residues',
    RANGES.inferenceTime,
    (seconds) => ({ performanceMetrics: { inferenceTime500Residues: seconds } }),
  ],
];

describe('a number of a model likewise', () => {
  test.each(MODEL)('%s', (path, range, put) => {
    fc.assert(
      fc.property(anything, (value) => {
        const reported = faultsAt(newModel.safeParse({ ...LEAST, ...put(value) }), path);
        expect(reported).toEqual(isWithin(range, value) ? [] : [rangeText(range)]);
      }),
    );
  });

  test('all its slots together', () => {
    const many = {
      thermal: { maxInstances: 1_000 },
      deployment: { maxConcurrentInvocationsPerInstance: 11 },
    };
    expect(faultsAt(newModel.safeParse({ ...LEAST, ...many }), 'thermal.maxInstances')).toEqual([
      'times deployment.maxConcurrentInvocationsPerInstance must be a whole number between 1 and 10000',
    ]);
  });
});

describe('an exact amount is kept to its last decimal, or refused', () => {
  const prices: [string, Range, (value: unknown) => Outcome, (parsed: never) => unknown][] = [
    ...['hourlyRate', 'perRequest', 'markup', 'perResidueOver500'].map(
      (key): [string, Range, (value: unknown) => Outcome, (parsed: never) => unknown] => [
        `pricing.${key}`,
        key === 'markup' ? RANGES.markup : RANGES.rate,
        (value) => newModel.safeParse({ ...LEAST, pricing: { [key]: value } }),
        ({ pricing }: { pricing: Record<string, unknown> }) => pricing[key],
      ],
    ),
    [
      'sizeGb',
      RANGES.size,
      (value) => dependencyFields.safeParse({ type: 't', name: 'n', sizeGb: value }),
      ({ sizeGb }: { sizeGb: string }) => sizeGb,
    ],
  ];
  test.each(prices)('%s', (path, range, parse, read) => {
    const written = fc.oneof(
      anything.filter((value) => value !== null),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 13n }), fc.bigInt({ min: 0n, max: 10n ** 14n }))
        .map(([whole, part]) => `${whole}.${part}`),
    );
    fc.assert(
      fc.property(written, (value) => {
        const outcome = parse(value) as Outcome & { data: never };
        if (outcome.success) expect(Number(read(outcome.data)) === Number(value)).toBe(true);
        else expect(faultsAt(outcome, path)).toContain(rangeText(range));
      }),
    );
    expect(parse(range.max).success).toBe(true);
    expect(parse(range.max + 1).success).toBe(false);
  });

  test.each([
    [0.000_000_3, '0.0000003'],
    ['0.10', '0.10'],
    [1e-12, '0.000000000001'],
  ])('%s is %s', (given, kept) => {
    expect(newModel.parse({ ...LEAST, pricing: { perRequest: given } }).pricing.perRequest).toBe(kept);
  });
});

test.each([
  ['2030-01-31T12:00:00Z', true],
  ['2030-01-31T12:00:00+02:00', true],
  ['2030-01-31T12:00:00', false],
  ['9999-12-31T23:59:59-12:00', false],
  ['0001-01-01T00:00:00Z', false],
  [7, false],
])('a timestamp %s', (expiresAt, isGood) => {
  expect(licenseFields.safeParse({ type: 'code', spdx: 'MIT', expiresAt }).success).toBe(isGood);
});

test.each([
  ['1900-01-01', true],
  ['0000-01-01', false],
  ['2024-02-30', false],
])('a day %s', (releaseDate, isGood) => {
  expect(newModel.safeParse({ ...LEAST, releaseDate }).success).toBe(isGood);
});

describe('values saved before there were ranges', () => {
  const any = fc.oneof(numbers, fc.constant(Number.NaN), fc.constant(Infinity));
  const now = new Date('2026-01-01T12:00:00Z');

  test('no timestamp is outside of the range of a date', () => {
    fc.assert(
      fc.property(any, (ms) => {
        const at = later(now, ms);
        expect(at.toISOString()).toMatch(/^\d{4}-/);
        expect(at >= new Date(INSTANTS.min) && at <= new Date(INSTANTS.max)).toBe(true);
      }),
    );
  });

  test('a retry waits as configured, up to the largest allowed delay', () => {
    const positive = numbers.map(Math.abs);
    fc.assert(
      fc.property(
        positive,
        positive,
        positive.map((number) => Math.max(1, number)),
        fc.integer({ min: 1, max: 99 }),
        (initial, longest, backoff, attempt) => {
          const policy = { initialDelayMs: initial, maxDelayMs: longest, backoff, jitter: false };
          const verdict = afterFailure({
            errorClass: 'transient',
            attempt,
            maxAttempts: 100,
            policy,
            crashes: 0,
            refused: { times: 0, forMs: 0 },
            random: () => 1,
          });
          const waits = (verdict as { delayMs: number }).delayMs;
          expect(waits).toBeLessThanOrEqual(RANGES.retryDelay.max);
          if (isWithin(RANGES.retryDelay, initial) && attempt === 1 && initial <= longest)
            expect(waits).toBe(Math.round(initial) + 0);
        },
      ),
    );
  });

  test('no price exceeds what a row can hold, and its parts add up', () => {
    const rate = fc.constantFrom('0', '0.000000001', '14.28', '999999999999', '1e+30');
    fc.assert(
      fc.property(rate, rate, rate, rate, numbers, (hourlyRate, perRequest, perUnit, markup, amount) => {
        const pricing = pricingConfig.parse({ hourlyRate, perRequest, markup, perThingOver0: perUnit });
        const price = priceOf({ pricing, seconds: 3600, requests: 3, units: { thing: Math.abs(amount) } });
        expect(price.totalUsd).toMatch(/^\d{1,11}\.\d{9}$/);
        expect(price.markupUsd).toMatch(/^\d/);
      }),
    );
  });
});

test('the document of the API shows limits and units', () => {
  expect(ranged(RANGES.wait).toJSONSchema()).toMatchObject({
    minimum: 0,
    maximum: 31_536_000,
    description: 'In seconds.',
  });
});

test.each([
  ['12.50', true],
  ['0.000000001', true],
  ['99999999999', true],
  ['0', false],
  ['0.0000000001', false],
  ['1e3', false],
  ['-1', false],
  ['', false],
  [12, false],
])('a budget of %j', (given, isGood) => {
  expect(amount(RANGES.budget).safeParse(given).success).toBe(isGood);
});

test.each([
  ['7', 7],
  ['200', 200],
  ['0', null],
  ['201', null],
  ['1e2', null],
  ['', null],
  [' 7', null],
  ['0x10', null],
  ['NaN', null],
  [7, 7],
])('a page size of %j in a URL', (given, count) => {
  expect(counted(RANGES.page).safeParse(given).data ?? null).toBe(count);
});

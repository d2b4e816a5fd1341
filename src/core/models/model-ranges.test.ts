/** Each number, amount and time of a model is inside its range, or refused with its field and its limits. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, RANGES, rangeText, type Range } from '../validation/ranges.js';
import { dependencyFields, licenseFields, newModel } from './model-fields.js';
import { anything, faultsAt, type Outcome } from '../testing/strange-numbers.js';

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

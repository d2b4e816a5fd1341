import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUsd } from '../money/money.js';
import { advise, comparePolicies, drawTable, policiesOf, type Comparison } from './policy-comparison.js';
import type { Outcome, Simulated } from './simulate.js';
import { traffic, type Shape } from '../testing/traffic.js';

/** AlphaFold 2 of the catalogue. */
const folding: Simulated = {
  thermal: { defaultState: 'OFF', scaleToZeroAfterMinutes: 10, minInstances: 0, maxInstances: 2 },
  deployment: { maxConcurrentInvocationsPerInstance: 4 },
  pricing: { hourlyRate: '14.28' },
  warmupSeconds: 180,
  releaseSeconds: 5,
  intervalSeconds: 5,
};

/** The page with each table drawn anew. */
function redrawn(page: string): { text: string; tables: number } {
  let tables = 0;
  const table = /(<!-- (steady|bursty|nightly), (\d+) s -->\n\n```text\n)[^`]*(```)/g;
  const text = page.replaceAll(table, (_, before: string, shape: Shape, target: string, after: string) => {
    tables += 1;
    const comparison = comparePolicies(folding, traffic(shape));
    const words = advise(comparison, Number(target)).words.replaceAll(/(?<=\bis|\.) (?=[A-Z]|idle)/g, '\n');
    return `${before}${drawTable(comparison)}\n\n${words}\n${after}`;
  });
  return { text, tables };
}

test('docs/thermal.md shows what the code computes', async () => {
  const page = new URL('../../../docs/thermal.md', import.meta.url);
  const { text, tables } = redrawn(readFileSync(page, 'utf8'));
  expect(tables).toBe(3);
  await expect(text).toMatchFileSnapshot('../../../docs/thermal.md');
});

test('the oracle costs no more than any policy with a p95 wait that is not longer', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom<Shape>('steady', 'bursty', 'nightly'),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (seed, shape, days, maxInstances) => {
        const model = { ...folding, thermal: { ...folding.thermal, maxInstances } };
        const { policies, oracle } = comparePolicies(model, traffic(shape, { seed, days }));
        for (const { costUsd, waitSeconds } of policies)
          if (waitSeconds.p95 <= oracle.waitSeconds.p95)
            expect(compareUsd(oracle.costUsd, costUsd)).toBeLessThanOrEqual(0);
      },
    ),
    { numRuns: 40 },
  );
});

test('a week of each shape: the same seed is the same traffic, in order, within its time', () => {
  for (const shape of ['steady', 'bursty', 'nightly'] as const) {
    const { from, to, arrivals } = traffic(shape);
    expect(traffic(shape)).toEqual({ from, to, arrivals });
    expect(traffic(shape, { seed: 2 }).arrivals).not.toEqual(arrivals);
    expect(arrivals.length).toBeGreaterThan(500);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a.at.getTime() - b.at.getTime()));
    expect(arrivals.every(({ at }) => at >= from && at <= to)).toBe(true);
  }
});

test('settings that are compared', () => {
  const policies = policiesOf({ thermal: { ...folding.thermal, minInstances: 1 } });
  expect(policies.map(({ name, forecast, thermal }) => [name, forecast, thermal.minInstances])).toEqual(
    expect.arrayContaining([
      ['always on', 'none', 1],
      ['idle 1 min', 'none', 0],
      ['idle 60 min, look-ahead', 'executions', 0],
      ['as set, no look-ahead', 'none', 1],
      ['as set, look-ahead', 'executions', 1],
    ]),
  );
  expect(policies[0]?.thermal.defaultState).toBe('WARM');
});

const outcome = (policy: string, costUsd: string, p95: number): Outcome => ({
  policy,
  costUsd,
  tasks: 100,
  instanceSeconds: 100,
  coldStarts: 5,
  idle: 0.5,
  waitSeconds: { p50: 0, p95, most: p95 },
});
const choice: Comparison = {
  policies: [
    outcome('high', '30', 0),
    outcome('slower', '20', 50),
    outcome('mean', '20', 40),
    outcome('slow', '9.5', 90),
  ],
  oracle: outcome('oracle', '10', 0),
};

test('the cheapest setting within the target is named; among equals the one with the shortest wait', () => {
  expect(advise(choice, 60)).toEqual({
    policy: 'mean',
    kept: true,
    words:
      'The cheapest setting that keeps the p95 wait within 60 s is mean, for 20.00 USD with a p95 wait of 40.0 s, 10.00 more than with perfect foresight.',
  });
  expect(advise(choice, 120).words).toContain(
    'slow, for 9.50 USD with a p95 wait of 90.0 s, 0.50 less than with perfect foresight, whose p95 wait is 0.0 s.',
  );
});

test('if none keeps the target, the closest is named', () => {
  const hard = { ...choice, policies: choice.policies.slice(1) };
  expect(advise(hard, 10)).toMatchObject({
    policy: 'mean',
    kept: false,
    words: expect.stringMatching(
      /^No setting keeps the p95 wait within 10 s\. The closest is mean, /,
    ) as string,
  });
});

test('the table has a line for each, the oracle last', () => {
  expect(drawTable({ ...choice, oracle: { ...choice.oracle, tasks: 0, coldStarts: 0 } }).split('\n')).toEqual(
    [
      'policy    USD  cold/1000  GPU idle  wait p50  wait p95',
      'high    30.00       50.0    50.0 %     0.0 s     0.0 s',
      'slower  20.00       50.0    50.0 %     0.0 s    50.0 s',
      'mean    20.00       50.0    50.0 %     0.0 s    40.0 s',
      'slow     9.50       50.0    50.0 %     0.0 s    90.0 s',
      'oracle  10.00        0.0    50.0 %     0.0 s     0.0 s',
    ],
  );
});

test.each<Shape>(['steady', 'bursty', 'nightly'])(
  'of %s traffic look-ahead buys no instance for tasks that never meet: about as cheap as perfect foresight',
  (shape) => {
    const model = {
      ...folding,
      thermal: { ...folding.thermal, maxInstances: 4 },
      deployment: { maxConcurrentInvocationsPerInstance: 8 },
    };
    for (const seed of [1, 2, 3]) {
      const { policies, oracle } = comparePolicies(model, traffic(shape, { seed }));
      const ahead = policies.find(({ policy }) => policy === 'idle 3 s, look-ahead') as Outcome;
      expect(Number(ahead.costUsd) / Number(oracle.costUsd)).toBeLessThan(1.1);
      expect(ahead.waitSeconds.p95).toBeLessThanOrEqual(oracle.waitSeconds.p95 + 1);
    }
  },
);

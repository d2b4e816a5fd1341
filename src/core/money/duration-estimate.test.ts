import { describe, expect, test } from 'vitest';
import type { Traits } from './parameter-influence.js';
import { estimateDuration, type Sample } from './duration-estimate.js';

const run = (seconds: number, residue: number, requests = 1, traits: Traits = {}): Sample => ({
  units: { residue },
  traits,
  seconds,
  wallSeconds: seconds + 1,
  requests,
});
const metrics = { inferenceTime100Residues: 10, inferenceTime200Residues: 20 };
const ask = (samples: Sample[], change: Partial<Parameters<typeof estimateDuration>[0]> = {}) =>
  estimateDuration({ samples, metrics, units: { residue: 100 }, traits: {}, requests: null, ...change });

describe('enough runs of the same size', () => {
  test('give their percentiles, and no other run counts', () => {
    const samples = [run(999, 126), run(1, 74), ...[30, 10, 50, 20, 40].map((s) => run(s, 125))];
    expect(ask(samples)).toEqual({
      basis: 'history',
      runs: 5,
      sameSize: true,
      seconds: { low: 14, likely: 30, high: 46 },
      wallSeconds: { low: 15, likely: 31, high: 47 },
      requests: { low: 1, likely: 1, high: 1 },
    });
  });

  test('without units all runs have the same size', () => {
    const samples = [1, 2, 3, 4, 5].map((s) => run(s, s * 1000));
    expect(ask(samples, { units: {} })).toMatchObject({ sameSize: true, seconds: { likely: 3 } });
  });

  test('a map is counted by its items', () => {
    const samples = [1, 2, 3, 4, 5].map((items) => run(items * 10, 100, items));
    expect(ask(samples, { requests: 7 })).toMatchObject({
      seconds: { low: 70, likely: 70, high: 70 },
      requests: { likely: 7 },
    });
    expect(ask(samples)).toMatchObject({ requests: { low: 1.4, likely: 3, high: 4.6 } });
  });
});

describe('few runs, or of other sizes', () => {
  test('are scaled by the published times and widened by half', () => {
    expect(ask([run(40, 200)])).toMatchObject({
      runs: 1,
      sameSize: false,
      seconds: { low: 20 / 1.5, likely: 20, high: 30 },
    });
  });

  test('are not scaled if nothing is published, or their size is unknown', () => {
    expect(ask([run(40, 200)], { metrics: {} })).toMatchObject({ seconds: { likely: 40 } });
    expect(ask([{ ...run(40, 200), units: {} }])).toMatchObject({ seconds: { likely: 40 }, sameSize: false });
  });
});

describe('an influential parameter', () => {
  const by = (numModels: number) => run(60 * numModels, 100, 1, { numModels });
  const many = [1, 1, 1, 2, 2, 2, 3, 3].map(by);

  test('enough runs with the same value give their percentiles, and no other run counts', () => {
    const five = [...many, ...Array.from({ length: 5 }, () => by(5))];
    expect(ask(five, { traits: { numModels: 5 } })).toMatchObject({
      sameSize: true,
      runs: 5,
      seconds: { low: 300, likely: 300, high: 300 },
    });
  });

  test('so do enough runs with the same choice', () => {
    const chose = (mode: string, seconds: number) =>
      Array.from({ length: 5 }, () => run(seconds, 100, 1, { mode }));
    expect(ask([...chose('fast', 10), ...chose('slow', 90)], { traits: { mode: 'slow' } })).toMatchObject({
      sameSize: true,
      runs: 5,
      seconds: { low: 90, high: 90 },
    });
  });

  test('other runs are scaled by it', () => {
    const estimate = ask(many, { traits: { numModels: 5 } });
    expect(estimate).toMatchObject({ sameSize: false, runs: 8 });
    expect(estimate?.seconds.likely).toBeCloseTo(300, 6);
    expect(estimate?.seconds.high).toBeCloseTo(450, 6);
  });

  test('a unit counts as a parameter if nothing is published', () => {
    const sized = [100, 100, 200, 200, 300, 300].map((residue) => run(residue, residue));
    const estimate = ask(sized, { metrics: {}, units: { residue: 600 } });
    expect(estimate?.seconds.likely).toBeCloseTo(600, 6);
  });
});

describe('no runs', () => {
  test('the published time, from half to twice, for each request', () => {
    expect(ask([])).toEqual({
      basis: 'performance_metrics',
      runs: 0,
      sameSize: false,
      seconds: { low: 5, likely: 10, high: 20 },
      wallSeconds: { low: 5, likely: 10, high: 20 },
      requests: { low: 1, likely: 1, high: 1 },
    });
    expect(ask([], { requests: 3 })).toMatchObject({ seconds: { likely: 30 }, requests: { high: 3 } });
  });

  test('nothing published: unknown', () => {
    expect(ask([], { metrics: {} })).toBeNull();
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate, type Policy, type Simulated, type Trace } from './simulate.js';
import type { Arrival, SimulatedForecast } from './simulated-forecast.js';

const START = Date.UTC(2026, 0, 1);
const at = (seconds: number) => new Date(START + seconds * 1000);
const arrival = (second: number, seconds: number, leadSeconds = 0): Arrival => ({
  at: at(second),
  seconds,
  leadSeconds,
});
const trace = (to: number, ...arrivals: Arrival[]): Trace => ({ from: at(0), to: at(to), arrivals });
const model: Simulated = {
  thermal: { defaultState: 'OFF', scaleToZeroAfterMinutes: 10, minInstances: 0, maxInstances: 2 },
  deployment: { maxConcurrentInvocationsPerInstance: 2 },
  pricing: { hourlyRate: '36' },
  warmupSeconds: 180,
  releaseSeconds: 5,
  intervalSeconds: 5,
};
const policy = (forecast: SimulatedForecast, thermal: Partial<Simulated['thermal']> = {}): Policy => ({
  name: 'a policy',
  thermal: { ...model.thermal, ...thermal },
  forecast,
});

describe('one task', () => {
  test('waits for the warm-up, and pays for it, its work, the idle limit and the release', () => {
    expect(simulate(model, policy('none'), trace(5000, arrival(1002, 33)))).toEqual({
      policy: 'a policy',
      tasks: 1,
      // Ready at 1002, warm at 1182, ended at 1215, idle for 600 s, and 5 s to go: a cent a second.
      costUsd: '8.180000000',
      instanceSeconds: 818,
      coldStarts: 1,
      idle: 1 - 33 / (818 * 2),
      waitSeconds: { p50: 180, p95: 180, most: 180 },
    });
  });

  test('that is forecast does not wait; the model is warm one interval too early', () => {
    const outcome = simulate(model, policy('executions'), trace(5000, arrival(1000, 35, 600)));
    expect(outcome).toMatchObject({
      coldStarts: 0,
      waitSeconds: { most: 0 },
      instanceSeconds: 185 + 35 + 605,
    });
  });

  test('that is forecast too late waits for the rest of the warm-up', () => {
    const outcome = simulate(model, policy('executions'), trace(5000, arrival(1000, 35, 100)));
    expect(outcome).toMatchObject({ coldStarts: 1, waitSeconds: { most: 80 } });
  });

  test('costs the oracle the warm-up, the work and the release', () => {
    const knowing = policy('everything', { scaleToZeroAfterMinutes: 0 });
    const outcome = simulate(model, knowing, trace(5000, arrival(1000.5, 35)));
    expect(outcome).toMatchObject({ coldStarts: 0, waitSeconds: { most: 0 }, instanceSeconds: 220 });
  });
});

test('an always-on model bills until the end, and is cold only at the beginning', () => {
  const kept = policy('none', { defaultState: 'WARM' });
  const outcome = simulate(model, kept, trace(4000, arrival(10, 1), arrival(3000, 1)));
  expect(outcome).toMatchObject({ instanceSeconds: 4000, coldStarts: 1, waitSeconds: { p50: 0, most: 170 } });
  expect(simulate(model, kept, trace(4000))).toMatchObject({ tasks: 0, instanceSeconds: 4000, idle: 1 });
});

test('without a task nothing is billed', () => {
  expect(simulate(model, policy('none'), trace(4000))).toMatchObject({
    costUsd: '0.000000000',
    idle: 0,
    waitSeconds: { p50: 0, p95: 0, most: 0 },
  });
});

test('more tasks than slots: a second instance is added, tasks run in order, and it is removed when not needed', () => {
  const crowd = [0, 0, 0, 0, 0].map(() => arrival(100, 1000));
  const outcome = simulate(model, policy('none'), trace(9000, ...crowd, arrival(2400, 1)));
  // The first look wakes one for all five: two instances, warm at 280; the fifth starts at 1280.
  expect(outcome).toMatchObject({ coldStarts: 5, waitSeconds: { p50: 180, most: 1180 } });
  // The second would have done without since 1280, and goes when nothing runs at 2280; the first is idle from 2405 on.
  expect(outcome.instanceSeconds).toBe(2285 - 100 + (3010 - 100));
});

test('a provider that is changing is asked again after the change', () => {
  const one = { ...model, deployment: { maxConcurrentInvocationsPerInstance: 1 } };
  const outcome = simulate(one, policy('none'), trace(5000, arrival(100, 1000), arrival(150, 1000)));
  // The second instance is asked for when the first is warm.
  expect(outcome.waitSeconds).toMatchObject({ p50: 180, most: 280 + 180 - 150 });
});

test('a free model is kept for any future need', () => {
  const free = { ...model, pricing: { hourlyRate: '0' } };
  const tasks = trace(90_000, arrival(1000, 1), arrival(80_000, 1, 79_500));
  expect(simulate(free, policy('executions'), tasks)).toMatchObject({
    coldStarts: 1,
    instanceSeconds: 79_610,
  });
  expect(simulate(model, policy('executions'), tasks).instanceSeconds).toBeLessThan(2000);
});

const tenths = (most: number) => fc.integer({ min: 0, max: most * 10 }).map((length) => length / 10);
const arrivals = fc
  .array(
    fc.record({
      gap: fc.oneof(tenths(3), tenths(300), tenths(2000)),
      seconds: tenths(400),
      lead: tenths(900),
    }),
    {
      maxLength: 40,
    },
  )
  .map((drawn) => {
    let second = 0;
    return drawn.map(({ gap, seconds, lead }) => arrival((second += gap), seconds, lead));
  });
const models = fc.record({
  thermal: fc.record({
    defaultState: fc.constantFrom('OFF' as const, 'WARM' as const),
    scaleToZeroAfterMinutes: fc.constantFrom(0.5, 1, 3, 10),
    minInstances: fc.integer({ min: 0, max: 2 }),
    maxInstances: fc.integer({ min: 1, max: 4 }),
  }),
  deployment: fc.record({ maxConcurrentInvocationsPerInstance: fc.integer({ min: 1, max: 3 }) }),
  pricing: fc.constantFrom({ hourlyRate: '14.28' }, { hourlyRate: '0' }),
  warmupSeconds: fc.constantFrom(0, 7, 180),
  releaseSeconds: fc.constantFrom(0, 5, 60),
  intervalSeconds: fc.constantFrom(1, 5, 7),
});
const forecasts = fc.constantFrom<SimulatedForecast[]>('none', 'executions');

test('reconciling only when something can change gives the same outcome', () => {
  fc.assert(
    fc.property(models, arrivals, forecasts, (model, arrivals, forecast) => {
      const asked = [
        model,
        { name: 'p', thermal: model.thermal, forecast },
        trace(9000, ...arrivals),
      ] as const;
      expect(simulate(...asked)).toEqual(simulate(...asked, true));
    }),
    { numRuns: 100 },
  );
});

test('every task is served, and costs at least its share of an instance', () => {
  fc.assert(
    fc.property(
      models,
      arrivals,
      fc.constantFrom<SimulatedForecast[]>('none', 'executions', 'everything'),
      (model, arrivals, forecast) => {
        const outcome = simulate(
          model,
          { name: 'p', thermal: model.thermal, forecast },
          trace(9000, ...arrivals),
        );
        const work = arrivals.reduce((sum, { seconds }) => sum + seconds, 0);
        const places = model.deployment.maxConcurrentInvocationsPerInstance;
        expect(outcome.tasks).toBe(arrivals.length);
        expect(outcome.instanceSeconds).toBeGreaterThanOrEqual(work / places - 1e-6);
        expect(Number(outcome.costUsd)).toBeGreaterThanOrEqual(
          (work * Number(model.pricing.hourlyRate)) / 3600 / places - 1e-6,
        );
        expect(outcome.idle).toBeGreaterThanOrEqual(-1e-9);
        expect(outcome.idle).toBeLessThanOrEqual(1);
        expect(outcome.waitSeconds.p50).toBeLessThanOrEqual(outcome.waitSeconds.p95);
        expect(outcome.waitSeconds.p95).toBeLessThanOrEqual(outcome.waitSeconds.most);
      },
    ),
    { numRuns: 200 },
  );
});

test('always on is never cold after its first warm-up', () => {
  fc.assert(
    fc.property(models, arrivals, (model, arrivals) => {
      const kept: Policy = {
        name: 'p',
        thermal: { ...model.thermal, defaultState: 'WARM' },
        forecast: 'none',
      };
      const early = arrivals.filter((arrival) => arrival.at <= at(model.warmupSeconds)).length;
      expect(simulate(model, kept, trace(9000, ...arrivals)).coldStarts).toBeLessThanOrEqual(early);
    }),
  );
});

test('with the oracle no task waits, and each pause costs the smaller of idling and warming again', () => {
  fc.assert(
    fc.property(arrivals, (drawn) => {
      fc.pre(drawn.length > 0);
      const arrivals = drawn.map((one) => ({ ...one, at: new Date(one.at.getTime() + 1_000_000) }));
      const one: Simulated = {
        ...model,
        thermal: { ...model.thermal, scaleToZeroAfterMinutes: 0, maxInstances: 1 },
        deployment: { maxConcurrentInvocationsPerInstance: 40 },
      };
      const outcome = simulate(
        one,
        { name: 'p', thermal: one.thermal, forecast: 'everything' },
        trace(1e6, ...arrivals),
      );
      expect(outcome.waitSeconds.most).toBe(0);
      const again = one.warmupSeconds + one.releaseSeconds;
      let [ms, end] = [again * 1000, arrivals[0]?.at.getTime() ?? 0];
      for (const { at, seconds } of arrivals) {
        const pause = Math.max(0, at.getTime() - end);
        const ends = Math.max(end, at.getTime() + seconds * 1000);
        ms += Math.min(pause, again * 1000) + (ends - Math.max(end, at.getTime()));
        end = ends;
      }
      expect(outcome.instanceSeconds).toBeCloseTo(ms / 1000, 6);
    }),
    { numRuns: 300 },
  );
});

test('empty periods cost nothing: forty years are simulated in moments', () => {
  const rare = Array.from({ length: 20_000 }, (_, index) => arrival(index * 64_800, 60, 600));
  const before = process.cpuUsage();
  expect(simulate(model, policy('executions'), trace(1, ...rare)).tasks).toBe(20_000);
  const { user, system } = process.cpuUsage(before);
  // Look by look it would be 250 million looks.
  expect((user + system) / 1e6).toBeLessThan(15);
});

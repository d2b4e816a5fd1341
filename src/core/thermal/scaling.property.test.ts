import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, heatOf } from './scaling.js';
import { later, NOON } from '../testing/workflow-drawing.js';
import { type ModelState, type Thermal } from './demand.js';

const model: Thermal = {
  thermal: { defaultState: 'OFF', scaleToZeroAfterMinutes: 10, minInstances: 0, maxInstances: 3 },
  deployment: { maxConcurrentInvocationsPerInstance: 2 },
  pricing: { hourlyRate: '1.5' },
};

const anyDate = fc.option(fc.integer({ min: -9000, max: 9000 }).map(later), { nil: null });
const few = fc.nat(6);
const anyCase = fc.record({
  failed: fc.boolean(),
  ready: few,
  queued: few,
  running: few,
  forecast: fc.array(
    fc.integer({ min: 0, max: 900 }).map((seconds) => ({
      at: later(seconds),
      uncertaintySeconds: 0,
      executionId: 'x1',
      taskId: 'fold',
    })),
  ),
  warmupSeconds: fc.nat(900),
  warmingSince: anyDate,
  intervalSeconds: fc.constant(5),
  instances: few,
  wanted: few,
  idleSince: anyDate,
  surplusSince: anyDate,
  retryAt: anyDate,
  enabled: fc.boolean(),
  pinned: fc.constantFrom('auto', 'on', 'off'),
  retiring: fc.boolean(),
  exists: fc.boolean(),
  outdated: fc.boolean(),
  brakes: fc.record({ scaleIn: fc.boolean(), scaleOut: fc.boolean() }),
  unknown: fc.boolean(),
});
const anyLoad: fc.Arbitrary<ModelState> = anyCase.map(({ failed, ...rest }) => {
  const seen = { ...rest, instances: rest.exists ? rest.instances : 0 };
  return { ...seen, heat: failed ? 'FAILED' : heatOf(seen) };
});

test('in any state no running task loses its instance, and no brake is ignored', () => {
  fc.assert(
    fc.property(anyLoad, (load) => {
      const verdict = decide(model, load, NOON);
      const { kind } = verdict;
      const fewer = verdict.kind === 'warm' && verdict.instances < Math.min(load.wanted, load.instances);
      const takes = kind === 'cool' || kind === 'remove' || fewer || (kind === 'roll' && load.instances > 0);
      if (verdict.kind === 'warm') expect(verdict.instances).toBeLessThanOrEqual(3);
      if (takes) expect(load).toMatchObject({ running: 0, brakes: { scaleIn: false } });
      if (kind === 'warm' && load.instances === 0) expect(load.brakes.scaleOut).toBe(false);
      if (load.heat === 'WARMING') expect(['cool', 'roll']).not.toContain(kind);
    }),
    { numRuns: 2000 },
  );
});

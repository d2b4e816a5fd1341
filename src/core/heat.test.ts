import { describe, expect, test } from 'vitest';
import { decide, heatOf, whyWaiting, type Load } from './heat.js';
import { later, NOON } from './sketch.js';

const thermal = {
  defaultState: 'OFF' as const,
  scaleToZeroAfterMinutes: 10,
  minInstances: 0,
  maxInstances: 3,
};
const deployment = { maxConcurrentInvocationsPerInstance: 2 };
const load = (change: Partial<Load>): Load => ({
  heat: 'WARM',
  ready: 0,
  queued: 0,
  running: 0,
  upcoming: 0,
  instances: 0,
  wanted: 0,
  idleSince: null,
  retryAt: null,
  enabled: true,
  pinned: 'auto',
  unknown: false,
  ...change,
});
const off = { heat: 'OFF' } as const;
const warm = { heat: 'WARM', instances: 1, wanted: 1 } as const;
const idle = { ...warm, idleSince: later(-600) };
const failed = { heat: 'FAILED', retryAt: later(60) } as const;

describe('decide', () => {
  test.each<[string, Partial<Load>, string, Partial<typeof thermal> | { defaultState: 'WARM' }]>([
    ['unknown is not zero', { ...idle, unknown: true }, 'unknown', {}],
    ['off without demand', off, 'stay', {}],
    ['first task', { ...off, ready: 1 }, 'warm 1', {}],
    ['only foreseen', { ...off, upcoming: 1 }, 'warm 1', {}],
    ['two to an instance', { ...off, ready: 1, queued: 1, upcoming: 1 }, 'warm 2', {}],
    ['no more than the most', { ...off, ready: 99 }, 'warm 3', {}],
    ['at least the least', off, 'warm 2', { minInstances: 2 }],
    ['warm by default', off, 'warm 1', { defaultState: 'WARM' }],
    ['pinned on', { ...off, pinned: 'on' }, 'warm 1', {}],
    ['already asked for', { heat: 'WARMING', wanted: 1, ready: 2 }, 'stay', {}],
    ['more while warming', { heat: 'WARMING', wanted: 1, ready: 3 }, 'warm 2', {}],
    ['more while warm', { ...warm, running: 2, queued: 1 }, 'warm 2', {}],
    ['enough', { ...warm, running: 2 }, 'stay', {}],
    ['back from cooling', { heat: 'COOLING', instances: 1, ready: 1 }, 'warm 1', {}],
    ['idle long enough', idle, 'cool', {}],
    ['idle, not yet', { ...warm, idleSince: later(-599) }, 'stay', {}],
    ['never idle', warm, 'stay', {}],
    ['idle with use foreseen', { ...idle, upcoming: 1 }, 'stay', {}],
    ['idle down to the least', { ...idle, wanted: 3, instances: 3 }, 'warm 1', { minInstances: 1 }],
    ['idle at the least', idle, 'stay', { minInstances: 1 }],
    ['warming does not age', { ...idle, heat: 'WARMING' }, 'stay', {}],
    ['cooling already', { ...idle, heat: 'COOLING', wanted: 0 }, 'stay', {}],
    ['failed, too early', { ...failed, ready: 1 }, 'stay', {}],
    ['failed, time to retry', { ...failed, retryAt: later(0), ready: 1 }, 'warm 1', {}],
    ['failed, never tried again', { ...failed, retryAt: null, ready: 1, wanted: 1 }, 'warm 1', {}],
    ['failed and nobody asks', { ...idle, ...failed, retryAt: NOON }, 'cool', {}],
    ['disabled drains', { ...warm, running: 1, enabled: false }, 'stay', {}],
    ['disabled and drained', { ...warm, ready: 5, enabled: false }, 'cool', {}],
    ['pinned off while hot and drained', { ...warm, heat: 'HOT', pinned: 'off' }, 'cool', {}],
    ['pinned off, still wanted', { heat: 'FAILED', wanted: 1, pinned: 'off' }, 'cool', {}],
    ['pinned off while warming', { ...warm, heat: 'WARMING', pinned: 'off' }, 'stay', {}],
    ['off already', { ...off, enabled: false }, 'stay', {}],
    ['failed with nothing on', { heat: 'FAILED', enabled: false }, 'stay', {}],
  ])('%s', (_, change, expected, rules) => {
    const verdict = decide({ thermal: { ...thermal, ...rules }, deployment }, load(change), NOON);
    expect(verdict.kind === 'warm' ? `warm ${verdict.instances}` : verdict.kind).toBe(expected);
  });
});

test.each([
  [0, 0, 0, false, 'OFF'],
  [0, 1, 0, false, 'OFF'],
  [0, 0, 0, true, 'OFF'],
  [1, 0, 0, true, 'COOLING'],
  [0, 1, 0, true, 'WARMING'],
  [1, 1, 0, true, 'WARM'],
  [1, 1, 1, true, 'HOT'],
])('%i of %i instances, %i running, exists %s: %s', (instances, wanted, running, exists, expected) => {
  expect(heatOf({ instances, wanted, running, exists })).toBe(expected);
});

describe('whyWaiting', () => {
  type Input = Parameters<typeof whyWaiting>[0];
  const model: NonNullable<Input['model']> = {
    displayName: 'AlphaFold 2',
    heat: 'WARM',
    enabled: true,
    warmAt: null,
    slotsInUse: 2,
    slots: 2,
    ahead: 3,
    freeAt: later(60),
    failure: null,
    retryAt: null,
  };
  const task: Input = {
    status: 'ready',
    since: later(-60),
    now: NOON,
    paused: false,
    dependencies: [],
    notBefore: null,
    signal: null,
    child: null,
    model: null,
  };

  test.each<[Partial<Input>, string, Date | null]>([
    [{ status: 'pending', dependencies: ['a', 'b'] }, 'Waiting for a, b to finish.', null],
    [
      { status: 'pending', dependencies: ['a', 'b', 'c', 'd', 'e'] },
      'Waiting for a, b, c and 2 more to finish.',
      null,
    ],
    [{ status: 'pending' }, 'About to be decided.', null],
    [{ paused: true, model }, 'The execution is paused.', null],
    [{ notBefore: later(40) }, 'Waiting for a retry in 40 s.', later(40)],
    [{ notBefore: later(0) }, 'Waiting for a free worker.', null],
    [
      { status: 'waiting', notBefore: later(7200), signal: 'approval:a' },
      'Waiting for approval, for at most 2 h more.',
      later(7200),
    ],
    [{ status: 'waiting', signal: 'approval:a', paused: true }, 'Waiting for approval.', null],
    [{ status: 'waiting', signal: 'go' }, 'Waiting for the signal go.', null],
    [{ status: 'waiting', child: 'Docking' }, 'Waiting for the workflow Docking to finish.', null],
    [{ status: 'waiting', notBefore: later(180) }, 'Waiting for the time to come, in 3 min.', later(180)],
    [{ status: 'waiting' }, 'Waiting for its items to finish.', null],
  ])('%o', (change, reason, expectedStart) => {
    expect(whyWaiting({ ...task, ...change })).toEqual({ reason, since: task.since, expectedStart });
  });

  test.each<[Partial<typeof model>, string, Date | null]>([
    [{ enabled: false }, 'AlphaFold 2 is disabled.', null],
    [{ heat: 'WARMING', warmAt: later(120) }, 'Waiting for AlphaFold 2 to warm, about 2 min.', later(120)],
    [{ heat: 'WARMING', warmAt: later(-5) }, 'Waiting for AlphaFold 2 to warm, about 0 s.', later(-5)],
    [{ heat: 'OFF' }, 'Waiting for AlphaFold 2 to warm.', null],
    [{ heat: 'COOLING' }, 'Waiting for AlphaFold 2 to warm.', null],
    [
      { heat: 'FAILED', failure: 'no capacity', retryAt: later(30) },
      'AlphaFold 2 could not be warmed: no capacity. Next try in 30 s.',
      later(30),
    ],
    [{ heat: 'FAILED' }, 'AlphaFold 2 could not be warmed: no reason was given.', null],
    [{ heat: 'HOT' }, 'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 3 ahead.', null],
    [{ ahead: 0 }, 'Waiting for a free slot of AlphaFold 2: 2 of 2 in use, 0 ahead.', later(60)],
    [{ slotsInUse: 1 }, 'Waiting for its turn on AlphaFold 2, 3 ahead.', null],
    [{ slotsInUse: 1, ahead: 0 }, 'Waiting for its turn on AlphaFold 2, 0 ahead.', NOON],
  ])('%o', (change, reason, expectedStart) => {
    const waiting = whyWaiting({ ...task, model: { ...model, ...change } });
    expect(waiting).toEqual({ reason, since: task.since, expectedStart });
  });

  test.each(['running', 'succeeded', 'cancelled'] as const)('a %s task does not wait', (status) => {
    expect(whyWaiting({ ...task, status })).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import type { Need } from './forecast.js';
import { cheaperToKeep, decide, heatOf } from './scaling.js';
import { later, NOON } from '../testing/workflow-drawing.js';
import { neededInstances, type ModelState, type Thermal } from './demand.js';

/** Two invocations to an instance, three instances at most, idle for ten minutes, warm within five. */
const thermal = {
  defaultState: 'OFF' as const,
  scaleToZeroAfterMinutes: 10,
  minInstances: 0,
  maxInstances: 3,
};
type Rules = Partial<Omit<typeof thermal, 'defaultState'>> & { defaultState?: 'WARM'; hourlyRate?: string };
const modelOf = ({ hourlyRate = '1.5', ...rules }: Rules = {}): Thermal => ({
  thermal: { ...thermal, ...rules },
  deployment: { maxConcurrentInvocationsPerInstance: 2 },
  pricing: { hourlyRate },
});
const load = (change: Partial<ModelState>): ModelState => ({
  heat: 'WARM',
  ready: 0,
  queued: 0,
  running: 0,
  forecast: [],
  warmupSeconds: 300,
  warmingSince: null,
  intervalSeconds: 5,
  instances: 0,
  wanted: 0,
  idleSince: null,
  surplusSince: null,
  retryAt: null,
  enabled: true,
  pinned: 'auto',
  retiring: false,
  exists: true,
  outdated: false,
  brakes: { scaleIn: false, scaleOut: false },
  unknown: false,
  ...change,
});

/** A need so many seconds from now. */
const need = (seconds: number, uncertaintySeconds = 0, executionId = 'x1', taskId = 'fold'): Need => ({
  at: later(seconds),
  uncertaintySeconds,
  executionId,
  taskId,
});

const off = { heat: 'OFF' } as const;
const warm = { heat: 'WARM', instances: 1, wanted: 1 } as const;
const hot = { ...warm, heat: 'HOT', running: 1 } as const;
const warming = { heat: 'WARMING', wanted: 1 } as const;
const idle = { ...warm, idleSince: later(-600) };
const failed = { heat: 'FAILED', retryAt: later(60) } as const;
const large = { ...warm, instances: 3, wanted: 3, surplusSince: later(-600) };
const scaleIn = { brakes: { scaleIn: true, scaleOut: false } };
const scaleOut = { brakes: { scaleIn: false, scaleOut: true } };

type Row = [name: string, load: Partial<ModelState>, verdict: string, rules?: Rules];

/** `kind`, the instances of `warm`, and the reason if there is one. */
function inShort(change: Partial<ModelState>, rules: Rules = {}): string {
  const verdict = decide(modelOf(rules), load(change), NOON);
  const kind = verdict.kind === 'warm' ? `warm ${verdict.instances}` : verdict.kind;
  return 'reason' in verdict && verdict.reason !== null ? `${kind}: ${verdict.reason}` : kind;
}
const holds = (_: string, change: Partial<ModelState>, verdict: string, rules?: Rules): void =>
  expect(inShort(change, rules)).toBe(verdict);

describe('warming', () => {
  test.each<Row>([
    ['unknown is not zero', { ...idle, unknown: true, retiring: true }, 'unknown'],
    ['off without demand', off, 'stay'],
    ['first task', { ...off, ready: 1 }, 'warm 1: 1 task waits'],
    ['one wake for all', { ...off, ready: 1, queued: 1 }, 'warm 1: 2 tasks wait'],
    ['two to an instance', { ...off, ready: 1, queued: 2 }, 'warm 2: 3 tasks wait'],
    ['no more than the most', { ...off, ready: 99 }, 'warm 3: 99 tasks wait'],
    ['at least the least', off, 'warm 2: at least 2 instances kept', { minInstances: 2 }],
    ['warm by default', off, 'warm 1: warm by default', { defaultState: 'WARM' }],
    ['pinned on', { ...off, pinned: 'on' }, 'warm 1: the model is pinned on'],
    ['already asked for', { ...warming, ready: 2 }, 'stay'],
    ['more while warming', { ...warming, ready: 3 }, 'warm 2: 3 tasks wait'],
    ['more while hot', { ...hot, running: 2, queued: 1 }, 'warm 2: 1 task waits, 2 invocations run'],
    ['with one running', { ...hot, queued: 2 }, 'warm 2: 2 tasks wait, 1 invocation runs'],
    ['enough', { ...hot, running: 2 }, 'stay'],
    ['back from cooling', { heat: 'COOLING', instances: 1, ready: 1 }, 'warm 1: 1 task waits'],
  ])('%s', holds);
});

describe('look-ahead: the model is warm when the previous task ends, not later', () => {
  const soon = 'fold of 1 execution expected';
  test.each<Row>([
    ['due: a warm-up and a look ahead', { ...off, forecast: [need(305)] }, `warm 1: ${soon} in about 5 min`],
    ['not yet', { ...off, forecast: [need(306)] }, 'stay'],
    ['earlier by the uncertainty', { ...off, forecast: [need(365, 60)] }, `warm 1: ${soon} in about 6 min`],
    ['not earlier than that', { ...off, forecast: [need(366, 60)] }, 'stay'],
    ['late already', { ...off, forecast: [need(0)] }, `warm 1: ${soon} any moment`],
    ['warm, and due: demand', { ...idle, forecast: [need(305)] }, 'stay'],
    ['warm, and not due: idle', { ...idle, forecast: [need(306)] }, 'cool: idle for 10 min'],
    [
      'sizes the instances',
      { ...off, forecast: [need(60), need(60, 0, 'x1', 'dock'), need(60, 0, 'x2')] },
      'warm 2: fold of 2 executions expected in about 60 s, 1 other task expected',
    ],
    [
      'with what waits',
      { ...off, ready: 2, forecast: [need(9)] },
      `warm 2: 2 tasks wait, ${soon} in about 9 s`,
    ],
  ])('%s', holds);
});

describe('cooling', () => {
  const keeps = { minInstances: 1 };
  test.each<Row>([
    ['idle long enough', idle, 'cool: idle for 10 min'],
    ['idle, not yet', { ...warm, idleSince: later(-599) }, 'stay'],
    ['never idle', warm, 'stay'],
    ['idle down to the least', { ...idle, wanted: 3, instances: 3 }, 'warm 1: idle for 10 min', keeps],
    ['idle at the least', idle, 'stay', keeps],
    ['warming does not age', { ...idle, heat: 'WARMING' }, 'stay'],
    ['cooling already', { ...idle, heat: 'COOLING', wanted: 0 }, 'stay'],
    [
      'a model that costs nothing is kept for a need however far',
      { ...idle, forecast: [need(7200)] },
      'stay: idle for 10 min, and kept: fold of 1 execution expected in about 2 h',
      { hourlyRate: '0.000' },
    ],
    ['and cooled without one', idle, 'cool: idle for 10 min', { hourlyRate: '0' }],
    [
      'larger than its demand',
      { ...large, ready: 3 },
      'warm 2: 2 instances would have been enough for 10 min',
    ],
    ['for long enough', { ...large, ready: 3, surplusSince: later(-599) }, 'stay'],
    ['since nobody knows when', { ...large, ready: 3, surplusSince: null }, 'stay'],
    [
      'not to nothing: it is not idle for its limit',
      large,
      'warm 1: 1 instance would have been enough for 10 min',
    ],
    ['as large as its demand', { ...large, ready: 5 }, 'stay'],
    [
      'no instance goes while work runs',
      { ...large, heat: 'HOT', running: 2 },
      'stay: 1 instance would have been enough for 10 min: waiting for 2 invocations',
    ],
  ])('%s', holds);

  test.each([
    ['sooner than warm again', 300, 0, '1.5', true],
    ['later', 301, 0, '1.5', false],
    ['later if it is late', 300, 1, '1.5', false],
    ['for nothing', 301, 1, '0', true],
  ])('keeping is cheaper: %s', (_, seconds, uncertainty, hourlyRate, expected) => {
    const next = need(seconds, uncertainty);
    expect(cheaperToKeep(modelOf({ hourlyRate }), { warmupSeconds: 300 }, next, NOON)).toBe(expected);
  });
});

describe('failing', () => {
  const since = (seconds: number) => ({ ...warming, warmingSince: later(-seconds) });
  test.each<Row>([
    ['too early to retry', { ...failed, ready: 1 }, 'stay: failed: retried in 60 s'],
    ['time to retry', { ...failed, retryAt: NOON, ready: 1 }, 'warm 1: 1 task waits'],
    ['never tried again', { ...failed, retryAt: null, ready: 1, wanted: 1 }, 'warm 1: 1 task waits'],
    ['nobody asks', { ...idle, ...failed, retryAt: NOON }, 'cool: idle for 10 min'],
    [
      'failed to grow, and has enough',
      { ...failed, ...large, heat: 'FAILED', retryAt: NOON, running: 2, surplusSince: null },
      'stay',
    ],
    [
      'failed to grow, and needs more',
      { ...failed, instances: 1, wanted: 3, retryAt: NOON, running: 2, ready: 1 },
      'warm 2: 1 task waits, 2 invocations run',
    ],
    ['warming, not stuck', since(2100), 'stay'],
    ['stuck', since(2101), 'fail: warming for 35 min, it should take 5 min'],
    [
      'stuck, though it says that it is off',
      { ...since(2101), heat: 'OFF' },
      'fail: warming for 35 min, it should take 5 min',
    ],
    ['stuck, slow model: not yet', { ...since(3600), warmupSeconds: 1200 }, 'stay'],
    [
      'stuck, slow model',
      { ...since(3601), warmupSeconds: 1200 },
      'fail: warming for 60 min, it should take 20 min',
    ],
    [
      'stuck, disabled too',
      { ...since(2101), enabled: false },
      'fail: warming for 35 min, it should take 5 min',
    ],
    ['only while warming', { ...warm, warmingSince: later(-9999) }, 'stay'],
  ])('%s', holds);
});

describe('disabling and deleting', () => {
  const gone = { ...warm, retiring: true, enabled: false } as const;
  test.each<Row>([
    ['disabled drains', { ...hot, enabled: false }, 'drain: the model is disabled: waiting for 1 invocation'],
    ['disabled and drained', { ...warm, ready: 5, enabled: false }, 'cool: the model is disabled'],
    [
      'pinned off drains',
      { ...hot, running: 2, pinned: 'off' },
      'drain: the model is pinned off: waiting for 2 invocations',
    ],
    ['pinned off and drained', { ...warm, heat: 'HOT', pinned: 'off' }, 'cool: the model is pinned off'],
    [
      'pinned off, failed, still wanted',
      { ...failed, wanted: 1, pinned: 'off' },
      'cool: the model is pinned off',
    ],
    ['pinned off while warming', { ...warming, pinned: 'off' }, 'stay'],
    ['off already', { ...off, enabled: false }, 'stay'],
    ['failed with nothing on', { heat: 'FAILED', enabled: false }, 'stay'],
    ['deleted drains', { ...gone, running: 1 }, 'drain: the model is deleted: waiting for 1 invocation'],
    ['deleted and drained', { ...gone, ready: 5 }, 'remove: the model is deleted'],
    ['deleted, off, still there', { ...off, retiring: true }, 'remove: the model is deleted'],
    ['deleted while warming', { ...warming, retiring: true }, 'remove: the model is deleted'],
    ['deleted and gone', { ...off, retiring: true, exists: false }, 'stay'],
  ])('%s', holds);
});

describe('a new deployment', () => {
  const outdated = { outdated: true };
  test.each<Row>([
    ['nothing runs', { ...warm, ...outdated }, 'roll: a new deployment'],
    ['tasks wait for it', { ...warm, ...outdated, ready: 9 }, 'roll: a new deployment'],
    [
      'work runs',
      { ...hot, ...outdated, ready: 9 },
      'drain: waiting for 1 invocation before the new deployment',
    ],
    [
      'more work runs',
      { ...hot, ...outdated, running: 2 },
      'drain: waiting for 2 invocations before the new deployment',
    ],
    [
      'warming',
      { ...warming, ...outdated, ready: 9 },
      'stay: the new deployment waits for the change under way',
    ],
    [
      'cooling',
      { heat: 'COOLING', instances: 1, ready: 1, ...outdated },
      'stay: the new deployment waits for the change under way',
    ],
    ['idle for its limit: cooled with the old one', { ...idle, ...outdated }, 'cool: idle for 10 min'],
    ['cold and nobody asks', { ...off, ...outdated }, 'stay: the new deployment waits for the next task'],
    ['cold and needed', { ...off, ...outdated, ready: 1 }, 'roll: a new deployment'],
    ['nothing there to roll', { ...off, ...outdated, exists: false, ready: 1 }, 'warm 1: 1 task waits'],
    ['failed, too early', { ...failed, ...outdated, ready: 1 }, 'stay: failed: retried in 60 s'],
    ['failed, time to retry', { ...failed, ...outdated, ready: 1, retryAt: NOON }, 'roll: a new deployment'],
    ['disabled', { ...warm, ...outdated, enabled: false }, 'cool: the model is disabled'],
    [
      'held, the old one serves',
      { ...warm, ...outdated, ...scaleIn },
      'stay: scale-in is paused: a new deployment',
    ],
    ['held, the old one grows', { ...warm, ...outdated, ...scaleIn, ready: 3 }, 'warm 2: 3 tasks wait'],
    [
      'nothing serves, nothing is held',
      { ...off, ...outdated, ...scaleIn, ready: 1 },
      'roll: a new deployment',
    ],
    [
      'cold and held',
      { ...off, ...outdated, ...scaleOut, ready: 1 },
      'stay: scale-out is paused: a new deployment',
    ],
    ['the one that serves is changed', { ...warm, ...outdated, ...scaleOut }, 'roll: a new deployment'],
  ])('%s', holds);
});

describe('brakes', () => {
  test.each<Row>([
    ['no growth', { ...off, ...scaleOut, ready: 1 }, 'stay: scale-out is paused: 1 task waits'],
    [
      'no more',
      { ...hot, ...scaleOut, ready: 4 },
      'stay: scale-out is paused: 4 tasks wait, 1 invocation runs',
    ],
    [
      'not for a pin',
      { ...off, ...scaleOut, pinned: 'on' },
      'stay: scale-out is paused: the model is pinned on',
    ],
    [
      'not after a failure',
      { ...failed, ...scaleOut, wanted: 1, ready: 1, retryAt: NOON },
      'stay: scale-out is paused: 1 task waits',
    ],
    ['no cooling', { ...idle, ...scaleIn }, 'stay: scale-in is paused: idle for 10 min'],
    [
      'no shrinking',
      { ...large, ...scaleIn },
      'stay: scale-in is paused: 1 instance would have been enough for 10 min',
    ],
    [
      'no drain',
      { ...hot, ...scaleIn, enabled: false },
      'stay: scale-in is paused: the model is disabled: waiting for 1 invocation',
    ],
    ['no removal', { ...off, ...scaleIn, retiring: true }, 'stay: scale-in is paused: the model is deleted'],
    ['the other brake: growth', { ...off, ...scaleIn, ready: 1 }, 'warm 1: 1 task waits'],
    ['the other brake: cooling', { ...idle, ...scaleOut }, 'cool: idle for 10 min'],
    [
      'the other brake: shrinking',
      { ...large, ...scaleOut },
      'warm 1: 1 instance would have been enough for 10 min',
    ],
    [
      'a fault is still reported',
      { ...warming, ...scaleIn, ...scaleOut, warmingSince: later(-9999) },
      'fail: warming for 3 h, it should take 5 min',
    ],
  ])('%s', holds);
});

test('`neededInstances` matches the decision of `decide`', () => {
  const some = load({ ...off, ready: 2, forecast: [need(60), need(9999)] });
  expect(neededInstances(modelOf(), some, NOON)).toBe(2);
  expect(neededInstances(modelOf({ minInstances: 3 }), some, NOON)).toBe(3);
  expect(neededInstances(modelOf(), load(warm), NOON)).toBe(0);
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

test('a need that takes over a slot keeps the model on, and needs no further instance', () => {
  const follower = { ...need(60), takesOver: true as const };
  const chain = load({ ...hot, running: 2, forecast: [follower, follower] });
  expect(neededInstances(modelOf(), chain, NOON)).toBe(1);
  expect(neededInstances(modelOf(), { ...chain, forecast: [need(60), follower] }, NOON)).toBe(2);
  expect(neededInstances(modelOf(), load({ ...off, forecast: [follower] }), NOON)).toBe(1);
});

test.each<[string, Partial<ModelState>, number]>([
  ['of unknown length: all at once', { forecast: [need(10), need(20), need(30)] }, 2],
  ['one after the other', { forecast: [10, 20, 30].map((at) => ({ ...need(at), seconds: 10 })) }, 1],
  ['less sure of it', { forecast: [10, 20, 30].map((at) => ({ ...need(at, 3), seconds: 10 })) }, 1],
  ['not sure at all', { forecast: [10, 20, 30].map((at) => ({ ...need(at, 20), seconds: 10 })) }, 2],
  [
    'when others will have ended',
    { running: 2, ends: [later(5), later(9)], forecast: [need(10), need(10)] },
    1,
  ],
  ['when one of them will', { running: 2, ends: [later(5)], forecast: [need(10), need(10)] }, 2],
  ['while they run', { running: 2, ends: [later(50), later(50)], forecast: [need(10)] }, 2],
  // The expected ends may be of more tasks than run now.
  ['of more than run', { running: 1, ends: [later(5), later(5)], forecast: [need(10), need(10)] }, 1],
  ['of what waits nobody knows the end', { ready: 2, forecast: [need(100)] }, 2],
])('needs count by overlap: %s', (_, change, instances) => {
  expect(neededInstances(modelOf(), load({ ...hot, running: 0, ...change }), NOON)).toBe(instances);
});

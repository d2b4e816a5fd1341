/** Scaling by demand: what warms a model, what keeps it on, what turns it off. */
import { describe, expect, test } from 'vitest';
import {
  modelOf,
  load,
  need,
  off,
  warm,
  hot,
  warming,
  idle,
  large,
  type Row,
  holds,
} from '../testing/model-load.js';
import { cheaperToKeep, heatOf } from './scaling.js';
import { later, NOON } from '../testing/workflow-drawing.js';
import { neededInstances, type ModelState } from './demand.js';

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

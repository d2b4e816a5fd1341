/** Scaling of a model that fails, is disabled or deleted, is deployed anew, or is braked. */
import { describe, expect, test } from 'vitest';
import {
  off,
  warm,
  hot,
  warming,
  idle,
  failed,
  large,
  scaleIn,
  scaleOut,
  type Row,
  holds,
} from '../testing/model-load.js';
import { later, NOON } from '../testing/workflow-drawing.js';
import { withoutStopping, type ScalingDecision } from './scaling.js';

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

test('a decision by less than what is known stops nothing', () => {
  const kept: ScalingDecision[] = [
    { kind: 'warm', instances: 2, reason: 'two tasks wait' },
    { kind: 'stay', reason: 'failed: retried in 60 s' },
  ];
  for (const verdict of kept) expect(withoutStopping(verdict)).toBe(verdict);
  for (const kind of ['cool', 'roll', 'drain', 'remove', 'fail'] as const)
    expect(withoutStopping({ kind, reason: 'idle' })).toEqual({ kind: 'stay', reason: null });
});

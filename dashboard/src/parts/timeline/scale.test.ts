import { expect, test } from 'vitest';
import { draw, ticks, tickText, type Bar } from './scale';

const bar = (key: string, more: Partial<Bar> = {}): Bar => ({
  key,
  name: key,
  status: 'pending',
  queuedAt: null,
  startedAt: null,
  endedAt: null,
  expectedMs: null,
  dependsOn: [],
  ...more,
});

test('ticks are at round times, never more than eight', () => {
  expect(ticks(352_000)).toEqual([0, 60_000, 120_000, 180_000, 240_000, 300_000]);
  expect(ticks(900)).toEqual([0, 200, 400, 600, 800]);
  for (const span of [1, 999, 12_345, 400_000, 9e6, 3e9, 9e10])
    expect(ticks(span).length).toBeLessThanOrEqual(8);
  expect([0, 400, 90_000, 5_400_000, 259_200_000].map(tickText)).toEqual([
    '0',
    '0.4 s',
    '1.5 m',
    '1.5 h',
    '3 d',
  ]);
});

test('the forecast of a finished execution is cut off at the end', () => {
  const { drawn, spanMs } = draw(
    [bar('fast', { status: 'succeeded', startedAt: 0, endedAt: 2_000, expectedMs: 60_000 })],
    0,
    2_000,
  );
  expect([spanMs, drawn[0]?.ghost]).toEqual([2_000, [0, 2_000]]);
});

test('finished work is solid, and hollow only where more was expected', () => {
  const { drawn, spanMs } = draw(
    [
      bar('early', {
        status: 'succeeded',
        queuedAt: 1_000,
        startedAt: 2_000,
        endedAt: 5_000,
        expectedMs: 4_000,
      }),
      bar('late', { status: 'succeeded', startedAt: 5_000, endedAt: 9_000, expectedMs: 1_000 }),
    ],
    1_000,
    60_000,
  );
  expect(drawn).toEqual([
    { key: 'early', wait: [0, 1_000], work: [1_000, 4_000], ghost: [1_000, 5_000] },
    { key: 'late', wait: null, work: [4_000, 8_000], ghost: null },
  ]);
  expect(spanMs).toBe(8_000);
});

test('future tasks follow their dependencies', () => {
  const { drawn, spanMs } = draw(
    [
      bar('a', { status: 'running', startedAt: 0, expectedMs: 10_000 }),
      bar('b', { expectedMs: 5_000, dependsOn: ['a'] }),
      bar('c', { dependsOn: ['b'] }),
    ],
    0,
    4_000,
  );
  expect(drawn.map(({ work, ghost }) => [work, ghost])).toEqual([
    [
      [0, 4_000],
      [0, 10_000],
    ],
    [null, [10_000, 15_000]],
    [null, null],
  ]);
  expect(spanMs).toBe(15_000);
});

test('a task that never began has no bar', () => {
  const { drawn, spanMs } = draw(
    [bar('a', { status: 'skipped', expectedMs: 5_000, endedAt: 4_000 })],
    0,
    90_000,
  );
  expect(drawn).toEqual([{ key: 'a', wait: null, work: null, ghost: null }]);
  expect(spanMs).toBe(1_000);
});

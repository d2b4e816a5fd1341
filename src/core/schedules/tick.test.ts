import { describe, expect, test } from 'vitest';
import { decideTick, dueAt, judgeDue, MISSED_AT_ONCE, MOST_WAITING, type Ticking } from './tick.js';

const schedule = (changes: Partial<Ticking> = {}): Ticking => ({
  id: '7b0c6a52-3c1c-4d5e-9d1e-2f6f0a9b8c7d',
  timing: { cron: '0 * * * *', timeZone: 'UTC' },
  nextAt: new Date('2026-01-01T01:00:00Z'),
  catchUpSeconds: 3_600,
  jitterSeconds: 0,
  ...changes,
});
const at = (time: string) => new Date(`2026-01-01T${time}:00Z`);

describe('what is due', () => {
  test.each([
    ['on time', '01:00', { kind: 'tick', at: at('01:00'), next: at('02:00') }],
    ['late', '01:59', { kind: 'tick', at: at('01:00'), next: at('02:00') }],
    ['at the end of the window', '02:00', { kind: 'tick', at: at('01:00'), next: at('02:00') }],
    [
      'one too old',
      '02:01',
      { kind: 'missed', at: at('01:00'), lastAt: at('01:00'), times: 1, next: at('02:00') },
    ],
    [
      'several too old',
      '05:30',
      { kind: 'missed', at: at('01:00'), lastAt: at('04:00'), times: 4, next: at('05:00') },
    ],
  ])('%s', (_, now, expected) => {
    expect(judgeDue(schedule(), at(now))).toEqual(expected);
  });

  test('after a long time, so many are counted at once that it takes milliseconds', () => {
    const timing = { intervalSeconds: 60, from: at('00:00') };
    const due = judgeDue(schedule({ timing }), new Date('2027-01-01T00:00:00Z'));
    expect(due).toMatchObject({
      kind: 'missed',
      times: MISSED_AT_ONCE,
      next: new Date(at('01:00').getTime() + MISSED_AT_ONCE * 60_000),
    });
  });
});

test('jitter delays each tick by its own part of it, by the same in every process', () => {
  const jittered = schedule({ jitterSeconds: 600 });
  const delays = Array.from({ length: 200 }, (_, hour) => {
    const tick = new Date(Date.UTC(2026, 0, 1, hour));
    expect(dueAt(jittered, tick)).toEqual(dueAt(jittered, tick));
    return dueAt(jittered, tick).getTime() - tick.getTime();
  });
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThanOrEqual(600_000);
  expect(new Set(delays).size).toBeGreaterThan(150);
  expect(dueAt(schedule(), at('01:00'))).toEqual(at('01:00'));
  expect(judgeDue({ ...jittered, catchUpSeconds: 60 }, dueAt(jittered, at('01:00'))).kind).toBe('tick');
});

describe('a tick', () => {
  const start = { kind: 'start', cancelOthers: false };
  test.each([
    ['allow', 0, 0, start],
    ['allow', 3, 0, start],
    ['skip', 0, 0, start],
    ['skip', 1, 0, { kind: 'skip', code: 'overlap' }],
    ['queue', 0, 0, start],
    ['queue', 1, 0, { kind: 'wait' }],
    // It does not pass those that wait.
    ['queue', 0, 1, { kind: 'wait' }],
    ['queue', 1, MOST_WAITING - 1, { kind: 'wait' }],
    ['queue', 1, MOST_WAITING, { kind: 'skip', code: 'queue_full' }],
    ['cancel_other', 0, 0, start],
    ['cancel_other', 2, 0, { kind: 'start', cancelOthers: true }],
    // The policy was `queue` before.
    ['skip', 0, 1, { kind: 'skip', code: 'overlap' }],
    ['cancel_other', 0, 1, start],
  ] as const)('with the policy %s, %i live and %i waiting', (overlap, live, waiting, expected) => {
    expect(decideTick(overlap, { live, waiting })).toMatchObject(expected);
  });
});

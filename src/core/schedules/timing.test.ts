import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cronFault, jitterFault, nextTicks, ticksOf, timeZoneFault, timingOf } from './timing.js';

const ahead = (cron: string, timeZone: string, after: string, count: number) =>
  nextTicks({ cron, timeZone }, new Date(after), count).map((at) => at.toISOString().slice(0, 16));

describe('a cron expression', () => {
  test.each([
    ['every day', '30 2 * * *', 'UTC', '2026-01-01T02:30:00Z', ['2026-01-02T02:30', '2026-01-03T02:30']],
    [
      'weekdays',
      '0 9 * * MON-FRI',
      'Asia/Tokyo',
      '2026-01-02T00:00:00Z',
      ['2026-01-05T00:00', '2026-01-06T00:00'],
    ],
    [
      'the last day of the month',
      '0 0 L * *',
      'UTC',
      '2026-02-01T00:00:00Z',
      ['2026-02-28T00:00', '2026-03-31T00:00'],
    ],
    ['a leap day', '0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00']],
    [
      'day of month or day of week',
      '0 0 13 * 5',
      'UTC',
      '2026-01-09T00:00:00Z',
      ['2026-01-13T00:00', '2026-01-16T00:00'],
    ],
    ['a nickname', '@weekly', 'UTC', '2026-01-01T00:00:00Z', ['2026-01-04T00:00', '2026-01-11T00:00']],
    [
      'half an hour from UTC',
      '0 0 * * *',
      'Asia/Kolkata',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T18:30', '2026-01-02T18:30'],
    ],
    // The clock goes from 02:00 to 03:00: what is skipped ticks at 03:00, once.
    [
      'in the hour that is skipped',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'at the end of the gap and in it',
      '0 2,3 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00', '2026-03-30T00:00'],
    ],
    [
      'each half hour through the gap',
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30'],
    ],
    [
      'a gap of half an hour',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-02T16:00:00Z',
      ['2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'a gap of two hours',
      '30 1 * * *',
      'Antarctica/Troll',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00', '2026-03-29T23:30'],
    ],
    [
      'a gap at midnight',
      '0 0 * * *',
      'Africa/Cairo',
      '2026-04-23T00:00:00Z',
      ['2026-04-23T22:00', '2026-04-24T21:00'],
    ],
    // The clock goes from 03:00 back to 02:00.
    [
      'in the hour that occurs twice',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'each hour, also the second time',
      '30 * * * *',
      'Europe/Berlin',
      '2026-10-24T23:45:00Z',
      ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
    ],
    [
      'an overlap of half an hour',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T00:00:00Z',
      ['2026-04-04T14:45', '2026-04-05T15:15'],
    ],
  ])('%s: %s in %s after %s', (_, cron, timeZone, after, expected) => {
    expect(ahead(cron, timeZone, after, expected.length)).toEqual(expected);
  });

  test.each([
    ['* * * * *', null],
    [' 0  12 * * 1#2 ', null],
    ['@daily', null],
    ['* * * * * *', 'must have five fields'],
    ['2026-12-24T00:00:00', 'must have five fields'],
    ['', 'must have five fields'],
    ['@reboot', 'must have five fields'],
    ['? * * * *', 'must not contain "?"'],
    ['61 * * * *', 'is not a cron expression: Invalid value for minute: 61'],
    ['5-1 * * * *', 'is not a cron expression: From value is larger'],
    ['H * * * *', 'is not a cron expression: '],
    ['0 0 30 2 *', 'never ticks'],
  ])('%j is checked', (cron, fault) => {
    if (fault === null) expect(cronFault(cron)).toBeNull();
    else expect(cronFault(cron)).toContain(fault);
  });
});

test.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['Nowhere/City', false],
  ['+02:00', false],
  ['', false],
])('the time zone %j is one: %s', (zone, isOne) => {
  expect(timeZoneFault(zone) === null).toBe(isOne);
});

test.each([
  ['2026-01-01T00:00:00Z', '2026-01-01T01:30:00.000Z'],
  ['2025-12-31T00:00:00Z', '2026-01-01T01:30:00.000Z'],
  ['2026-01-01T01:29:59Z', '2026-01-01T01:30:00.000Z'],
  ['2026-01-01T01:30:00Z', '2026-01-01T03:00:00.000Z'],
  ['2026-01-02T00:10:00Z', '2026-01-02T01:30:00.000Z'],
])('an interval of 90 minutes from midnight, after %s', (after, expected) => {
  const next = ticksOf({ intervalSeconds: 5_400, from: new Date('2026-01-01T00:00:00Z') });
  expect(next(new Date(after))?.toISOString()).toBe(expected);
});

test.each([
  ['*/5 * * * *', 300, null],
  ['*/5 * * * *', 301, 'must be at most 300 seconds'],
  ['0 2,3 * * *', 3_600, null],
  ['0 2,3 * * *', 3_601, 'must be at most 3600 seconds'],
])('%s with a jitter of %i s', (cron, jitter, fault) => {
  const found = jitterFault({ cron, timeZone: 'UTC' }, jitter, new Date('2026-01-01T00:00:00Z'));
  if (fault === null) expect(found).toBeNull();
  else expect(found).toContain(fault);
});

test('a row holds either a cron expression or an interval', () => {
  const row = { timeZone: 'UTC', countedFrom: new Date(0) };
  expect(timingOf({ ...row, cron: '@daily', intervalSeconds: null })).toEqual({
    cron: '@daily',
    timeZone: 'UTC',
  });
  expect(timingOf({ ...row, cron: null, intervalSeconds: 60 })).toEqual({
    intervalSeconds: 60,
    from: new Date(0),
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Africa/Cairo',
];
const MINUTE = 60_000;
/** Around the changes of 2026, and between them. */
const somewhen = fc
  .tuple(
    fc.constantFrom(
      '2026-03-08',
      '2026-03-29',
      '2026-04-05',
      '2026-04-24',
      '2026-07-01',
      '2026-10-04',
      '2026-10-25',
      '2026-11-01',
    ),
    fc.integer({ min: -36 * 60, max: 24 * 60 }),
  )
  .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE);
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.constantFrom('*/5', '*/7', `${min}-${max}/3`),
    fc
      .uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 3 })
      .map((list) => list.sort((a, b) => a - b).join(',')),
  );

/** By the formatter of the platform, which knows nothing of cron. */
function clockIn(timeZone: string): (at: number) => { hour: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return (at) => {
    const [hour, minute] = format.format(at).split(':').map(Number);
    return { hour: hour as number, minute: minute as number };
  };
}
const holds = (text: string, value: number): boolean =>
  text.split(',').some((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [from = 0, to = part.includes('/') ? 59 : from] =
      range === '*' ? [0, 59] : range.split('-').map(Number);
    return value >= from && value <= to && (value - from) % Number(step) === 0;
  });

test('any expression ticks at each minute that fits it, in order, and else only where the clock has just changed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      field(0, 59),
      field(0, 23),
      somewhen,
      (timeZone, minute, hour, start) => {
        const clock = clockIn(timeZone);
        const end = start + 30 * 60 * MINUTE;
        const next = ticksOf({ cron: `${minute} ${hour} * * *`, timeZone });
        const ticks: number[] = [];
        for (let at = next(new Date(start)); at !== null && at.getTime() <= end; at = next(at)) {
          expect(at.getTime()).toBeGreaterThan(ticks.at(-1) ?? start);
          ticks.push(at.getTime());
        }
        const offset = (at: number) =>
          (clock(at).hour * 60 + clock(at).minute - Math.floor(at / MINUTE)) % 1_440;
        const hasChanged = (at: number, within: number) => (offset(at) - offset(at - within)) % 1_440 !== 0;
        const ticked = new Set(ticks);
        for (let at = start + MINUTE; at <= end; at += MINUTE) {
          const now = clock(at);
          const fits = holds(minute, now.minute) && holds(hour, now.hour);
          const where = `${minute} ${hour} ${timeZone} ${new Date(at).toISOString()}`;
          // The second time that a clock shows the same minute may be left out.
          if (ticked.has(at) && !fits) expect(hasChanged(at, MINUTE), where).toBe(true);
          if (!ticked.has(at) && fits) expect(hasChanged(at, 120 * MINUTE), where).toBe(true);
        }
      },
    ),
    { numRuns: 25 },
  );
});

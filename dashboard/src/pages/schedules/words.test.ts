import { expect, it } from 'vitest';
import { draftOf, inZone, timingInWords, timingOf, type Draft } from './words';

const CRON = { cron: '30 2 * * 1-5', timeZone: 'Europe/Berlin', intervalSeconds: null };
const INTERVAL = { cron: null, timeZone: 'UTC', intervalSeconds: 7_200 };

it('names a timing in words, and a tick by its clock', () => {
  expect(timingInWords(CRON)).toBe('30 2 * * 1-5, Europe/Berlin');
  expect(timingInWords(INTERVAL)).toBe('every 2 h');
  expect(inZone('2026-11-27T01:30:00Z', CRON)).toBe('Fri, 27 Nov 2026, 02:30 CET');
  expect(inZone('2026-11-27T01:30:07Z', INTERVAL)).toBe('Fri, 27 Nov 2026, 01:30:07 UTC');
});

it.each<[Partial<Draft>, ReturnType<typeof timingOf>]>([
  [{ cron: ' 30 2 * * 1-5 ', timeZone: 'Europe/Berlin' }, CRON],
  [{ cron: ' ' }, null],
  [{ timeZone: '' }, null],
  [{ isCron: false, intervalSeconds: 7_200 }, INTERVAL],
  [{ isCron: false, intervalSeconds: undefined }, null],
])('sends the timing of %j', (changes, timing) => {
  expect(timingOf({ ...draftOf(null, 'UTC'), ...changes })).toEqual(timing);
});

/** Schedules in words, and what their form sends. */
import type { components } from '../../api/contract';
import { duration } from '../../parts/quantities';

export type Schedule = components['schemas']['Schedule'];
export type Timing = Pick<Schedule, 'cron' | 'timeZone' | 'intervalSeconds'>;
export type Overlap = Schedule['overlap'];

export const OVERLAPS: readonly { value: Overlap; label: string }[] = [
  { value: 'skip', label: 'Skip the tick' },
  { value: 'queue', label: 'Let the tick wait' },
  { value: 'allow', label: 'Start another' },
  { value: 'cancel_other', label: 'Cancel the other' },
];

/** `30 2 * * 1-5, Europe/Berlin`, or `every 2 h`. */
export const timingInWords = ({ cron, timeZone, intervalSeconds }: Timing): string =>
  cron === null
    ? `every ${duration((intervalSeconds ?? 0) * 1_000).replace(/ 0 [hms]$/, '')}`
    : `${cron}, ${timeZone}`;

/** A tick by the clock of the schedule: `Fri, 27 Nov 2026, 02:30 CET`. */
export const inZone = (at: string, { cron, timeZone }: Timing): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: cron === null ? 'UTC' : timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(cron === null && { second: '2-digit' }),
    timeZoneName: 'short',
  }).format(new Date(at));

/** The fields of the form: texts as typed, until they are sent. */
export interface Draft {
  name: string;
  isCron: boolean;
  cron: string;
  timeZone: string;
  intervalSeconds: number | undefined;
  overlap: Overlap;
  catchUpSeconds: number | undefined;
  jitterSeconds: number | undefined;
}

export const draftOf = (schedule: Schedule | null, timeZone: string): Draft => ({
  name: schedule?.name ?? '',
  isCron: schedule === null || schedule.cron !== null,
  cron: schedule?.cron ?? '0 2 * * *',
  timeZone: schedule?.cron ? schedule.timeZone : timeZone,
  intervalSeconds: schedule?.intervalSeconds ?? 3_600,
  overlap: schedule?.overlap ?? 'skip',
  catchUpSeconds: schedule?.catchUpSeconds ?? 3_600,
  jitterSeconds: schedule?.jitterSeconds ?? 0,
});

/** The timing to preview and to send; null while it is not whole. */
export function timingOf({ isCron, cron, timeZone, intervalSeconds }: Draft): Timing | null {
  if (isCron)
    return cron.trim() === '' || timeZone === ''
      ? null
      : { cron: cron.trim(), timeZone, intervalSeconds: null };
  return intervalSeconds === undefined ? null : { cron: null, timeZone: 'UTC', intervalSeconds };
}

/** The next ten ticks of a timing, by the clock of its time zone. */
import { Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';
import { problemText } from '../../parts/page/problem';
import { ago, utc } from '../../parts/quantities';
import { inZone, type Timing } from './words';
import classes from './Schedules.module.css';

/** Long enough to type a field of an expression. */
const PAUSE_MS = 300;

/** Of a timing that is not saved yet. */
export function Preview({ timing }: { timing: Timing | null }) {
  const serialised = JSON.stringify(timing);
  const [asked] = useDebouncedValue(serialised, PAUSE_MS);
  const { data, error } = useQuery({
    queryKey: ['schedule preview', asked],
    queryFn: () => {
      const { cron, timeZone, intervalSeconds } = JSON.parse(asked) as Timing;
      const query = cron === null ? { intervalSeconds: intervalSeconds ?? 0 } : { cron, timeZone };
      return take(api.GET('/v1/schedules/preview', { params: { query } }));
    },
    enabled: timing !== null && asked === serialised,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (timing === null) return <p className="quiet">Fill in when it runs.</p>;
  if (error && asked === serialised)
    return (
      <p role="status" className={classes.wrong}>
        {problemText(error)}
      </p>
    );
  return data ? <NextTimes times={data.nextTimes} timing={timing} /> : <Skeleton height={220} />;
}

export const NextTimes = ({ times, timing }: { times: readonly string[]; timing: Timing }) => (
  <ol className={classes.times} aria-label="The next ticks">
    {times.map((at) => (
      <li key={at}>
        <time dateTime={at} title={utc(at)}>
          {inZone(at, timing)}
        </time>{' '}
        <span className="faint">{ago(at)}</span>
      </li>
    ))}
  </ol>
);

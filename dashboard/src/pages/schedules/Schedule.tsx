/** One schedule: when it ticks next, what it did, and what can be done with it. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live';
import { Value } from '../../parts/code/Value';
import { Absent } from '../../parts/page/Absent';
import { Card } from '../../parts/page/Card';
import { Page } from '../../parts/page/Page';
import { ago, duration, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { Actions } from './Actions';
import { NextTimes } from './NextTimes';
import { scheduleQuery } from './queries';
import { Ticks } from './Ticks';
import { OVERLAPS, timingInWords, type Schedule as Shown } from './words';

const route = getRouteApi('/schedules/$id');

export default function Schedule() {
  const { id } = route.useParams();
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(id));
  useLive('/v1/events', [['schedules', id]], 'execution');
  const trail = (
    <>
      <Link to="/schedules" className="plain">
        Schedules
      </Link>{' '}
      / <span className="mono">{id.slice(0, 8)}</span>
    </>
  );
  if (!schedule)
    return (
      <Page title="Schedule" trail={trail}>
        {error ? (
          <Absent error={error} retry={() => void refetch()} what="schedule" id={id} list="/schedules" />
        ) : (
          <Skeleton height={240} radius={8} />
        )}
      </Page>
    );
  const { paused, request } = schedule;
  return (
    <Page
      title={schedule.name}
      trail={trail}
      state={paused && <State of="paused" />}
      actions={<Actions schedule={schedule} />}
      facts={factsOf(schedule)}
    >
      {paused && (
        <Card title="Paused" aside={`by ${paused.by ?? 'Radiant'}, ${ago(paused.at)}`}>
          {paused.reason}
        </Card>
      )}
      <Card title="Next ten ticks">
        {paused ? (
          <p className="quiet">It is paused. What it would start now is not made up for.</p>
        ) : (
          <NextTimes times={schedule.nextTimes} timing={schedule} />
        )}
      </Card>
      <Ticks schedule={schedule} />
      {request && (
        <Card title="Each execution">
          <Value of={request} />
        </Card>
      )}
    </Page>
  );
}

function factsOf(schedule: Shown): [string, React.ReactNode][] {
  const { workflowId, nextAt, overlap, catchUpSeconds, jitterSeconds, runsAs, waiting } = schedule;
  return [
    [
      'Workflow',
      <Link key="w" to="/workflows/$id" params={{ id: workflowId }} className="plain">
        {workflowId}
      </Link>,
    ],
    ['When', timingInWords(schedule)],
    ...(nextAt === null
      ? []
      : ([
          [
            'Next',
            <time key="n" dateTime={nextAt} title={utc(nextAt)}>
              {ago(nextAt)}
            </time>,
          ],
        ] satisfies [string, React.ReactNode][])),
    ['While one is live', OVERLAPS.find(({ value }) => value === overlap)?.label ?? overlap],
    ...(waiting > 0 ? ([['Ticks that wait', waiting]] satisfies [string, React.ReactNode][]) : []),
    ['Catch-up', duration(catchUpSeconds * 1_000)],
    ...(jitterSeconds > 0
      ? ([['Jitter', duration(jitterSeconds * 1_000)]] satisfies [string, React.ReactNode][])
      : []),
    ['Runs as', runsAs],
  ];
}

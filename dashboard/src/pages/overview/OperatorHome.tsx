/** The overview for roles that run the system. */
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@mantine/core';
import { api, take } from '../../api/client';
import { Card } from '../../parts/page/Card';
import { StackedBars } from '../../parts/charts/StackedBars';
import { StepChart } from '../../parts/charts/StepChart';
import { day, usd } from '../../parts/quantities';
import { ErrorNotice } from '../../parts/page/ErrorNotice';
import { Alerts } from './Alerts';
import { Figures } from './Figures';
import { Models } from './Models';
import classes from './Overview.module.css';

const PARTS = [
  { name: 'GPU time', color: 'var(--series-1)' },
  { name: 'Idle', color: 'var(--series-3)' },
  { name: 'Not yet allocated', color: 'var(--series-2)' },
];

export function OperatorHome() {
  const cost = useQuery({
    queryKey: ['overview', 'cost'],
    queryFn: () => take(api.GET('/v1/metrics/cost', { params: { query: { days: 14 } } })),
  });
  return (
    <>
      <Figures days={cost.data?.days} />
      <div className={classes.two}>
        <Card title="Queue, 24 h" aside="tasks">
          <Queue />
        </Card>
        <Card title="Cost, 14 days" aside="what instances cost us">
          {cost.error && !cost.data ? (
            <ErrorNotice error={cost.error} retry={() => void cost.refetch()} />
          ) : cost.data ? (
            <StackedBars
              label="Cost of the last 14 days by day"
              parts={PARTS}
              show={usd}
              bars={cost.data.days.map(({ day: at, gpuUsd, idleUsd, openUsd }) => ({
                label: day(at),
                values: [gpuUsd, idleUsd, openUsd].map(Number),
              }))}
            />
          ) : (
            <Skeleton height={204} />
          )}
        </Card>
      </div>
      <Alerts />
      <Models />
    </>
  );
}

function Queue() {
  const { data, error, refetch } = useQuery({
    queryKey: ['overview', 'queue'],
    queryFn: () => take(api.GET('/v1/metrics/queue', { params: { query: {} } })),
  });
  if (error && !data) return <ErrorNotice error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={204} />;
  const counts = (wanted: string) => {
    const { points = [], last = 0 } = data.series.find(({ name }) => name === wanted) ?? {};
    return { points, now: last };
  };
  return (
    <StepChart
      label="The queue of the last 24 hours"
      from={data.from}
      stepSeconds={data.stepSeconds}
      series={[
        { name: 'Queued', color: 'var(--queued)', area: true, ...counts('queued') },
        { name: 'Running', color: 'var(--running)', ...counts('running') },
      ]}
    />
  );
}

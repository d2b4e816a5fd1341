/** The queue by model and by tenant, with the expected waiting time. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { useLive } from '../../api/live';
import { usePages } from '../../api/pages';
import { Card } from '../../parts/page/Card';
import { StepChart } from '../../parts/charts/StepChart';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { Empty } from '../../parts/page/Empty';
import { Page } from '../../parts/page/Page';
import { clock, duration } from '../../parts/quantities';
import { useMay } from '../../shell/session';
import classes from './Operations.module.css';

type Row = Got<'/v1/queue'>['items'][number];

export default function Queue() {
  const may = useMay();
  useLive('/v1/events', [['queue']]);
  const queue = usePages(['queue', 'models'], (page) =>
    take(api.GET('/v1/queue', { params: { query: page } })),
  );
  const series = useQuery({
    queryKey: ['queue', 'series'],
    queryFn: () => take(api.GET('/v1/metrics/queue', { params: { query: {} } })),
  });
  const busy = queue.rows?.filter(
    ({ waiting, running, instances, wanted, managed }) =>
      waiting + running + (managed ? instances + wanted : 0) > 0,
  );
  const waits = busy?.some(({ waiting }) => waiting > 0);
  return (
    <Page
      title="Queue"
      actions={
        may.operate && (
          <Button component="a" href="/queues/" target="_blank" rel="noopener">
            Open Bull Board
          </Button>
        )
      }
    >
      <Card title="By model" aside={busy && !waits ? 'nothing is waiting' : undefined} flush>
        <DataTable
          label="Queue by model"
          rows={busy}
          columns={COLUMNS}
          keyOf={({ modelId }) => modelId}
          error={queue.error}
          retry={queue.retry}
          more={queue.more}
          empty={
            <Empty
              action={
                may.run && (
                  <Link to="/workflows" className="plain">
                    Run a workflow
                  </Link>
                )
              }
            >
              Nothing is waiting.{lastBusy(series.data)}
            </Empty>
          }
        />
      </Card>
      {series.data && (
        <Card title="24 h" aside="tasks">
          <StepChart
            label="The queue of the last 24 hours"
            from={series.data.from}
            stepSeconds={series.data.stepSeconds}
            series={[
              { name: 'Queued', color: 'var(--queued)', area: true, ...countsOf(series.data, 'queued') },
              { name: 'Running', color: 'var(--running)', ...countsOf(series.data, 'running') },
            ]}
          />
        </Card>
      )}
    </Page>
  );
}

type Series = Got<'/v1/metrics/queue'>;
const countsOf = ({ series }: Series, wanted: string): { points: readonly number[]; now: number } => {
  const { points = [], last = 0 } = series.find(({ name }) => name === wanted) ?? {};
  return { points, now: last };
};

function lastBusy(data: Series | undefined): string {
  const last = data
    ? Math.max(...data.series.map(({ points }) => points.findLastIndex((count) => count > 0)))
    : -1;
  return data && last >= 0
    ? ` Something last ran at ${clock(new Date(Date.parse(data.from) + last * data.stepSeconds * 1_000))}.`
    : '';
}

const seconds = (amount: number | null): string => (amount === null ? '–' : duration(amount * 1_000));

const COLUMNS: Column<Row>[] = [
  {
    head: 'Model',
    cell: ({ modelId, displayName }) => (
      <Link to="/models/$id" params={{ id: modelId }} search={{ tab: 'thermal' }} className="plain">
        {displayName}
      </Link>
    ),
  },
  { head: 'Waiting', cell: ({ waiting }) => waiting, number: true },
  { head: 'Running', cell: ({ running }) => running, number: true },
  {
    head: 'Instances',
    cell: ({ instances, wanted, managed }) => (managed ? `${instances} of ${wanted}` : '–'),
    number: true,
    wide: true,
  },
  { head: 'Slots', cell: ({ slots }) => slots, number: true, wide: true },
  { head: 'Oldest wait', cell: ({ oldestWaitSeconds }) => seconds(oldestWaitSeconds), number: true },
  { head: 'Empty in about', cell: ({ drainSeconds }) => seconds(drainSeconds), number: true, wide: true },
  {
    head: 'By tenant',
    cell: ({ byTenant }) => (
      <span className={classes.share}>
        {byTenant.map(({ tenant, waiting, running }) => (
          <span key={tenant}>{`${tenant}: ${waiting} waiting, ${running} running`}</span>
        ))}
      </span>
    ),
    wide: true,
  },
];

/** The schedules: when each ticks next, what it started last, and which are paused. */
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { useLive } from '../../api/live';
import { usePages } from '../../api/pages';
import { Card } from '../../parts/page/Card';
import { Empty } from '../../parts/page/Empty';
import { Page } from '../../parts/page/Page';
import { ago, utc } from '../../parts/quantities';
import { State } from '../../parts/state/State';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { useMay } from '../../shell/session';
import { timingInWords } from './words';

type Row = Got<'/v1/schedules'>['items'][number];

const route = getRouteApi('/schedules');

export default function Schedules() {
  const navigate = route.useNavigate();
  const may = useMay();
  useLive('/v1/events', [['schedules']], 'execution');
  const { rows, error, retry, more } = usePages(['schedules'], (page) =>
    take(api.GET('/v1/schedules', { params: { query: page } })),
  );
  const create = may.run && (
    <Button variant="filled" renderRoot={(props) => <Link {...props} to="/schedules/new" />}>
      New schedule
    </Button>
  );
  return (
    <Page title="Schedules" actions={create}>
      <Card flush>
        <DataTable
          label="Schedules"
          rows={rows}
          keyOf={({ id }) => id}
          error={error}
          retry={retry}
          more={more}
          onOpen={({ id }) => void navigate({ to: '/schedules/$id', params: { id } })}
          columns={COLUMNS}
          empty={
            <Empty action={create}>
              There is no schedule yet. A schedule runs a workflow each night, each hour, or whenever a cron
              expression says.
            </Empty>
          }
        />
      </Card>
    </Page>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    head: 'Name',
    cell: ({ id, name }) => (
      <Link to="/schedules/$id" params={{ id }} className="plain">
        {name}
      </Link>
    ),
  },
  { head: 'Workflow', wide: true, cell: ({ workflowId }) => <span className="mono">{workflowId}</span> },
  { head: 'When', wide: true, cell: (row) => <span className="mono">{timingInWords(row)}</span> },
  {
    head: 'Next',
    cell: ({ nextAt, paused }) =>
      paused ? (
        <span title={paused.reason}>
          <State of="paused" />
        </span>
      ) : (
        nextAt && (
          <time dateTime={nextAt} title={utc(nextAt)}>
            {ago(nextAt)}
          </time>
        )
      ),
  },
  {
    head: 'Last execution',
    cell: ({ lastExecution }) =>
      lastExecution ? (
        <Link to="/executions/$id" params={{ id: lastExecution.id }} className="plain">
          <State of={lastExecution.status} plain />
        </Link>
      ) : (
        <span className="faint">none</span>
      ),
  },
  { head: 'Runs as', wide: true, cell: ({ runsAs }) => runsAs },
];

/** The overview for users: their workflows, their executions, and the remaining budget. */
import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { Card } from '../../parts/page/Card';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { Empty } from '../../parts/page/Empty';
import { Facts } from '../../parts/page/Page';
import { ago, duration, usd, utc } from '../../parts/quantities';
import { shownStatus, tookOf } from '../../parts/state/shownStatus';
import { State } from '../../parts/state/State';
import classes from './Overview.module.css';

type Execution = Got<'/v1/executions'>['items'][number];
type Workflow = Got<'/v1/workflows'>['items'][number];

export function UserHome({ latest }: { latest: readonly Execution[] | undefined }) {
  const workflows = useQuery({
    queryKey: ['overview', 'workflows'],
    queryFn: () => take(api.GET('/v1/workflows', { params: { query: { limit: 20 } } })),
  });
  const budget = useQuery({ queryKey: ['overview', 'budget'], queryFn: () => take(api.GET('/v1/budget')) });
  return (
    <>
      {budget.data && (
        <Facts
          facts={[
            ['Spent this month', usd(budget.data.spentUsd)],
            ['Reserved', usd(budget.data.reservedUsd)],
            ['Left', budget.data.remainingUsd === null ? 'no limit' : usd(budget.data.remainingUsd)],
          ]}
        />
      )}
      <Card
        title="Run a workflow"
        actions={
          <Link to="/workflows" className="plain">
            All workflows
          </Link>
        }
        flush
      >
        <DataTable
          label="Workflows"
          rows={workflows.data?.items}
          columns={WORKFLOWS}
          keyOf={({ id }) => id}
          error={workflows.error}
          retry={() => void workflows.refetch()}
          empty={
            <Empty
              action={
                <Link to="/models" className="plain">
                  See the models
                </Link>
              }
            >
              There is no workflow yet. An administrator must define the first one.
            </Empty>
          }
        />
      </Card>
      <Card
        title="Your latest executions"
        actions={
          <Link to="/executions" className="plain">
            All executions
          </Link>
        }
        flush
      >
        <DataTable
          label="Latest executions"
          rows={latest}
          columns={EXECUTIONS}
          keyOf={({ id }) => id}
          empty={
            <Empty
              action={
                <Link to="/workflows" className="plain">
                  Choose a workflow
                </Link>
              }
            >
              No executions yet. Run a workflow, and it will appear here.
            </Empty>
          }
        />
      </Card>
    </>
  );
}

const WORKFLOWS: Column<Workflow>[] = [
  {
    head: 'Workflow',
    cell: ({ id, name, description }) => (
      <>
        <Link to="/workflows/$id" params={{ id }} className={classes.name}>
          {name}
        </Link>
        <span className={classes.description}>{description}</span>
      </>
    ),
  },
  {
    head: 'Models',
    cell: ({ modelIds }) => <span className="quiet">{modelIds.join(', ') || '–'}</span>,
    wide: true,
  },
  {
    head: '',
    cell: ({ id, name }) => (
      <Button
        variant="filled"
        size="sm"
        leftSection={<IconPlayerPlay size={16} />}
        renderRoot={(props) => <Link to="/workflows/$id/run" params={{ id }} {...props} />}
        aria-label={`Run ${name}`}
      >
        Run
      </Button>
    ),
    number: true,
  },
];

const EXECUTIONS: Column<Execution>[] = [
  { head: 'Status', cell: (row) => <State of={shownStatus(row)} /> },
  {
    head: 'Execution',
    cell: ({ id, name, workflowId }) => (
      <Link to="/executions/$id" params={{ id }} className="plain">
        {name ?? workflowId} <span className="mono faint">{id.slice(0, 8)}</span>
      </Link>
    ),
  },
  {
    head: 'Asked',
    cell: ({ createdAt }) => (
      <time dateTime={createdAt} title={utc(createdAt)}>
        {ago(createdAt)}
      </time>
    ),
    wide: true,
  },
  { head: 'Duration', cell: (row) => duration(tookOf(row, Date.now())), number: true, wide: true },
  { head: 'Cost', cell: ({ cost }) => usd(cost.actualUsd), number: true },
];

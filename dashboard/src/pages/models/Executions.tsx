/** The latest executions that used this model. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Card } from '../../parts/page/Card';
import { DataTable } from '../../parts/table/DataTable';
import { Empty } from '../../parts/page/Empty';
import { ago, duration, usd, utc } from '../../parts/quantities';
import { shownStatus } from '../../parts/state/shownStatus';
import { State } from '../../parts/state/State';
import { executionsQuery } from './queries';

export function Executions({ modelId }: { modelId: string }) {
  const navigate = useNavigate();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    executionsQuery(modelId),
  );
  return (
    <Card
      title="Executions"
      flush
      actions={
        <Link to="/executions" search={{ modelId }} className="plain">
          All of this model
        </Link>
      }
    >
      <DataTable
        label="Executions that used this model"
        rows={data?.pages.flatMap(({ items }) => items)}
        keyOf={({ id }) => id}
        error={error}
        retry={() => void refetch()}
        onOpen={({ id }) => void navigate({ to: '/executions/$id', params: { id }, search: {} })}
        empty={
          <Empty
            action={
              <Link to="/workflows" search={{}} className="plain">
                Choose a workflow to run
              </Link>
            }
          >
            No execution has used this model yet.
          </Empty>
        }
        columns={[
          { head: 'Status', cell: (row) => <State of={shownStatus(row)} /> },
          {
            head: 'Execution',
            cell: ({ id }) => (
              <Link to="/executions/$id" params={{ id }} search={{}} className="plain mono">
                {id.slice(0, 8)}
              </Link>
            ),
          },
          { head: 'Workflow', cell: ({ workflowId }) => workflowId },
          {
            head: 'Accepted',
            cell: ({ createdAt }) => (
              <time dateTime={createdAt} title={utc(createdAt)}>
                {ago(createdAt)}
              </time>
            ),
          },
          { head: 'Duration', number: true, cell: ({ durationMs }) => duration(durationMs) },
          { head: 'Cost', number: true, cell: ({ cost }) => usd(cost.actualUsd) },
        ]}
        more={hasNextPage ? { fetch: () => void fetchNextPage(), busy: isFetchingNextPage } : null}
      />
    </Card>
  );
}

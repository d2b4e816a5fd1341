/** All executions, newest first: state, reason for waiting, and cost. */
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api, take } from '../../../api/client';
import { useLive } from '../../../api/live';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { ago, duration, plural, usd, utc } from '../../../parts/quantities';
import { compact } from '../../../parts/address';
import { SavedViews } from '../../../shell/views/SavedViews';
import { shownStatus, tookOf } from '../../../parts/state/shownStatus';
import { State } from '../../../parts/state/State';
import { SyntheticBadge } from '../../../parts/state/Synthetic';
import { useWorkflowNames, type WorkflowNames } from '../names';
import { useMay } from '../../../shell/session';
import { Bulk } from './Bulk';
import classes from '../Execution.module.css';
import { Filters } from './Filters';
import { isOver } from '../detail/view';
import { useNow } from '../detail/queries';
import { isFiltered, queryOf, reasonOf, renewed, split, type Filter, type Summary } from './list';

const route = getRouteApi('/executions');

export default function Executions() {
  const filter = route.useSearch();
  const may = useMay();
  const navigate = route.useNavigate();
  const set = (more: { [K in keyof Filter]?: Filter[K] | undefined }) =>
    void navigate({ search: (before) => compact({ ...before, ...more }), replace: true });
  return (
    <Page
      title="Executions"
      actions={
        <>
          {filter.tag && (
            <Button
              renderRoot={(props) => (
                <Link to="/executions/results" search={{ tag: filter.tag as string }} {...props} />
              )}
            >
              Compare results
            </Button>
          )}
          <SavedViews />
          {may.run && (
            <Button renderRoot={(props) => <Link to="/workflows" {...props} />}>Run a workflow</Button>
          )}
        </>
      }
    >
      <Filters filter={filter} onChange={set} />
      <List key={JSON.stringify(filter)} filter={filter} onClear={() => void navigate({ search: {} })} />
    </Page>
  );
}

function List({ filter, onClear }: { filter: Filter; onClear: () => void }) {
  const may = useMay();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const page = (cursor: string) =>
    take(
      api.GET('/v1/executions', {
        params: { query: { ...queryOf(filter), limit: 50, ...(cursor && { cursor }) } },
      }),
    );
  const beginning = { queryKey: ['executions', 'newest', filter], queryFn: () => page('') };
  const newest = useQuery(beginning);
  const asked = useInfiniteQuery({
    queryKey: ['executions', 'pages', filter],
    queryFn: ({ pageParam }) => (pageParam ? page(pageParam) : queries.fetchQuery(beginning)),
    initialPageParam: '',
    getNextPageParam: (last) => last?.nextCursor,
  });
  // Only the first page is fetched again, even if more are shown.
  useLive('/v1/events', [['executions', 'newest']]);
  const all = useMemo(() => {
    const pages = asked.data?.pages.flatMap((page): Summary[] => page?.items ?? []);
    return pages && (newest.data ? renewed(newest.data, pages) : pages);
  }, [asked.data, newest.data]);
  const names = useWorkflowNames();
  // Stable objects, so that no row renders again for them.
  const columns = useMemo(() => columnsOf(names), [names]);
  const [seen, setSeen] = useState<string | null>(null);
  const latest = all?.[0]?.createdAt ?? null;
  // The first rows are shown. Later ones are shown on request.
  if (seen === null && latest !== null) setSeen(latest);
  const { shown, fresh } = split(all ?? [], seen);
  return (
    <Card flush>
      {fresh > 0 && (
        <div style={{ padding: '10px 20px', borderBottom: '1px solid var(--line)' }} role="status">
          <Button
            onClick={() => {
              setSeen(latest);
              void asked.refetch();
            }}
          >
            {plural(fresh, 'new execution')}
          </Button>
        </div>
      )}
      <DataTable
        label="Executions"
        rows={all && shown}
        keyOf={({ id }) => id}
        error={asked.error}
        retry={() => void asked.refetch()}
        onOpen={({ id }) => void navigate({ to: '/executions/$id', params: { id } })}
        more={
          asked.hasNextPage
            ? { fetch: () => void asked.fetchNextPage(), busy: asked.isFetchingNextPage }
            : null
        }
        {...(may.run && {
          bulk: (chosen: readonly Summary[], clear: () => void) => <Bulk chosen={chosen} clear={clear} />,
        })}
        empty={
          isFiltered(filter) ? (
            <Empty action={<Button onClick={onClear}>Clear the filters</Button>}>
              No execution matches these filters: {Object.values(filter).join(', ')}.
            </Empty>
          ) : (
            <Empty
              action={
                <Button renderRoot={(props) => <Link to="/workflows" {...props} />}>
                  Choose a workflow to run
                </Button>
              }
            >
              No execution has been run yet.
            </Empty>
          )
        }
        columns={columns}
      />
    </Card>
  );
}

function Lasted({ of: row }: { of: Summary }) {
  const now = useNow(row.startedAt !== null && !isOver(row.status));
  return duration(tookOf(row, now));
}

const columnsOf = (names: WorkflowNames): readonly Column<Summary>[] => [
  { head: 'Status', cell: (row) => <State of={shownStatus(row)} /> },
  {
    head: 'Execution',
    cell: ({ id, name, workflowId, synthetic }) => (
      <>
        <Link to="/executions/$id" params={{ id }} className={`plain ${classes.wrapping}`}>
          {name ?? names.get(workflowId) ?? workflowId}
        </Link>{' '}
        {name && <span className="quiet">{names.get(workflowId) ?? workflowId} </span>}
        <code className="faint">{id.slice(0, 8)}</code> {synthetic && <SyntheticBadge />}
      </>
    ),
  },
  {
    head: 'Why',
    wide: true,
    cell: (row) => (
      <span className="quiet">{reasonOf(row) ?? (row.error && <code>{row.error.code}</code>)}</span>
    ),
  },
  {
    head: 'Tags',
    wide: true,
    cell: ({ tags }) => (
      <span className="quiet">
        {tags.map((tag, n) => (
          <span key={tag}>
            {n > 0 && ', '}
            <Link to="/executions" search={{ tag }} className="plain">
              {tag}
            </Link>
          </span>
        ))}
      </span>
    ),
  },
  {
    head: 'By',
    wide: true,
    cell: ({ submittedBy }) => submittedBy ?? <span className="faint">–</span>,
  },
  {
    head: 'Accepted',
    wide: true,
    cell: ({ createdAt }) => (
      <time dateTime={createdAt} title={utc(createdAt)}>
        {ago(createdAt)}
      </time>
    ),
  },
  { head: 'Duration', number: true, wide: true, cell: (row) => <Lasted of={row} /> },
  {
    head: 'Cost',
    number: true,
    cell: ({ cost }) => (
      <span
        className={classes.amount}
        title={cost.estimatedUsd === null ? undefined : `Expected: about ${usd(cost.estimatedUsd)}`}
      >
        {usd(cost.actualUsd)}
        {cost.estimatedUsd !== null && (
          <span className="faint" data-wide>
            {' '}
            of {usd(cost.estimatedUsd)}
          </span>
        )}
      </span>
    ),
  },
];

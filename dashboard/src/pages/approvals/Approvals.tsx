/** The inbox: approvals that wait for a decision of the user, and those that have ended. */
import { SegmentedControl } from '@mantine/core';
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
import { LISTS } from './lists';

type Approval = Got<'/v1/approvals'>['items'][number];

const route = getRouteApi('/approvals');

export default function Approvals() {
  const { status = 'waiting' } = route.useSearch();
  const navigate = route.useNavigate();
  useLive('/v1/events', [['approvals']], 'approval');
  const { rows, error, retry, more } = usePages(['approvals', status], (cursor) =>
    take(api.GET('/v1/approvals', { params: { query: { status, ...cursor } } })),
  );
  return (
    <Page
      title="Approvals"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Which approvals"
          value={status}
          onChange={(chosen) =>
            void navigate({
              search: { status: LISTS.find((one) => one === chosen) ?? 'waiting' },
              replace: true,
            })
          }
          data={[
            { value: 'waiting', label: 'Wait for you' },
            { value: 'decided', label: 'Ended' },
          ]}
        />
      }
    >
      <Card flush>
        <DataTable
          label="Approvals"
          rows={rows}
          keyOf={({ id }) => id}
          error={error}
          retry={retry}
          more={more}
          onOpen={({ id }) => void navigate({ to: '/approvals/$id', params: { id } })}
          columns={status === 'waiting' ? [...COLUMNS, DUE] : [STATUS, ...COLUMNS, DECIDED]}
          empty={
            <Empty>
              {status === 'waiting'
                ? 'Nothing waits for your decision. Executions ask here when they reach a task of type approval.'
                : 'No approval has ended yet that you might have decided.'}
            </Empty>
          }
        />
      </Card>
    </Page>
  );
}

const COLUMNS: readonly Column<Approval>[] = [
  {
    head: 'Question',
    cell: ({ id, text, taskName }) => (
      <Link to="/approvals/$id" params={{ id }} className="plain">
        {text ?? taskName}
      </Link>
    ),
  },
  {
    head: 'Execution',
    wide: true,
    cell: ({ executionId, executionName, workflowName }) => (
      <>
        {executionName ?? workflowName} <code className="faint">{executionId.slice(0, 8)}</code>
      </>
    ),
  },
  { head: 'Requested by', wide: true, cell: ({ requestedBy }) => requestedBy },
  {
    head: 'Since',
    wide: true,
    cell: ({ requestedAt }) => (
      <time dateTime={requestedAt} title={utc(requestedAt)}>
        {ago(requestedAt)}
      </time>
    ),
  },
];

const STATUS: Column<Approval> = { head: 'Status', cell: ({ status }) => <State of={status} /> };

const DUE: Column<Approval> = {
  head: 'Until',
  cell: ({ dueAt }) =>
    dueAt === null ? (
      <span className="faint">–</span>
    ) : (
      <time dateTime={dueAt} title={utc(dueAt)}>
        {ago(dueAt)}
      </time>
    ),
};

const DECIDED: Column<Approval> = {
  head: 'Decided by',
  cell: ({ decidedBy }) => decidedBy ?? <span className="faint">nobody</span>,
};

/** The results of executions with one tag, as a table and as a CSV file. */
import { Button } from '@mantine/core';
import { Link, getRouteApi } from '@tanstack/react-router';
import { api, take } from '../../../api/client';
import { useLive } from '../../../api/live';
import { usePages } from '../../../api/pages';
import { Card } from '../../../parts/page/Card';
import { csvOf, download } from '../../../parts/table/csv';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { duration, plural, usd } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import { SyntheticBadge, SyntheticBanner } from '../../../parts/state/Synthetic';
import { useWorkflowNames, type WorkflowNames } from '../names';
import type { Summary } from './list';
import { isOver } from '../detail/view';
import { csvRows, lengthOf, scoresOf } from './results';

const route = getRouteApi('/executions/results');

export default function Results() {
  const { tag = '' } = route.useSearch();
  const { rows, error, retry, more } = usePages(['executions', 'results', tag], (cursor) =>
    take(
      api.GET('/v1/executions', {
        params: { query: { tag, scores: 'true', limit: 100, ...cursor } },
      }),
    ),
  );
  const names = useWorkflowNames();
  useLive('/v1/events', [['executions', 'results', tag]]);
  const ended = rows?.filter(({ status }) => isOver(status)).length ?? 0;
  return (
    <Page
      title={tag ? `Results of ${tag}` : 'Results'}
      trail={
        <Link to="/executions" search={{ tag }} className="plain">
          Executions
        </Link>
      }
      actions={
        <Button
          disabled={!rows || rows.length === 0}
          onClick={() => rows && download(`${tag}.csv`, csvOf(csvRows(rows)))}
        >
          Download CSV
        </Button>
      }
      facts={
        rows ? [['Ended', `${ended} of ${plural(rows.length, 'execution')}${more ? ' and more' : ''}`]] : []
      }
    >
      {rows?.some(({ synthetic }) => synthetic) && <SyntheticBanner />}
      <Card flush>
        <DataTable
          label="Results"
          rows={rows}
          error={error}
          retry={retry}
          keyOf={({ id }) => id}
          more={more ?? null}
          empty={<Empty>No execution has this tag.</Empty>}
          columns={columnsOf(rows ?? [], names)}
        />
      </Card>
    </Page>
  );
}

const columnsOf = (rows: readonly Summary[], names: WorkflowNames): Column<Summary>[] => [
  { head: 'Status', cell: ({ status }) => <State of={status} /> },
  {
    head: 'Execution',
    cell: ({ id, name, workflowId, synthetic }) => (
      <>
        <Link to="/executions/$id" params={{ id }} className="plain">
          {name ?? names.get(workflowId) ?? workflowId}
        </Link>{' '}
        {synthetic && <SyntheticBadge />}
      </>
    ),
  },
  { head: 'Length', number: true, cell: (row) => lengthOf(row)?.toLocaleString('en-US') ?? '–' },
  ...scoresOf(rows).map(({ path, name }): Column<Summary> => ({
    head: name,
    number: true,
    cell: ({ scores }) => scores?.[path]?.toLocaleString('en-US', { maximumFractionDigits: 3 }) ?? '–',
  })),
  { head: 'Duration', number: true, wide: true, cell: ({ durationMs }) => duration(durationMs) },
  { head: 'Cost', number: true, cell: ({ cost }) => usd(cost.actualUsd) },
];

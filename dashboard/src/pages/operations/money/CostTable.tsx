/** The cost report as a table with totals, and as a CSV file. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { duration, usd } from '../../../parts/quantities';
import { useMay } from '../../../shell/session';
import { csvOf, download } from '../../../parts/table/csv';

type Answer = Got<'/v1/costs'>;
type By = 'day' | 'model' | 'workflow' | 'tenant';
type Row = Omit<Answer['items'][number], 'key'> & { key: string | null; isTotal?: boolean };

const HEADS: Record<By, string> = { day: 'Day', model: 'Model', workflow: 'Workflow', tenant: 'Tenant' };
const TOTAL = 'Total';

export function CostTable({
  by,
  period,
  answer,
  isOpen,
  error,
  retry,
  choice,
}: {
  by: By;
  period: { from: string; to: string };
  answer: Answer | undefined;
  /** A part of the period's cost is not allocated yet. */
  isOpen: boolean;
  error: unknown;
  retry: () => void;
  choice: React.ReactNode;
}) {
  const may = useMay();
  const tenants = useQuery({
    queryKey: ['tenants', 'names'],
    queryFn: () => take(api.GET('/v1/tenants', { params: { query: { limit: 100 } } })),
    enabled: by === 'tenant' && may.edit,
  });
  const names = new Map(tenants.data?.items.map(({ id, name }) => [id, name]));
  const rows: Row[] | undefined =
    answer && answer.items.length > 0
      ? [...answer.items, { key: TOTAL, ...answer.totals, isTotal: true }]
      : answer?.items;
  const save = () =>
    answer &&
    download(
      `radiant-costs-by-${by}-${period.from}-to-${period.to}.csv`,
      csvOf([
        [
          by,
          'executions',
          'gpuSeconds',
          'priceUsd',
          'loadedUsd',
          'marginUsd',
          'warmUpUsd',
          'workUsd',
          'idleUsd',
        ],
        ...answer.items.map((row) => [
          row.key === null ? null : (names.get(row.key) ?? row.key),
          row.executions,
          row.gpuSeconds,
          row.priceUsd,
          row.loadedUsd,
          row.marginUsd,
          row.warmUpUsd,
          row.workUsd,
          row.idleUsd,
        ]),
      ]),
    );
  return (
    <Card
      title={`By ${by}`}
      flush
      actions={
        <>
          {choice}
          <Button onClick={save} disabled={!answer || answer.items.length === 0}>
            Export CSV
          </Button>
        </>
      }
    >
      <DataTable
        label={`Costs by ${by}`}
        rows={rows}
        keyOf={({ key, isTotal }) => (isTotal ? 'total' : `of ${key}`)}
        error={error}
        retry={retry}
        columns={[
          {
            head: HEADS[by],
            cell: (row) => <Key row={row} by={by} name={row.key === null ? undefined : names.get(row.key)} />,
          },
          ...(may.audit ? [...PAID, ...loaded(isOpen)] : PAID),
        ]}
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
            Nothing was spent in this period.
          </Empty>
        }
      />
    </Card>
  );
}

function Key({ row: { key, isTotal }, by, name }: { row: Row; by: By; name: string | undefined }) {
  if (isTotal) return <b>{TOTAL}</b>;
  if (key === null)
    return (
      <span className="quiet" title="Instances that were on without requests">
        No request (idle or unused)
      </span>
    );
  if (by === 'model')
    return (
      <Link to="/models/$id" params={{ id: key }} search={{ tab: 'pricing' }} className="plain">
        {key}
      </Link>
    );
  if (by === 'workflow')
    return (
      <Link to="/workflows/$id" params={{ id: key }} className="plain">
        {key}
      </Link>
    );
  return by === 'tenant' && !name ? <span className="mono">{key.slice(0, 8)}</span> : (name ?? key);
}

const strong = ({ isTotal }: Row, value: string) => (isTotal ? <b>{value}</b> : value);
const PAID: Column<Row>[] = [
  { head: 'Executions', cell: (row) => strong(row, row.executions.toLocaleString('en-US')), number: true },
  {
    head: 'Compute time',
    cell: (row) => strong(row, duration(row.gpuSeconds * 1_000)),
    number: true,
    wide: true,
  },
  { head: 'Price', cell: (row) => strong(row, usd(row.priceUsd)), number: true },
];
const loaded = (isOpen: boolean): Column<Row>[] => [
  { head: isOpen ? 'Cost so far' : 'Cost', cell: (row) => strong(row, usd(row.loadedUsd)), number: true },
  {
    head: isOpen ? 'Margin so far' : 'Margin',
    cell: (row) => (
      <span style={{ color: row.marginUsd?.startsWith('-') ? 'var(--failed)' : undefined }}>
        {strong(row, usd(row.marginUsd))}
      </span>
    ),
    number: true,
  },
  { head: 'Work', cell: (row) => strong(row, usd(row.workUsd)), number: true, wide: true },
  { head: 'Warm-up', cell: (row) => strong(row, usd(row.warmUpUsd)), number: true, wide: true },
  { head: 'Idle', cell: (row) => strong(row, usd(row.idleUsd)), number: true, wide: true },
];

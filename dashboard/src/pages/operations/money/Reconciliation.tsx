/** Metered cost compared with the provider's bill. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, take, type Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { usd, utc } from '../../../parts/quantities';

type Answer = Got<'/v1/costs/reconciliation'>;
type Row = Answer['items'][number] & { isTotal?: boolean };

export const reconciliationQuery = (period: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['costs', 'reconciliation', period],
    queryFn: () => take(api.GET('/v1/costs/reconciliation', { params: { query: period } })),
  });

export function Reconciliation({ period }: { period: { from: string; to: string } }) {
  const { data, error, refetch } = useQuery(reconciliationQuery(period));
  const rows =
    data && (data.items.length > 0 ? [...data.items, { modelId: null, ...data.totals, isTotal: true }] : []);
  const aside =
    data &&
    `bill from ${data.source}; ${data.chargedThrough ? `charged through ${utc(data.chargedThrough)}` : 'nothing is charged yet'}`;
  return (
    <Card title="Against the provider's bill" aside={aside} flush>
      <DataTable<Row>
        label="Against the provider's bill"
        rows={rows}
        columns={COLUMNS}
        keyOf={({ modelId, isTotal }) => (isTotal ? 'total' : `of ${modelId}`)}
        error={error}
        retry={() => void refetch()}
        empty={<Empty>Nothing was metered or charged in this period.</Empty>}
      />
    </Card>
  );
}

const strong = ({ isTotal }: Row, value: string) => (isTotal ? <b>{value}</b> : value);
const COLUMNS: Column<Row>[] = [
  {
    head: 'Model',
    cell: ({ modelId, isTotal }) =>
      isTotal ? <b>Total</b> : (modelId ?? <span className="quiet">No model</span>),
  },
  { head: 'Metered', cell: (row) => strong(row, usd(row.meteredUsd)), number: true },
  { head: 'Charged', cell: (row) => strong(row, usd(row.chargedUsd)), number: true },
  {
    head: 'Charged – metered',
    cell: (row) =>
      strong(
        row,
        `${usd(row.chargedMinusMeteredUsd)}${row.chargedMinusMeteredPercent === null ? '' : ` (${row.chargedMinusMeteredPercent.toFixed(1)} %)`}`,
      ),
    number: true,
  },
  { head: 'Allocated', cell: (row) => strong(row, usd(row.sharedUsd)), number: true, wide: true },
  {
    head: 'Charged – allocated',
    cell: (row) => strong(row, usd(row.chargedMinusSharedUsd)),
    number: true,
    wide: true,
  },
  { head: 'Unused', cell: (row) => strong(row, usd(row.unusedUsd)), number: true, wide: true },
  { head: 'Not yet charged', cell: (row) => strong(row, usd(row.openMeteredUsd)), number: true, wide: true },
];

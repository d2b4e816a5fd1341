/** Endpoints at the provider that belong to no model. They cost money and serve nothing. */
import type { Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { ago, usd, utc } from '../../../parts/quantities';

type Orphan = Got<'/v1/thermal'>['orphans'][number];

export function Orphans({ orphans }: { orphans: readonly Orphan[] }) {
  if (orphans.length === 0) return null;
  return (
    <Card title="Orphans" aside="they belong to no model; Radiant turns them off after a waiting time" flush>
      <DataTable label="Orphans" rows={orphans} columns={COLUMNS} keyOf={({ name }) => name} empty={null} />
    </Card>
  );
}

const COLUMNS: Column<Orphan>[] = [
  {
    head: 'Endpoint',
    cell: ({ name, failure }) => (
      <>
        <code>{name}</code>
        {failure && (
          <span style={{ display: 'block', color: 'var(--failed)', fontSize: 12.5 }}>{failure}</span>
        )}
      </>
    ),
  },
  { head: 'Status', cell: ({ status }) => status },
  {
    head: 'Instance',
    cell: ({ instanceType }) => <span className="mono">{instanceType ?? '–'}</span>,
    wide: true,
  },
  { head: 'Instances', cell: ({ instances }) => instances, number: true },
  {
    head: 'First seen',
    cell: ({ firstSeenAt }) => (
      <time dateTime={firstSeenAt} title={utc(firstSeenAt)}>
        {ago(firstSeenAt)}
      </time>
    ),
    wide: true,
  },
  {
    head: 'Per hour',
    cell: ({ usdPerHour }) => (usdPerHour === null ? 'not known' : usd(usdPerHour)),
    number: true,
  },
];

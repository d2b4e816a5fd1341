/** The strips as a table. */
import type { Got } from '../../../api/client';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { duration, utc } from '../../../parts/quantities';
import { Heat } from '../../../parts/state/State';

export function Spans({ strips }: { strips: Got<'/v1/metrics/thermal'>['items'] }) {
  const rows = strips.flatMap(({ displayName, spans }) => spans.map((span) => ({ displayName, ...span })));
  return (
    <DataTable
      label="Heat of the last 24 hours"
      rows={rows}
      keyOf={({ displayName, from }) => `${displayName} ${from}`}
      columns={[
        { head: 'Model', cell: ({ displayName }) => displayName },
        { head: 'Heat', cell: ({ heat }) => <Heat of={heat} /> },
        { head: 'From', cell: ({ from }) => utc(from) },
        { head: 'To', cell: ({ to }) => utc(to) },
        { head: 'Lasted', cell: ({ from, to }) => duration(Date.parse(to) - Date.parse(from)), number: true },
      ]}
      empty={<Empty>No model changed in the last 24 hours.</Empty>}
    />
  );
}

/** The models of a workflow: their thermal states and licence obligations. */
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from '../../parts/page/Card';
import { DataTable } from '../../parts/table/DataTable';
import { plural } from '../../parts/quantities';
import { State, Warmth } from '../../parts/state/State';
import { modelQuery } from './queries';

export function Models({ ids }: { ids: readonly string[] }) {
  const answers = useQueries({ queries: ids.map((id) => modelQuery(id)) });
  const rows = answers.flatMap(({ data }) => (data ? [data] : []));
  const failed = answers.find(({ error }) => error);
  return (
    <Card title="Models" aside={plural(ids.length, 'model')} flush>
      <DataTable
        label="Models of this workflow"
        rows={answers.some(({ isLoading }) => isLoading) ? undefined : rows}
        error={rows.length === 0 ? failed?.error : undefined}
        retry={() => answers.forEach(({ refetch }) => void refetch())}
        keyOf={({ id }) => id}
        empty={null}
        columns={[
          {
            head: 'Model',
            cell: ({ id, displayName, enabled }) => (
              <>
                <Link to="/models/$id" params={{ id }} className="plain">
                  {displayName}
                </Link>{' '}
                {!enabled && <State of="disabled" />}
              </>
            ),
          },
          { head: 'Heat', cell: ({ heat, managed }) => <Warmth of={heat.state} managed={managed} /> },
          {
            head: 'Licences',
            wide: true,
            cell: ({ licenses }) => [...new Set(licenses.map(({ spdx }) => spdx))].join(', ') || '–',
          },
          {
            head: 'Commercial use',
            cell: ({ usable }) =>
              usable.commercial ? (
                <State of="compliant">Allowed</State>
              ) : (
                <State of="non_compliant">Not allowed</State>
              ),
          },
          {
            head: 'Objections',
            wide: true,
            cell: ({ usable }) => usable.faults.map(({ message }) => message).join(' ') || 'None',
          },
        ]}
      />
    </Card>
  );
}

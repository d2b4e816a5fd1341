/** The models with their thermal states and current costs. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, take, type Got } from '../../api/client';
import { Card } from '../../parts/page/Card';
import { DataTable, type Column } from '../../parts/table/DataTable';
import { Empty } from '../../parts/page/Empty';
import { usd } from '../../parts/quantities';
import { State, Warmth } from '../../parts/state/State';
import { useMay } from '../../shell/session';

type Model = Got<'/v1/models'>['items'][number];
type Warmth = Got<'/v1/thermal'>['models'][number];

export function Models() {
  const may = useMay();
  const models = useQuery({
    queryKey: ['overview', 'models'],
    queryFn: () => take(api.GET('/v1/models', { params: { query: { limit: 50 } } })),
  });
  const thermal = useQuery({
    queryKey: ['overview', 'thermal'],
    queryFn: () => take(api.GET('/v1/thermal')),
  });
  const warmth = new Map(thermal.data?.models.map((row) => [row.modelId, row]));
  return (
    <Card
      title="Models"
      actions={
        <Link to="/models" className="plain">
          All models
        </Link>
      }
      flush
    >
      <DataTable
        label="Models"
        rows={models.data && warmestFirst(models.data.items, warmth)}
        columns={columns(warmth)}
        keyOf={({ id }) => id}
        error={models.error}
        retry={() => void models.refetch()}
        empty={
          <Empty
            action={
              may.edit && (
                <Link to="/models/new" className="plain">
                  Register the first model
                </Link>
              )
            }
          >
            There is no model yet.
          </Empty>
        }
      />
    </Card>
  );
}

const ORDER = ['FAILED', 'HOT', 'WARM', 'WARMING', 'COOLING', 'OFF'];
const warmestFirst = (models: readonly Model[], warmth: ReadonlyMap<string, Warmth>): Model[] => {
  const rank = ({ id, currentThermalState }: Model) =>
    ORDER.indexOf(warmth.get(id)?.state ?? currentThermalState);
  return [...models].sort((a, b) => rank(a) - rank(b) || a.displayName.localeCompare(b.displayName));
};

const columns = (warmth: ReadonlyMap<string, Warmth>): Column<Model>[] => [
  {
    head: 'Model',
    cell: ({ id, displayName }) => (
      <Link to="/models/$id" params={{ id }} className="plain">
        <b style={{ fontWeight: 550 }}>{displayName}</b>
      </Link>
    ),
  },
  {
    head: 'Thermal',
    cell: ({ id, currentThermalState, managed }) => {
      const row = warmth.get(id);
      return (
        <Warmth of={row?.state ?? currentThermalState} managed={managed}>
          {row && row.billed > 0 ? ` ${row.serving} of ${row.wanted}` : null}
        </Warmth>
      );
    },
  },
  { head: 'Version', cell: ({ version }) => <span className="mono">{version ?? '–'}</span>, wide: true },
  {
    head: 'Licences',
    cell: ({ licenses }) => (
      <span className="quiet">{[...new Set(licenses.map(({ spdx }) => spdx))].join(', ') || '–'}</span>
    ),
    wide: true,
  },
  { head: 'Status', cell: ({ status }) => <State of={status} plain />, wide: true },
  { head: 'Tier', cell: ({ minTier }) => minTier, number: true, wide: true },
  {
    head: 'Per hour now',
    cell: ({ id, managed }) => (managed ? usd(warmth.get(id)?.usdPerHour) : '–'),
    number: true,
  },
];

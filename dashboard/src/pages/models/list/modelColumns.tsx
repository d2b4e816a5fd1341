/** The columns of the list of models. */
import { Link } from '@tanstack/react-router';
import type { Column } from '../../../parts/table/DataTable';
import { usd } from '../../../parts/quantities';
import { State, Warmth } from '../../../parts/state/State';
import classes from '../form/Form.module.css';
import type { HeatNow, Usage } from '../shape';
import type { Model } from '../shape';

/** Thermal state and usage are shown to some roles only, and later than the list. */
export function modelColumns({
  heat,
  usage,
}: {
  heat: readonly HeatNow[] | undefined;
  usage: readonly Usage[] | undefined;
}): Column<Model>[] {
  const used = (id: string) => usage?.find(({ key }) => key === id);
  return [
    {
      head: 'Model',
      cell: ({ id, displayName, enabled, status }) => (
        <span className={classes.tags}>
          <Link to="/models/$id" params={{ id }} search={{}} className="plain">
            <b>{displayName}</b>
          </Link>
          {(!enabled || status !== 'active') && (
            <State of={enabled ? status : status === 'retiring' ? 'retiring' : 'disabled'} plain />
          )}
        </span>
      ),
    },
    {
      head: 'Heat, instances',
      cell: ({ id, currentThermalState, managed }) => {
        const now = heat?.find(({ modelId }) => modelId === id);
        return (
          <Warmth of={now?.state ?? currentThermalState} managed={managed}>
            {now && now.wanted > 0 && ` ${now.serving} of ${now.wanted}`}
          </Warmth>
        );
      },
    },
    {
      head: 'Version',
      wide: true,
      cell: ({ version }) => <span className={`mono ${classes.nowrap}`}>{version ?? '–'}</span>,
    },
    {
      head: 'Licences',
      wide: true,
      cell: ({ licenses }) => (
        <span className="quiet">{[...new Set(licenses.map(({ spdx }) => spdx))].join(', ') || 'None'}</span>
      ),
    },
    {
      head: 'Compliance',
      cell: ({ compliance }) =>
        compliance ? <State of={compliance} plain /> : <span className="faint">–</span>,
    },
    {
      head: 'Tier',
      number: true,
      wide: true,
      cell: ({ minTier }) => (minTier === 1 ? 'all' : `${minTier}+`),
    },
    ...(usage
      ? [
          {
            head: 'Executions, 24 h',
            number: true,
            wide: true,
            cell: ({ id }: Model) => (used(id)?.executions ?? 0).toLocaleString('en-US'),
          },
          {
            head: usage.some(({ loadedUsd }) => loadedUsd !== undefined)
              ? 'Loaded cost, 24 h'
              : 'Spend, 24 h',
            number: true,
            wide: true,
            cell: ({ id }: Model) => usd(used(id)?.loadedUsd ?? used(id)?.priceUsd ?? 0),
          },
        ]
      : []),
  ];
}

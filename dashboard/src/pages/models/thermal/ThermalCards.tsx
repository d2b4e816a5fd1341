/** The thermal state of a model, of now and of the last day, and each change with its reason. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Card } from '../../../parts/page/Card';
import { Empty } from '../../../parts/page/Empty';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { ago, usd, utc } from '../../../parts/quantities';
import { Heat } from '../../../parts/state/State';
import { DataTable } from '../../../parts/table/DataTable';
import classes from '../form/Form.module.css';
import { modelThermalQuery } from '../queries';
import type { ModelDetail } from '../shape';
import { DayStrip } from './DayStrip';
import { HeldSlots } from './HeldSlots';
import { ThermalNow } from './ThermalNow';

export function ThermalCards({ model }: { model: ModelDetail }) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    modelThermalQuery(model.id),
  );
  const now = data?.pages[0];
  if (!model.managed)
    return (
      <Card title="Now">
        <External />
        {now && <HeldSlots model={model} slots={now.slots} />}
      </Card>
    );
  return (
    <>
      <Card title="Now">
        {error ? (
          <ErrorNotice error={error} retry={() => void refetch()} />
        ) : now ? (
          <ThermalNow model={model} now={now} />
        ) : null}
      </Card>
      <DayStrip modelId={model.id} name={model.displayName} />
      <Card title="Changes of thermal state" flush>
        <DataTable
          label="Changes of thermal state"
          rows={data?.pages.flatMap(({ history }) => history.items)}
          keyOf={({ at }) => at}
          error={error}
          retry={() => void refetch()}
          empty={<Empty>It has not been warmed up yet. Each change and its reason will appear here.</Empty>}
          columns={[
            {
              head: 'When',
              cell: ({ at }) => (
                <time dateTime={at} title={utc(at)}>
                  {ago(at)}
                </time>
              ),
            },
            { head: 'From', cell: ({ from }) => <Heat of={from} /> },
            { head: 'To', cell: ({ to }) => <Heat of={to} /> },
            { head: 'Why', cell: ({ reason }) => reason },
            { head: 'Instances', number: true, cell: ({ instances }) => instances },
            {
              head: 'Cost',
              number: true,
              wide: true,
              cell: ({ usdPerHour }) => `${usd(usdPerHour)}/h`,
            },
          ]}
          more={hasNextPage ? { fetch: () => void fetchNextPage(), busy: isFetchingNextPage } : null}
        />
      </Card>
    </>
  );
}

/** Shown in place of a thermal state that Radiant does not decide. */
const External = () => (
  <p className={classes.note}>
    Another party keeps it running: it has no instances here, costs nothing without requests, and is never
    turned off. If it has a wake and a stop URL, these settings decide when it is on.
  </p>
);

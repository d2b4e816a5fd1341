/** Cost and price: a chart by day, a table by the chosen key, and the comparison with the provider's bill. */
import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { StackedBars } from '../../../parts/charts/StackedBars';
import { Page } from '../../../parts/page/Page';
import { day, usd } from '../../../parts/quantities';
import { SavedViews } from '../../../shell/views/SavedViews';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useMay } from '../../../shell/session';
import { Budget } from './Budget';
import { CostTable } from './CostTable';
import { dateOf, daysOf, instants, periodOf } from './period';
import { headline } from './headline';
import { Reconciliation, reconciliationQuery } from './Reconciliation';
import classes from '../Operations.module.css';

const page = getRouteApi('/costs');
const LOADED = [
  { name: 'Work', color: 'var(--series-1)' },
  { name: 'Warm-up', color: 'var(--series-2)' },
  { name: 'Idle', color: 'var(--series-3)' },
];
const PAID = [{ name: 'Price', color: 'var(--series-1)' }];

export default function Costs() {
  const search = page.useSearch();
  const navigate = page.useNavigate();
  const may = useMay();
  const by = search.by ?? 'model';
  const period = periodOf(search, new Date());
  const ask = (key: typeof by) => ({
    queryKey: ['costs', key, period],
    queryFn: () => take(api.GET('/v1/costs', { params: { query: { by: key, ...instants(period) } } })),
  });
  const byDay = useQuery(ask('day'));
  const table = useQuery(ask(by));
  const rows = new Map(byDay.data?.items.map((item) => [item.key, item]));
  const totals = byDay.data?.totals;
  const bill = useQuery({ ...reconciliationQuery(instants(period)), enabled: may.audit });
  const openUsd = bill.data?.totals.openMeteredUsd ?? '0';
  const to = (change: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  return (
    <Page title="Costs" actions={<SavedViews />} facts={totals ? headline(totals, openUsd) : []}>
      <div className={classes.row}>
        <TextInput
          type="date"
          label="From"
          value={period.from}
          max={period.to}
          onChange={({ currentTarget: { value } }) => value && to({ from: value })}
        />
        <TextInput
          type="date"
          label="To"
          value={period.to}
          max={dateOf(new Date())}
          onChange={({ currentTarget: { value } }) => value && to({ to: value })}
        />
        {[7, 30, 90].map((days) => (
          <Button
            key={days}
            size="sm"
            onClick={() =>
              to({ from: dateOf(new Date(Date.now() - (days - 1) * 86_400_000)), to: dateOf(new Date()) })
            }
          >{`${days} days`}</Button>
        ))}
      </div>
      <Card
        title={may.audit ? 'Cost by day' : 'Price by day'}
        aside={Number(openUsd) > 0 && `${usd(openUsd)} of instances that are on is not settled yet`}
      >
        {byDay.error && !byDay.data ? (
          <ErrorNotice error={byDay.error} retry={() => void byDay.refetch()} />
        ) : byDay.data ? (
          <StackedBars
            label={`${may.audit ? 'Cost' : 'Price'} by day, ${day(period.from)} to ${day(period.to)}`}
            parts={may.audit ? LOADED : PAID}
            show={usd}
            bars={daysOf(period).map((at) => {
              const row = rows.get(at);
              return {
                label: day(at),
                values: (may.audit ? [row?.workUsd, row?.warmUpUsd, row?.idleUsd] : [row?.priceUsd]).map(
                  (amount) => Number(amount ?? 0),
                ),
              };
            })}
          />
        ) : (
          <Skeleton height={204} />
        )}
      </Card>
      <CostTable
        by={by}
        period={period}
        answer={table.data}
        isOpen={Number(openUsd) > 0}
        error={table.error}
        retry={() => void table.refetch()}
        choice={
          <SegmentedControl
            size="xs"
            aria-label="Add up by"
            value={by}
            onChange={(value) => to({ by: value as typeof by })}
            data={[
              { value: 'day', label: 'Day' },
              { value: 'model', label: 'Model' },
              { value: 'workflow', label: 'Workflow' },
              ...(may.audit ? [{ value: 'tenant', label: 'Tenant' }] : []),
            ]}
          />
        }
      />
      {may.audit && <Reconciliation period={instants(period)} />}
      {may.manageTenant && <Budget tenant={search.tenant} choose={(tenant) => to({ tenant })} />}
    </Page>
  );
}

/** A tenant's budget of this month, and how much of it is spent. */
import { Button, Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { Facts } from '../../../parts/page/Page';
import { usd, utc } from '../../../parts/quantities';
import { ErrorNotice } from '../../../parts/page/ErrorNotice';
import { useMay, useSession } from '../../../shell/session';
import { EditBudget } from './EditBudget';
import classes from '../Operations.module.css';

export function Budget({ tenant, choose }: { tenant: string | undefined; choose: (tenant: string) => void }) {
  const may = useMay();
  const { session } = useSession();
  const tenantId = tenant ?? session?.tenantId ?? '';
  const [isEditing, setEditing] = useState(false);
  const tenants = useQuery({
    queryKey: ['tenants', 'names'],
    queryFn: () => take(api.GET('/v1/tenants', { params: { query: { limit: 100 } } })),
    enabled: may.edit,
  });
  // A user who may not set it sees their own budget, and not where its alerts go.
  const { data, error, refetch } = useQuery({
    queryKey: ['budget', may.edit ? tenantId : 'own'],
    queryFn: async (): Promise<Got<'/v1/budget'> & { webhookUrl?: string | null }> =>
      may.edit
        ? take(api.GET('/v1/tenants/{tenantId}/budget', { params: { path: { tenantId } } }))
        : take(api.GET('/v1/budget')),
  });
  const name = tenants.data?.items.find(({ id }) => id === tenantId)?.name ?? session?.tenantName ?? '';
  return (
    <Card
      title="Budget"
      aside={data && `${name}, ${data.month}`}
      actions={
        may.edit && (
          <>
            <Select
              size="xs"
              aria-label="Tenant"
              searchable
              allowDeselect={false}
              value={tenantId}
              onChange={(value) => value && choose(value)}
              data={tenants.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            />
            <Button onClick={() => setEditing(true)} disabled={!data}>
              Edit the budget
            </Button>
          </>
        )
      }
    >
      {error && !data ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : data ? (
        <Shown budget={data} />
      ) : (
        <Skeleton height={80} />
      )}
      {isEditing && data && (
        <EditBudget tenantId={tenantId} name={name} budget={data} onClose={() => setEditing(false)} />
      )}
    </Card>
  );
}

function Shown({
  budget: { limitUsd, spentUsd, reservedUsd, remainingUsd, alerts, webhookUrl },
}: {
  budget: Got<'/v1/budget'> & { webhookUrl?: string | null };
}) {
  const share = (amount: string) => `${Math.min(100, (Number(amount) / (Number(limitUsd) || 1)) * 100)}%`;
  return (
    <>
      <Facts
        facts={[
          ['Limit', limitUsd === null ? 'none' : usd(limitUsd)],
          ['Spent', usd(spentUsd)],
          ['Reserved', usd(reservedUsd)],
          ['Left', remainingUsd === null ? 'no limit' : usd(remainingUsd)],
        ]}
      />
      {limitUsd !== null && (
        <div
          className={classes.meter}
          role="img"
          aria-label={`${usd(spentUsd)} spent and ${usd(reservedUsd)} kept back of ${usd(limitUsd)}`}
        >
          <span style={{ width: share(spentUsd) }} />
          <span style={{ width: share(reservedUsd) }} />
        </div>
      )}
      <p className="quiet" style={{ margin: '8px 0 0' }}>
        {alerts.length === 0
          ? 'There is no alert before it is used up.'
          : `Alerts at ${alerts.map(({ at, reachedAt }) => `${Math.round(at * 100)} %${reachedAt ? ` (reached ${utc(reachedAt)})` : ''}`).join(', ')}.`}
        {webhookUrl && ` A webhook calls ${webhookUrl}.`}
      </p>
    </>
  );
}

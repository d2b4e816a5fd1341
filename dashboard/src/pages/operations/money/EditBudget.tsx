/** Sets a tenant's monthly limit and its alerts. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { useAction } from '../../../parts/dialog/useAction';
import { ListField } from '../../../parts/form/ListField';
import { messageFor } from '../../../parts/page/problem';
import { usd } from '../../../parts/quantities';

const AMOUNT = /^\d{1,11}(\.\d{1,9})?$/;

export function EditBudget({
  tenantId,
  name,
  budget,
  onClose,
}: {
  tenantId: string;
  name: string;
  budget: Got<'/v1/budget'> & { webhookUrl?: string | null };
  onClose: () => void;
}) {
  const [limit, setLimit] = useState(budget.limitUsd ?? '');
  const [alerts, setAlerts] = useState(budget.alerts.map(({ at }) => String(Math.round(at * 10_000) / 100)));
  const [webhook, setWebhook] = useState(budget.webhookUrl ?? '');
  const save = useAction(
    () =>
      take(
        api.PUT('/v1/tenants/{tenantId}/budget', {
          params: { path: { tenantId } },
          body: {
            monthlyUsd: limit === '' ? null : limit,
            alertAt: alerts
              .map((percent) => Math.round(Number(percent) * 100) / 10_000)
              .sort((a, b) => a - b),
            webhookUrl: webhook === '' ? null : webhook,
          },
        }),
      ),
    {
      done: limit === '' ? `${name} has no limit.` : `${name} may spend ${usd(limit)} a month.`,
      keys: [['budget'], ['tenants']],
    },
  );
  const isAmount = limit === '' || AMOUNT.test(limit);
  const arePercents = alerts.every((percent) => Number(percent) > 0 && Number(percent) <= 100);
  return (
    <FormDialog
      title={`Budget of ${name}`}
      submit={`Set the budget of ${name}`}
      onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}
      act={save}
      isReady={isAmount && arePercents}
      close={onClose}
    >
      <TextInput
        data-autofocus
        label="Limit for each month, USD"
        description="Empty: no limit. Running executions are not stopped."
        inputMode="decimal"
        placeholder="500.00"
        value={limit}
        onChange={(event) => setLimit(event.currentTarget.value.trim())}
        error={isAmount ? messageFor(save.error, 'monthlyUsd') : 'An amount such as 500.00'}
      />
      <ListField
        label="Alert at, %"
        description="Percentages of the limit. Press Enter after each."
        maxTags={10}
        value={alerts}
        onChange={setAlerts}
        error={arePercents ? messageFor(save.error, 'alertAt') : 'Percentages above 0, at most 100'}
      />
      <TextInput
        label="Webhook"
        description="The https address that receives the alerts."
        type="url"
        placeholder="https://"
        value={webhook}
        onChange={(event) => setWebhook(event.currentTarget.value.trim())}
        error={messageFor(save.error, 'webhookUrl')}
      />
    </FormDialog>
  );
}

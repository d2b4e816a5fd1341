/** Sets a tenant's monthly limit and its alerts. */
import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Problem, take, type Got } from '../../../api/client';
import { ListField } from '../../../parts/form/ListField';
import { sayProblem } from '../../../parts/page/problem';
import { usd } from '../../../parts/quantities';
import classes from '../Operations.module.css';

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
  const queries = useQueryClient();
  const [limit, setLimit] = useState(budget.limitUsd ?? '');
  const [alerts, setAlerts] = useState(budget.alerts.map(({ at }) => String(Math.round(at * 10_000) / 100)));
  const [webhook, setWebhook] = useState(budget.webhookUrl ?? '');
  const save = useMutation({
    mutationFn: () =>
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
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['budget'] }),
        queries.invalidateQueries({ queryKey: ['tenants'] }),
      ]);
      notifications.show({
        message: limit === '' ? `${name} has no limit.` : `${name} may spend ${usd(limit)} a month.`,
      });
      onClose();
    },
  });
  const faultAt = (path: string) =>
    save.error instanceof Problem
      ? save.error.errors.find((fault) => fault.path.includes(path))?.message
      : undefined;
  const isAmount = limit === '' || AMOUNT.test(limit);
  const arePercents = alerts.every((percent) => Number(percent) > 0 && Number(percent) <= 100);
  return (
    <Modal opened onClose={onClose} title={`Budget of ${name}`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput
          label="Limit for each month, USD"
          description="Empty: no limit. Running executions are not stopped."
          inputMode="decimal"
          placeholder="500.00"
          value={limit}
          onChange={(event) => setLimit(event.currentTarget.value.trim())}
          error={isAmount ? faultAt('monthlyUsd') : 'An amount such as 500.00'}
        />
        <ListField
          label="Tell somebody at, %"
          description="Percentages of the limit. Press Enter after each."
          maxTags={10}
          value={alerts}
          onChange={setAlerts}
          error={arePercents ? faultAt('alertAt') : 'Percentages above 0, at most 100'}
        />
        <TextInput
          label="Webhook"
          description="Where to tell it; https."
          type="url"
          placeholder="https://"
          value={webhook}
          onChange={(event) => setWebhook(event.currentTarget.value.trim())}
          error={faultAt('webhookUrl')}
        />
        {save.error && (
          <p role="alert" style={{ color: 'var(--failed)', margin: 0 }}>
            {sayProblem(save.error)}
          </p>
        )}
        <Button
          type="submit"
          variant="filled"
          size="sm"
          loading={save.isPending}
          disabled={!isAmount || !arePercents}
        >{`Set the budget of ${name}`}</Button>
      </form>
    </Modal>
  );
}

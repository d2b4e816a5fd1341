/** Tenants: what they may use, and what they may spend. */
import { NumberInput, Switch, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { usePages } from '../../../api/pages';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { useAction } from '../../../parts/dialog/useAction';
import type { Column } from '../../../parts/table/DataTable';
import { EditableTable } from '../../../parts/table/EditableTable';
import { day, usd } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';

type Tenant = Got<'/v1/tenants'>['items'][number];

export function Tenants() {
  const { rows, error, retry, more } = usePages(['tenants'], (page) =>
    take(api.GET('/v1/tenants', { params: { query: page } })),
  );
  return (
    <EditableTable
      title="Tenants"
      label="Tenants"
      rows={rows}
      keyOf={({ id }) => id}
      nameOf={({ name }) => name}
      error={error}
      retry={retry}
      more={more}
      empty="There is no tenant yet."
      columns={COLUMNS}
      add={{ label: 'Add a tenant', dialog: (close) => <Edit tenant={null} close={close} /> }}
      actions={{ Edit: (tenant, close) => <Edit tenant={tenant} close={close} /> }}
    />
  );
}

const COLUMNS: readonly Column<Tenant>[] = [
  { head: 'Name', cell: ({ name }) => <b style={{ fontWeight: 550 }}>{name}</b> },
  { head: 'State', cell: ({ enabled }) => <State of={enabled ? 'active' : 'disabled'} plain /> },
  { head: 'Tier', cell: ({ tier }) => tier, number: true },
  { head: 'Weight', cell: ({ weight }) => weight, number: true, wide: true },
  { head: 'Use', cell: ({ commercial }) => (commercial ? 'commercial' : 'non-commercial'), wide: true },
  {
    head: 'Budget a month',
    cell: ({ id, budgetUsd }) => (
      <Link to="/costs" search={{ tenant: id }} className="plain">
        {budgetUsd === null ? 'none' : usd(budgetUsd)}
      </Link>
    ),
    number: true,
  },
  { head: 'Since', cell: ({ createdAt }) => day(createdAt), wide: true },
];

function Edit({ tenant, close }: { tenant: Tenant | null; close: () => void }) {
  const [name, setName] = useState(tenant?.name ?? '');
  const [tier, setTier] = useState<number | string>(tenant?.tier ?? 1);
  const [commercial, setCommercial] = useState(tenant?.commercial ?? false);
  const [weight, setWeight] = useState<number | string>(tenant?.weight ?? 1);
  const [webhookSecret, setWebhookSecret] = useState(tenant?.webhookSecret ?? '');
  const [enabled, setEnabled] = useState(tenant?.enabled ?? true);
  const save = useAction(
    (): Promise<unknown> => {
      const body = {
        name: name.trim(),
        tier: Number(tier),
        commercial,
        weight: Number(weight),
        webhookSecret: webhookSecret || null,
      };
      return tenant
        ? take(
            api.PATCH('/v1/tenants/{id}', {
              params: { path: { id: tenant.id } },
              body: { ...body, enabled },
            }),
          )
        : take(api.POST('/v1/tenants', { body }));
    },
    { done: `${name.trim()} is saved`, keys: [['tenants']] },
  );
  return (
    <FormDialog
      title={tenant ? `Edit ${tenant.name}` : 'Add a tenant'}
      submit={tenant ? `Save ${tenant.name}` : 'Add the tenant'}
      onSubmit={() => save.mutate(undefined, { onSuccess: close })}
      act={save}
      isReady={name.trim() !== '' && Number(tier) >= 1 && Number(weight) >= 0.01}
      close={close}
    >
      <TextInput
        label="Name"
        required
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NumberInput
        label="Tier"
        description="It may use models and workflows of this tier and below."
        min={1}
        max={5}
        allowDecimal={false}
        value={tier}
        onChange={setTier}
      />
      <NumberInput
        label="Weight"
        description="Its share of a busy model: 2 gets twice as much as 1. Priorities order only its own executions."
        min={0.01}
        max={100}
        decimalScale={2}
        value={weight}
        onChange={setWeight}
      />
      <Switch
        label="Commercial use"
        description="Models whose licence forbids it are refused."
        checked={commercial}
        onChange={(event) => setCommercial(event.currentTarget.checked)}
      />
      <TextInput
        label="Signature of its webhooks"
        description="A reference: env:RADIANT_SECRET_… or aws-sm:arn:aws:secretsmanager:…. Empty: webhooks are not signed."
        spellCheck={false}
        value={webhookSecret}
        onChange={(event) => setWebhookSecret(event.currentTarget.value.trim())}
      />
      {tenant && (
        <Switch
          label="Enabled"
          description="If off, its keys are refused."
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  );
}

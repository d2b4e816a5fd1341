/** Tenants: what they may use, and what they may spend. */
import { Button, Modal, NumberInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { usePages } from '../../../api/pages';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { day, usd } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import { sayProblem } from '../../../parts/page/problem';
import classes from '../Administration.module.css';

type Tenant = Got<'/v1/tenants'>['items'][number];

export function Tenants() {
  const [open, setOpen] = useState<Tenant | 'new' | null>(null);
  const { rows, error, retry, more } = usePages(['tenants'], (page) =>
    take(api.GET('/v1/tenants', { params: { query: page } })),
  );
  const create = <Button onClick={() => setOpen('new')}>Add a tenant</Button>;
  return (
    <Card title="Tenants" actions={create} flush>
      <DataTable
        label="Tenants"
        rows={rows}
        keyOf={({ id }) => id}
        error={error}
        retry={retry}
        more={more}
        empty={<Empty action={create}>There is no tenant yet.</Empty>}
        columns={[
          ...COLUMNS,
          {
            head: '',
            cell: (tenant) => (
              <Button onClick={() => setOpen(tenant)} aria-label={`Edit ${tenant.name}`}>
                Edit
              </Button>
            ),
            number: true,
          },
        ]}
      />
      {open && <Edit tenant={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

const COLUMNS: Column<Tenant>[] = [
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

function Edit({ tenant, onClose }: { tenant: Tenant | null; onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(tenant?.name ?? '');
  const [tier, setTier] = useState<number | string>(tenant?.tier ?? 1);
  const [commercial, setCommercial] = useState(tenant?.commercial ?? false);
  const [weight, setWeight] = useState<number | string>(tenant?.weight ?? 1);
  const [webhookSecret, setWebhookSecret] = useState(tenant?.webhookSecret ?? '');
  const [enabled, setEnabled] = useState(tenant?.enabled ?? true);
  const save = useMutation({
    mutationFn: (): Promise<unknown> => {
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
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['tenants'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={tenant ? `Edit ${tenant.name}` : 'Add a tenant'}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
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
          disabled={name.trim() === '' || !(Number(tier) >= 1) || !(Number(weight) >= 0.01)}
        >
          {tenant ? `Save ${tenant.name}` : 'Add the tenant'}
        </Button>
      </form>
    </Modal>
  );
}

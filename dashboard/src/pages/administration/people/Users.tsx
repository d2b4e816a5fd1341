/** Users: who they are and what they may do. */
import { Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { usePages } from '../../../api/pages';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { useAction } from '../../../parts/dialog/useAction';
import type { Column } from '../../../parts/table/DataTable';
import { EditableTable } from '../../../parts/table/EditableTable';
import { day } from '../../../parts/quantities';
import { State } from '../../../parts/state/State';
import { useMay, useSession } from '../../../shell/session';

type User = Got<'/v1/users'>['items'][number];
const ROLES = ['platform_admin', 'operator', 'auditor', 'tenant_admin', 'tenant_user'] as const;
type Role = (typeof ROLES)[number];
const MAY: Record<Role, string> = {
  platform_admin: 'everything',
  operator: 'monitors executions, warms models and turns them off; sees no inputs or outputs',
  auditor: 'reads everything but inputs and outputs',
  tenant_admin: 'runs workflows, and manages the tenant’s users and keys',
  tenant_user: 'runs workflows',
};

export function Users() {
  const { rows, error, retry, more } = usePages(['users'], (page) =>
    take(api.GET('/v1/users', { params: { query: page } })),
  );
  return (
    <EditableTable
      title="Users"
      label="Users"
      rows={rows}
      keyOf={({ id }) => id}
      nameOf={({ email }) => email}
      error={error}
      retry={retry}
      more={more}
      empty="There is no user yet."
      columns={COLUMNS}
      add={{ label: 'Add a user', dialog: (close) => <Edit user={null} close={close} /> }}
      actions={{ Edit: (user, close) => <Edit user={user} close={close} /> }}
    />
  );
}

const COLUMNS: readonly Column<User>[] = [
  {
    head: 'Name',
    cell: ({ name, email }) => (
      <>
        <b style={{ fontWeight: 550 }}>{name || email}</b> {name && <span className="faint">{email}</span>}
      </>
    ),
  },
  { head: 'State', cell: ({ enabled }) => <State of={enabled ? 'active' : 'disabled'} plain /> },
  { head: 'Role', cell: ({ role }) => role.replaceAll('_', ' ') },
  { head: 'Tenant', cell: ({ tenantName }) => tenantName, wide: true },
  { head: 'Since', cell: ({ createdAt }) => day(createdAt), wide: true },
];

function Edit({ user, close }: { user: User | null; close: () => void }) {
  const may = useMay();
  const { session } = useSession();
  const [email, setEmail] = useState('');
  const [name, setName] = useState(user?.name ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'tenant_user');
  const [tenantId, setTenantId] = useState<string | null>(session?.tenantId ?? null);
  const [enabled, setEnabled] = useState(user?.enabled ?? true);
  const tenants = useQuery({
    queryKey: ['tenants', 'names'],
    queryFn: () => take(api.GET('/v1/tenants', { params: { query: { limit: 100 } } })),
    enabled: may.edit && !user,
  });
  const save = useAction(
    (): Promise<unknown> => {
      const named = { ...(name.trim() && { name: name.trim() }), role };
      return user
        ? take(
            api.PATCH('/v1/users/{id}', { params: { path: { id: user.id } }, body: { ...named, enabled } }),
          )
        : take(
            api.POST('/v1/users', {
              body: { email: email.trim(), ...named, ...(may.edit && tenantId && { tenantId }) },
            }),
          );
    },
    { done: `${user?.email ?? email.trim()} is saved`, keys: [['users']] },
  );
  const roles = may.edit ? ROLES : ROLES.filter((value) => value.startsWith('tenant_'));
  return (
    <FormDialog
      title={user ? `Edit ${user.email}` : 'Add a user'}
      submit={user ? `Save ${user.email}` : 'Add the user'}
      onSubmit={() => save.mutate(undefined, { onSuccess: close })}
      act={save}
      isReady={user !== null || email.trim() !== ''}
      close={close}
    >
      {!user && (
        <TextInput
          label="Email"
          type="email"
          required
          maxLength={320}
          data-autofocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      <TextInput
        label="Name"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label="Role"
        description={MAY[role]}
        allowDeselect={false}
        value={role}
        onChange={(value) => setRole(value as Role)}
        data={roles.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
      />
      {may.edit && !user && (
        <Select
          label="Tenant"
          searchable
          allowDeselect={false}
          value={tenantId}
          onChange={setTenantId}
          data={tenants.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        />
      )}
      {user && (
        <Switch
          label="Enabled"
          description="If off, their keys are refused."
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  );
}

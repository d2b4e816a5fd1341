/** Creates a key and shows it once. */
import { Button, Checkbox, CopyButton, Modal, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { problemText } from '../../../parts/page/problem';
import { useMay, useSession } from '../../../shell/session';
import classes from '../Administration.module.css';

const SCOPES = [
  { value: 'read', label: 'Read' },
  { value: 'run', label: 'Run workflows' },
  { value: 'administer', label: 'Administer' },
] as const;
type Scope = (typeof SCOPES)[number]['value'];
const NEVER = 'never';
const EXPIRES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In 1 year' },
  { value: NEVER, label: 'Never' },
];

export function NewKey({ onClose }: { onClose: () => void }) {
  const may = useMay();
  const { session } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['read', 'run']);
  const [mustQuote, setMustQuote] = useState(session?.mustQuote ?? false);
  const [days, setDays] = useState('90');
  const [userId, setUserId] = useState<string | null>(null);
  const people = useQuery({
    queryKey: ['users', 'names'],
    queryFn: () => take(api.GET('/v1/users', { params: { query: { limit: 100 } } })),
    enabled: may.manageTenant,
  });
  const create = useMutation({
    mutationFn: () =>
      take(
        api.POST('/v1/api-keys', {
          body: {
            name: name.trim(),
            scopes,
            mustQuote,
            ...(days !== NEVER && {
              expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
            }),
            ...(userId && { userId }),
          },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  // The key cannot be shown again, so a click outside does not close the dialog.
  const isShown = create.data !== undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={isShown ? 'Copy the key now' : 'Create a key'}
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
    >
      {create.data ? (
        <div className={classes.form}>
          <p style={{ margin: 0 }}>It is shown only once. Radiant stores only a hash of it.</p>
          <div className={classes.once}>
            <code>{create.data.key}</code>
            <CopyButton value={create.data.key}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
            </CopyButton>
          </div>
          <Button variant="filled" size="sm" onClick={onClose}>
            I have it
          </Button>
        </div>
      ) : (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <TextInput
            label="Name"
            description="The program that uses it."
            placeholder="Lab pipeline"
            required
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label="It may" value={scopes} onChange={(value) => setScopes(value)}>
            <div className={classes.scopes} style={{ marginTop: 6 }}>
              {SCOPES.filter(({ value }) => value !== 'administer' || may.manageTenant || may.audit).map(
                (scope) => (
                  <Checkbox key={scope.value} {...scope} />
                ),
              )}
            </div>
          </Checkbox.Group>
          <Checkbox
            label="It starts only what was quoted"
            description="Each execution needs the id of a quote."
            checked={mustQuote}
            disabled={session?.mustQuote}
            onChange={(event) => setMustQuote(event.currentTarget.checked)}
          />
          <Select
            label="Expires"
            data={EXPIRES}
            allowDeselect={false}
            value={days}
            onChange={(value) => setDays(value ?? NEVER)}
          />
          {may.manageTenant && (
            <Select
              label="For"
              description="Default: you."
              clearable
              searchable
              value={userId}
              onChange={setUserId}
              data={
                people.data?.items
                  .filter(({ enabled }) => enabled)
                  .map(({ id, email, tenantName }) => ({ value: id, label: `${email} (${tenantName})` })) ??
                []
              }
            />
          )}
          {create.error && (
            <p role="alert" style={{ color: 'var(--failed)', margin: 0 }}>
              {problemText(create.error)}
            </p>
          )}
          <Button
            type="submit"
            variant="filled"
            size="sm"
            loading={create.isPending}
            disabled={name.trim() === '' || scopes.length === 0}
          >
            Create the key
          </Button>
        </form>
      )}
    </Modal>
  );
}

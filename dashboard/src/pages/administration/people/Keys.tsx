/** API keys: owner, scopes and last use. A new key is shown once. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { usePages } from '../../../api/pages';
import { ConfirmDialog } from '../../../parts/dialog/ConfirmDialog';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { Page } from '../../../parts/page/Page';
import { State } from '../../../parts/state/State';
import { ago, utc } from '../../../parts/quantities';
import { FirstCall } from './FirstCall';
import { NewKey } from './NewKey';

type ApiKey = Got<'/v1/api-keys'>['items'][number];

export default function Keys() {
  const [isNew, setNew] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const { rows, error, retry, more } = usePages(['keys'], (page) =>
    take(api.GET('/v1/api-keys', { params: { query: page } })),
  );
  const create = (
    <Button variant="filled" onClick={() => setNew(true)}>
      Create a key
    </Button>
  );
  return (
    <Page title="API keys" actions={create}>
      <Card label="Keys" flush>
        <DataTable
          label="API keys"
          rows={rows}
          keyOf={({ id }) => id}
          error={error}
          retry={retry}
          more={more}
          empty={<Empty action={create}>There is no key yet.</Empty>}
          columns={[
            ...COLUMNS,
            {
              head: '',
              number: true,
              cell: (key) =>
                !key.revokedAt && (
                  <Button onClick={() => setRevoking(key)} aria-label={`Revoke ${key.name}`}>
                    Revoke
                  </Button>
                ),
            },
          ]}
        />
      </Card>
      <FirstCall />
      {isNew && <NewKey onClose={() => setNew(false)} />}
      {revoking && (
        <ConfirmDialog
          title={`Revoke the key ${revoking.name}?`}
          submit={`Revoke 1 key: ${revoking.name}`}
          run={() => take(api.DELETE('/v1/api-keys/{id}', { params: { path: { id: revoking.id } } }))}
          done={`The key ${revoking.name} is revoked.`}
          keys={[['keys']]}
          close={() => setRevoking(null)}
        >
          Calls with <code>{`rdt_${revoking.keyId}…`}</code> are refused within seconds, and users who signed
          in with it are signed out. This cannot be undone.
        </ConfirmDialog>
      )}
    </Page>
  );
}

const When = ({ at, none }: { at: string | null; none: string }) =>
  at ? (
    <time dateTime={at} title={utc(at)}>
      {ago(at)}
    </time>
  ) : (
    <span className="faint">{none}</span>
  );

const standing = ({ revokedAt, expiresAt }: ApiKey): [state: string, word: string] =>
  revokedAt
    ? ['cancelled', 'Revoked']
    : expiresAt && Date.parse(expiresAt) <= Date.now()
      ? ['expired', 'Expired']
      : ['active', 'Active'];

const COLUMNS: Column<ApiKey>[] = [
  {
    head: 'Name',
    cell: ({ name, keyId }) => (
      <>
        <b style={{ fontWeight: 550, overflowWrap: 'anywhere' }}>{name}</b>{' '}
        <span className="mono faint">{`rdt_${keyId}…`}</span>
      </>
    ),
  },
  {
    head: 'State',
    cell: (key) => {
      const [state, word] = standing(key);
      return <State of={state}>{word}</State>;
    },
  },
  {
    head: 'Of',
    cell: ({ userEmail, tenantName, role }) => (
      <>
        {userEmail} <span className="faint">{`${tenantName}, ${role.replaceAll('_', ' ')}`}</span>
      </>
    ),
    wide: true,
  },
  {
    head: 'Scopes',
    cell: ({ scopes, mustQuote }) => (
      <>
        {scopes.join(', ') || 'everything that the role may do'}
        {mustQuote && <span className="faint">, only what was quoted</span>}
      </>
    ),
    wide: true,
  },
  { head: 'Last used', cell: ({ lastUsedAt }) => <When at={lastUsedAt} none="never" />, wide: true },
  { head: 'Expires', cell: ({ expiresAt }) => <When at={expiresAt} none="never" />, wide: true },
  { head: 'Created', cell: ({ createdAt }) => <When at={createdAt} none="–" />, wide: true },
];

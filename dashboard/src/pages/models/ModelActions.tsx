/** The actions on a model as a whole. */
import { Button, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Json } from '../../api/contract';
import { api, take } from '../../api/client';
import { CopyAs } from '../../parts/code/CopyAs';
import { useMay } from '../../shell/session';
import { ConfirmDialog } from '../../parts/dialog/ConfirmDialog';
import { PinDialog } from '../../parts/dialog/PinDialog';
import { modelKeys, useAction } from '../../parts/dialog/useAction';
import { UsedBy } from './UsedBy';
import type { ModelDetail } from './shape';

type Asking = 'disable' | 'retire' | 'warm' | null;

/** `patch`: the unsaved changes, for the clipboard; null if there are none. */
export function ModelActions({
  model: { id, displayName, enabled, status, managed },
  patch,
  version,
}: {
  model: ModelDetail;
  patch: Record<string, unknown> | null;
  version: number;
}) {
  const may = useMay();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const to = { params: { path: { modelId: id } } };
  const keys = modelKeys(id);
  const restore = useAction(() => take(api.POST('/v1/models/{modelId}/restore', { ...to, body: {} })), {
    done: `${displayName} is enabled again`,
    keys,
    loud: true,
  });
  const path = `/v1/models/${encodeURIComponent(id)}`;
  return (
    <>
      <CopyAs
        request={
          patch
            ? { method: 'PATCH', path, body: patch as Json, headers: { 'If-Match': `"${version}"` } }
            : { method: 'GET', path }
        }
      />
      {may.operate && enabled && managed && <Button onClick={() => setAsking('warm')}>Warm now</Button>}
      {may.edit && (
        <Button onClick={() => void navigate({ to: '/models/new', search: { from: id } })}>Duplicate</Button>
      )}
      {may.edit && !enabled && status !== 'retiring' && (
        <Button variant="filled" loading={restore.isPending} onClick={() => restore.mutate(undefined)}>
          Enable
        </Button>
      )}
      {may.edit && status !== 'retiring' && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button aria-label="More actions" px={8}>
              <IconDots size={16} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {enabled && <Menu.Item onClick={() => setAsking('disable')}>Disable {displayName}…</Menu.Item>}
            <Menu.Item color="red" onClick={() => setAsking('retire')}>
              Retire {displayName}…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asking === 'warm' && <PinDialog models={[{ id, displayName }]} desired="on" close={close} />}
      {asking === 'disable' && (
        <ConfirmDialog
          title={`Disable ${displayName}?`}
          submit={`Disable ${displayName}`}
          run={() => take(api.DELETE('/v1/models/{modelId}', to))}
          done={`${displayName} is disabled`}
          keys={keys}
          close={close}
        >
          <p>
            No new execution may use it
            {managed && ', and it is turned off when its running executions have ended'}. It can be enabled
            again.
          </p>
          <UsedBy id={id} />
        </ConfirmDialog>
      )}
      {asking === 'retire' && (
        <ConfirmDialog
          title={`Retire ${displayName}?`}
          submit={`Retire ${displayName}`}
          run={() => take(api.POST('/v1/models/{modelId}/retire', { ...to, body: {} }))}
          done={`${displayName} is being retired`}
          keys={keys}
          close={close}
          typed={id}
          after={() => void navigate({ to: '/models', search: {} })}
        >
          <p>
            Running executions may end. Then{' '}
            {managed && 'it is turned off, its resources at the provider are deleted, and '}the model is gone.
            This cannot be undone.
          </p>
          <UsedBy id={id} />
        </ConfirmDialog>
      )}
    </>
  );
}

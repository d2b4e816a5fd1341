/** The actions on a model as a whole. */
import { Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Json } from '../../api/contract';
import { api, take } from '../../api/client';
import { CopyAs } from '../../parts/code/CopyAs';
import { sayProblem } from '../../parts/page/problem';
import { useMay } from '../../shell/session';
import classes from './form/Form.module.css';
import { PinDialog } from '../../parts/dialog/PinDialog';
import { touched, useAct } from '../../parts/dialog/useAct';
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
  const keys = touched(id);
  const restore = useAct(() => take(api.POST('/v1/models/{modelId}/restore', { ...to, body: {} })), {
    done: `${displayName} is enabled again`,
    keys,
    loud: true,
  });
  const disable = useAct(() => take(api.DELETE('/v1/models/{modelId}', to)), {
    done: `${displayName} is disabled`,
    keys,
  });
  const retire = useAct(() => take(api.POST('/v1/models/{modelId}/retire', { ...to, body: {} })), {
    done: `${displayName} is being retired`,
    keys,
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
        <Confirm
          title={`Disable ${displayName}?`}
          word={`Disable ${displayName}`}
          act={disable}
          close={close}
        >
          <p>
            No new execution may use it
            {managed && ', and it is turned off when its running executions have ended'}. It can be enabled
            again.
          </p>
          <UsedBy id={id} />
        </Confirm>
      )}
      {asking === 'retire' && (
        <Confirm
          title={`Retire ${displayName}?`}
          word={`Retire ${displayName}`}
          act={retire}
          close={close}
          typed={id}
          left={() => void navigate({ to: '/models', search: {} })}
        >
          <p>
            Running executions may end. Then{' '}
            {managed && 'it is turned off, its resources at the provider are deleted, and '}the model is gone.
            This cannot be undone.
          </p>
          <UsedBy id={id} />
        </Confirm>
      )}
    </>
  );
}

export function Confirm({
  title,
  word,
  act,
  close,
  typed,
  left,
  children,
}: {
  title: string;
  word: string;
  act: {
    mutate: (value: undefined, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: unknown;
  };
  close: () => void;
  /** The text to type before the action. */ typed?: string;
  left?: () => void;
  children: React.ReactNode;
}) {
  const [entered, setEntered] = useState('');
  return (
    <Modal opened onClose={close} title={title}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate(undefined, {
            onSuccess: () => {
              close();
              left?.();
            },
          });
        }}
      >
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to go on`}
            value={entered}
            onChange={(event) => setEntered(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {Boolean(act.error) && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(act.error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            color="red"
            variant="filled"
            loading={act.isPending}
            disabled={typed !== undefined && entered !== typed}
          >
            {word}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** What can be done with a trigger: enable, disable, edit, rotate its secret, delete. */
import { Button, NumberInput, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { ConfirmDialog } from '../../parts/dialog/ConfirmDialog';
import { FormDialog } from '../../parts/dialog/FormDialog';
import { useAction } from '../../parts/dialog/useAction';
import { messageFor } from '../../parts/page/problem';
import { useMay } from '../../shell/session';
import { useTriggerFields } from './TriggerFields';
import { replacing, type Trigger } from './words';

const KEYS = [['triggers']];

export function Actions({ trigger }: { trigger: Trigger }) {
  const { id, name, enabled } = trigger;
  const may = useMay();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState<'edit' | 'rotate' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const params = { path: { id } };
  const turn = useAction(
    () => take(api.PATCH('/v1/triggers/{id}', { params, body: { enabled: !enabled } })),
    { done: `${name} is ${enabled ? 'disabled' : 'enabled'}`, keys: KEYS, loud: true },
  );
  if (!may.manageTenant) return null;
  return (
    <>
      <Button onClick={() => turn.mutate(undefined)} loading={turn.isPending}>
        {enabled ? 'Disable' : 'Enable'}
      </Button>
      <Button onClick={() => setOpen('rotate')}>Rotate the secret</Button>
      <Button onClick={() => setOpen('edit')}>Edit</Button>
      <Button c="var(--failed)" onClick={() => setOpen('delete')}>
        Delete
      </Button>
      {isOpen === 'edit' && <Edit trigger={trigger} close={close} />}
      {isOpen === 'rotate' && <Rotate trigger={trigger} close={close} />}
      {isOpen === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          submit={`Delete ${name}`}
          run={() => take(api.DELETE('/v1/triggers/{id}', { params }))}
          done={`${name} is deleted`}
          keys={[['triggers', 'pages']]}
          after={() => void navigate({ to: '/triggers' })}
          close={close}
        >
          Its URL answers 404. Executions that it has started continue.
        </ConfirmDialog>
      )}
    </>
  );
}

function Edit({ trigger, close }: { trigger: Trigger; close: () => void }) {
  const { isReady, body, signatureHeader, fields } = useTriggerFields(trigger);
  const isPlain = trigger.scheme === 'hmac_sha256';
  const save = useAction(
    () =>
      take(
        api.PATCH('/v1/triggers/{id}', {
          params: { path: { id: trigger.id } },
          body: {
            ...body,
            parameters: replacing(trigger.parameters ?? {}, body.parameters),
            signatureHeader: isPlain ? signatureHeader : null,
          },
        }),
      ),
    { done: `${body.name} is saved`, keys: KEYS },
  );
  return (
    <FormDialog
      title={`Edit ${trigger.name}`}
      submit="Save the trigger"
      onSubmit={() => save.mutate(undefined, { onSuccess: close })}
      act={save}
      isReady={isReady}
      close={close}
    >
      {fields(save.error, isPlain)}
    </FormDialog>
  );
}

const HOUR = 3_600;
const MOST_HOURS = 720;

function Rotate({ trigger: { id, name }, close }: { trigger: Trigger; close: () => void }) {
  const [secret, setSecret] = useState('');
  const [hours, setHours] = useState<number | string>(24);
  const rotate = useAction(
    () =>
      take(
        api.POST('/v1/triggers/{id}/rotate', {
          params: { path: { id } },
          body: { secret: secret.trim(), keepSeconds: Math.round(Number(hours) * HOUR) },
        }),
      ),
    { done: `${name} has another secret`, keys: KEYS },
  );
  return (
    <FormDialog
      title={`Rotate the secret of ${name}`}
      submit="Rotate the secret"
      onSubmit={() => rotate.mutate(undefined, { onSuccess: close })}
      act={rotate}
      isReady={secret.trim() !== ''}
      close={close}
    >
      <TextInput
        label="New secret"
        description="A reference, never the secret itself: env:RADIANT_SECRET_HOOK_…, or aws-sm:…"
        required
        value={secret}
        error={messageFor(rotate.error, 'secret')}
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      <NumberInput
        label="Accept the secret before for so many hours"
        description="So that the sender can change it meanwhile. 0: not at all."
        min={0}
        max={MOST_HOURS}
        value={hours}
        onChange={setHours}
      />
    </FormDialog>
  );
}

/** Frees slots that are kept for requests given up, with a reason that goes into the audit. */
import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { plural } from '../../../parts/quantities';
import { sayProblem } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { touched, useAct } from '../queries';

export function FreeSlots({
  model,
  slots,
  close,
}: {
  model: { id: string; displayName: string };
  slots: number;
  close: () => void;
}) {
  const [reason, setReason] = useState('');
  const free = useAct(
    () =>
      take(
        api.POST('/v1/models/{modelId}/slots/release', {
          params: { path: { modelId: model.id } },
          body: { reason: reason.trim() },
        }),
      ),
    { done: `The slots of ${model.displayName} are free`, keys: touched(model.id) },
  );
  return (
    <Modal opened onClose={close} title={`Free ${plural(slots, 'slot')} of ${model.displayName}`}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          free.mutate(undefined, { onSuccess: close });
        }}
      >
        <p className={classes.note}>
          Requests that were given up may still run at the endpoint. Free their slots only when you know that
          they do not: otherwise it gets more at once than it takes.
        </p>
        <Textarea
          label="Reason"
          description="Stands in the audit."
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        {free.error && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(free.error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="filled" loading={free.isPending} disabled={reason.trim() === ''}>
            Free {plural(slots, 'slot')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** Keeps models on or off for a while, with a reason that everybody sees. */
import { Button, Group, Modal, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { plural } from '../../../parts/quantities';
import { sayProblem } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { touched, useAct } from '../queries';

export type Pin = 'on' | 'off';

/** What `datetime-local` shows, in UTC, so many hours from now. */
const inHours = (hours: number): string =>
  new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);

export function PinDialog({
  models,
  desired,
  close,
  done,
}: {
  models: readonly { id: string; displayName: string }[];
  desired: Pin;
  close: () => void;
  done?: () => void;
}) {
  const [wish, setWish] = useState<Pin>(desired);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => inHours(1));
  const what = models.length === 1 ? (models[0]?.displayName ?? '') : plural(models.length, 'model');
  const pin = useAct(
    async () => {
      const body = { desired: wish, reason: reason.trim(), until: until === '' ? null : `${until}:00Z` };
      for (const { id } of models)
        await take(api.POST('/v1/models/{modelId}/thermal', { params: { path: { modelId: id } }, body }));
    },
    {
      done: wish === 'on' ? `${what} is kept on` : `${what} is kept off`,
      keys: models.flatMap(({ id }) => touched(id)),
    },
  );
  const isPast = until !== '' && Date.parse(`${until}:00Z`) <= Date.now();
  return (
    <Modal opened onClose={close} title={wish === 'on' ? `Warm ${what}` : `Keep ${what} off`}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          pin.mutate(undefined, {
            onSuccess: () => {
              close();
              done?.();
            },
          });
        }}
      >
        {models.length > 1 && (
          <ul className={classes.names}>
            {models.map(({ id, displayName }) => (
              <li key={id}>{displayName}</li>
            ))}
          </ul>
        )}
        <SegmentedControl
          aria-label="What to do"
          fullWidth
          value={wish}
          onChange={(next) => setWish(next)}
          data={[
            { value: 'on', label: 'Keep on' },
            { value: 'off', label: 'Keep off' },
          ]}
        />
        <Textarea
          label="Reason"
          description="Stands in the history and beside the model."
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <TextInput
          type="datetime-local"
          label="Until, in UTC"
          description="Empty: until somebody lets it go."
          value={until}
          error={isPast && 'is past already'}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        {pin.error && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(pin.error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            loading={pin.isPending}
            disabled={reason.trim() === '' || isPast}
          >
            {wish === 'on' ? `Keep ${what} on` : `Keep ${what} off`}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** Keeps a model on or off, whatever is needed, or leaves it to what is needed. */
import { Button, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take, type Got } from '../../../api/client';
import { sayProblem } from '../../../parts/page/problem';
import { usd } from '../../../parts/quantities';
import { Until, untilOf } from './Until';
import classes from '../Operations.module.css';

type Model = Got<'/v1/thermal'>['models'][number];
type Desired = Model['pin']['desired'];

const SAYS: Record<Desired, string> = {
  auto: 'It is warmed when it is needed and turned off when it is not.',
  on: 'It stays on, and bills, whether it is needed or not.',
  off: 'It stays off: what needs it waits.',
};

export function Pin({ model: { modelId, pin, usdPerHour }, onClose }: { model: Model; onClose: () => void }) {
  const queries = useQueryClient();
  const [desired, setDesired] = useState<Desired>(pin.desired);
  const [reason, setReason] = useState(pin.reason ?? '');
  const [hours, setHours] = useState<string>('4');
  const save = useMutation({
    mutationFn: () =>
      take(
        api.POST('/v1/models/{modelId}/thermal', {
          params: { path: { modelId } },
          body: desired === 'auto' ? { desired } : { desired, reason: reason.trim(), until: untilOf(hours) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['thermal'] });
      notifications.show({
        message:
          desired === 'auto' ? `${modelId} follows what is needed.` : `${modelId} is pinned ${desired}.`,
      });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Pin ${modelId}`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <SegmentedControl
          fullWidth
          aria-label="Pin"
          value={desired}
          onChange={(value) => setDesired(value)}
          data={[
            { value: 'auto', label: 'Auto' },
            { value: 'on', label: 'On' },
            { value: 'off', label: 'Off' },
          ]}
        />
        <p className="quiet" style={{ margin: 0 }}>
          {SAYS[desired]} {Number(usdPerHour) > 0 && `It costs ${usd(usdPerHour)} per hour now.`}
        </p>
        {desired !== 'auto' && (
          <>
            <TextInput
              label="Reason"
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Until hours={hours} onChange={setHours} />
          </>
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
          disabled={desired !== 'auto' && reason.trim() === ''}
        >
          {desired === 'auto' ? `Leave ${modelId} to what is needed` : `Pin ${modelId} ${desired}`}
        </Button>
      </form>
    </Modal>
  );
}

/** Keeps models on or off for a time, with a reason that everybody sees, or returns them to demand. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { api, take, type Got } from '../../api/client';
import { plural, usd } from '../quantities';
import classes from './Dialog.module.css';
import { ReasonDialog } from './ReasonDialog';
import { Until, untilOf } from './Until';
import { modelKeys, useAction } from './useAction';

export type Desired = Got<'/v1/thermal'>['models'][number]['pin']['desired'];

const SAYS: Record<Desired, string> = {
  auto: 'Warmed up on demand, turned off when idle.',
  on: 'Stays on and costs money, even if idle.',
  off: 'Stays off. Tasks that need it wait.',
};

export function PinDialog({
  models,
  desired: first,
  reason = '',
  usdPerHour = '0',
  close,
  done,
}: {
  models: readonly { id: string; displayName: string }[];
  /** The first choice. */
  desired: Desired;
  /** The reason of the current pin. */
  reason?: string;
  /** The current cost; undefined if it is not known. */
  usdPerHour?: string;
  close: () => void;
  done?: () => void;
}) {
  const [desired, setDesired] = useState<Desired>(first);
  const [hours, setHours] = useState('4');
  const what = models.length === 1 ? (models[0]?.displayName ?? '') : plural(models.length, 'model');
  const submit = desired === 'auto' ? `Return ${what} to demand` : `Keep ${what} ${desired}`;
  const act = useAction(
    async (why: string) => {
      const body = desired === 'auto' ? { desired } : { desired, reason: why, until: untilOf(hours) };
      for (const { id } of models)
        await take(api.POST('/v1/models/{modelId}/thermal', { params: { path: { modelId: id } }, body }));
      done?.();
    },
    {
      done: desired === 'auto' ? `${what} follows demand again` : `${what} is kept ${desired}`,
      keys: models.flatMap(({ id }) => modelKeys(id)),
    },
  );
  return (
    <ReasonDialog
      title={submit}
      description="Shown in the history and beside the model."
      reason={reason}
      submit={submit}
      act={act}
      isReasonless={desired === 'auto'}
      close={close}
    >
      {models.length > 1 && (
        <ul className={classes.names}>
          {models.map(({ id, displayName }) => (
            <li key={id}>{displayName}</li>
          ))}
        </ul>
      )}
      <SegmentedControl
        fullWidth
        aria-label="Pin"
        value={desired}
        onChange={setDesired}
        data={[
          { value: 'auto', label: 'Auto' },
          { value: 'on', label: 'Keep on' },
          { value: 'off', label: 'Keep off' },
        ]}
      />
      <p className="quiet">
        {SAYS[desired]} {Number(usdPerHour) > 0 && `It costs ${usd(usdPerHour)} per hour now.`}
      </p>
      {desired !== 'auto' && <Until hours={hours} onChange={setHours} />}
    </ReasonDialog>
  );
}

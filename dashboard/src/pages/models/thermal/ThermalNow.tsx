/** The thermal state of a model now: why, what it costs, what comes next, and the buttons that pin it. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { PinDialog, type Desired } from '../../../parts/dialog/PinDialog';
import { modelKeys, useAction } from '../../../parts/dialog/useAction';
import { Notice } from '../../../parts/difference/Notice';
import { Facts } from '../../../parts/page/Page';
import { ago, duration, plural, usd, utc } from '../../../parts/quantities';
import { Heat } from '../../../parts/state/State';
import { useMay } from '../../../shell/session';
import classes from '../form/Form.module.css';
import { warmUpBasis } from '../prices/price';
import type { ModelDetail, ModelThermal } from '../shape';
import { HeldSlots } from './HeldSlots';

export function ThermalNow({ model, now }: { model: ModelDetail; now: ModelThermal }) {
  const may = useMay();
  const [pinning, setPinning] = useState<Desired | null>(null);
  const release = useAction(
    () =>
      take(
        api.POST('/v1/models/{modelId}/thermal', {
          params: { path: { modelId: model.id } },
          body: { desired: 'auto' },
        }),
      ),
    {
      done: `${model.displayName} follows demand again`,
      keys: modelKeys(model.id),
      loud: true,
    },
  );
  const { pin, brakes, warmup, nextNeed, slots } = now;
  return (
    <div className={classes.dialog}>
      <Facts
        facts={[
          [
            'State',
            <Heat key="heat" of={now.state}>
              {now.since && `, since ${ago(now.since)}`}
            </Heat>,
          ],
          ['Instances', `${now.serving} serving, ${now.wanted} wanted`],
          ['Bills now', `${usd(now.usdPerHour)}/h for ${plural(now.billed, 'instance')}`],
          ['Slots', `${slots.taken} of ${slots.all} taken`],
          ['Waiting', plural(now.waiting, 'task')],
          [
            'Warm-up',
            `${duration(warmup.seconds * 1000)}, ${warmup.measured >= 3 ? `learned from ${warmup.measured}` : warmUpBasis(warmup.seconds, model.thermal.warmupTimeSeconds)}`,
          ],
        ]}
      />
      {now.why && <p className="quiet">{now.why}</p>}
      {nextNeed && (
        <p className="quiet">
          Needed next by {nextNeed.taskId} {ago(nextNeed.at)}, ±{' '}
          {duration(nextNeed.uncertaintySeconds * 1000)}.
        </p>
      )}
      {now.failure && (
        <Notice failed title="Warm-up failed">
          {now.failure}
          {now.retryAt && ` Tried again ${ago(now.retryAt)}.`}
        </Notice>
      )}
      <HeldSlots model={model} slots={slots} />
      {(brakes.scaleIn || brakes.scaleOut) && (
        <Notice title="A brake is on">
          {brakes.scaleOut && 'No instance is added until it is released. '}
          {brakes.scaleIn && 'No instance is taken away until it is released. '}
          <Link to="/thermal" className="plain">
            Thermal
          </Link>
        </Notice>
      )}
      <p>
        {pin.desired === 'auto'
          ? 'It is warmed up and turned off by demand.'
          : `Kept ${pin.desired}${pin.until ? ` until ${utc(pin.until)}` : ' until somebody releases it'}: ${pin.reason ?? 'no reason given'}.`}
      </p>
      {may.operate && (
        <div className={classes.tags}>
          <Button onClick={() => setPinning('on')}>Keep on…</Button>
          <Button onClick={() => setPinning('off')}>Keep off…</Button>
          {pin.desired !== 'auto' && (
            <Button onClick={() => release.mutate(undefined)} loading={release.isPending}>
              Return to demand
            </Button>
          )}
        </div>
      )}
      {pinning && <PinDialog models={[model]} desired={pinning} close={() => setPinning(null)} />}
    </div>
  );
}

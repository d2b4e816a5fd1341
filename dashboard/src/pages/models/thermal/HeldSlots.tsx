/** Slots held for requests that the endpoint may still work on, for every kind of provider. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '../../../parts/difference/Notice';
import { ago, plural } from '../../../parts/quantities';
import { useMay } from '../../../shell/session';
import type { ModelDetail, ModelThermal } from '../shape';
import { FreeSlots } from './FreeSlots';

export function HeldSlots({ model, slots }: { model: ModelDetail; slots: ModelThermal['slots'] }) {
  const may = useMay();
  const [freeing, setFreeing] = useState(false);
  if (!slots.doubtUntil) return null;
  return (
    <Notice title={`${plural(slots.doubted, 'slot')} held for requests that were given up`}>
      The endpoint may still work on them. The first is released automatically{' '}
      <time dateTime={slots.doubtUntil}>{ago(slots.doubtUntil)}</time>.
      {may.operate && (
        <>
          {' '}
          <Button size="compact-sm" onClick={() => setFreeing(true)}>
            Free them…
          </Button>
        </>
      )}
      {freeing && <FreeSlots model={model} slots={slots.doubted} close={() => setFreeing(false)} />}
    </Notice>
  );
}

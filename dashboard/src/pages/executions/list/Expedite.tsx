/** Puts an execution before all others, with a reason that is stored in the audit log. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { ReasonDialog } from '../../../parts/dialog/ReasonDialog';
import { useAct } from '../../../parts/dialog/useAct';

export function Expedite({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const expedite = useAct(
    (reason: string) =>
      take(api.POST('/v1/executions/{id}/expedite', { params: { path: { id } }, body: { reason } })),
    { done: `Execution ${id.slice(0, 8)} goes first`, keys: [['execution', id]] },
  );
  return (
    <>
      <Button onClick={() => setOpen(true)}>Put first</Button>
      {isOpen && (
        <ReasonDialog
          title={`Put execution ${id.slice(0, 8)} first?`}
          submit="Put it first"
          act={expedite}
          close={() => setOpen(false)}
        >
          <p>Its tasks run before those of all other executions, of every tenant, until it has ended.</p>
        </ReasonDialog>
      )}
    </>
  );
}

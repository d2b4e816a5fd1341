/** Puts an execution before all others, with a reason that is stored in the audit log. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { ReasonDialog } from '../../../parts/dialog/ReasonDialog';
import { useAction } from '../../../parts/dialog/useAction';

export function Expedite({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const expedite = useAction(
    (reason: string) =>
      take(api.POST('/v1/executions/{id}/expedite', { params: { path: { id } }, body: { reason } })),
    { done: `Execution ${id.slice(0, 8)} runs first`, keys: [['execution', id]] },
  );
  return (
    <>
      <Button onClick={() => setOpen(true)}>Run first</Button>
      {isOpen && (
        <ReasonDialog
          title={`Run execution ${id.slice(0, 8)} first?`}
          submit="Run it first"
          act={expedite}
          close={() => setOpen(false)}
        >
          <p>Its tasks run before those of all other executions, of every tenant, until it has ended.</p>
        </ReasonDialog>
      )}
    </>
  );
}

/** What can be done with a schedule: run it now, pause, resume, edit, delete. */
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../api/client';
import { ConfirmDialog } from '../../parts/dialog/ConfirmDialog';
import { ReasonDialog } from '../../parts/dialog/ReasonDialog';
import { useAction } from '../../parts/dialog/useAction';
import { useMay } from '../../shell/session';
import type { Schedule } from './words';

export function Actions({ schedule: { id, name, paused } }: { schedule: Schedule }) {
  const may = useMay();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState<'pause' | 'delete' | null>(null);
  const params = { path: { id } };
  const keys = [['schedules']];
  const run = useAction(() => take(api.POST('/v1/schedules/{id}/run', { params })), {
    done: `${name} runs`,
    keys: [...keys, ['executions']],
    loud: true,
  });
  const resume = useAction(() => take(api.POST('/v1/schedules/{id}/resume', { params })), {
    done: `${name} ticks again`,
    keys,
    loud: true,
  });
  const pause = useAction(
    (reason: string) => take(api.POST('/v1/schedules/{id}/pause', { params, body: { reason } })),
    { done: `${name} is paused`, keys },
  );
  return (
    <>
      {(may.run || may.operate) && !paused && <Button onClick={() => setOpen('pause')}>Pause</Button>}
      {may.run && (
        <>
          {paused && (
            <Button onClick={() => resume.mutate(undefined)} loading={resume.isPending}>
              Resume
            </Button>
          )}
          <Button renderRoot={(props) => <Link {...props} to="/schedules/$id/edit" params={{ id }} />}>
            Edit
          </Button>
          <Button c="var(--failed)" onClick={() => setOpen('delete')}>
            Delete
          </Button>
          <Button variant="filled" onClick={() => run.mutate(undefined)} loading={run.isPending}>
            Run now
          </Button>
        </>
      )}
      {isOpen === 'pause' && (
        <ReasonDialog
          title={`Pause ${name}?`}
          description="Shown with the schedule, and stored in the audit log. Its live executions continue."
          submit={`Pause ${name}`}
          act={pause}
          close={() => setOpen(null)}
        />
      )}
      {isOpen === 'delete' && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          submit={`Delete ${name}`}
          run={() => take(api.DELETE('/v1/schedules/{id}', { params }))}
          done={`${name} is deleted`}
          keys={[['schedules', 'pages']]}
          after={() => void navigate({ to: '/schedules' })}
          close={() => setOpen(null)}
        >
          It starts nothing any more. Executions that it has started continue.
        </ConfirmDialog>
      )}
    </>
  );
}

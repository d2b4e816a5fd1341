/** Disables or enables a workflow. Running executions continue. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/client';
import { ConfirmDialog } from '../../parts/dialog/ConfirmDialog';
import { useAction } from '../../parts/dialog/useAction';

export function EnableWorkflow({ id, name, enabled }: { id: string; name: string; enabled: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const params = { path: { workflowId: id } };
  const keys = [['workflows'], ['workflow', id]];
  const enable = useAction(() => api.POST('/v1/workflows/{workflowId}/restore', { params, body: {} }), {
    done: `${name} is enabled`,
    keys,
    loud: true,
  });
  if (!enabled)
    return (
      <Button onClick={() => enable.mutate(undefined)} loading={enable.isPending}>
        Enable
      </Button>
    );
  return (
    <>
      <Button onClick={() => setAsking(true)}>Disable</Button>
      {isAsking && (
        <ConfirmDialog
          title={`Disable ${name}?`}
          submit={`Disable ${name}`}
          run={() => api.DELETE('/v1/workflows/{workflowId}', { params })}
          done={`${name} is disabled`}
          keys={keys}
          close={() => setAsking(false)}
        >
          Nobody can run it any more. Running executions continue. You can enable it again.
        </ConfirmDialog>
      )}
    </>
  );
}

/** Restores an earlier version: publishes a new version with the same content, because versions never change. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { patchOf } from '../../../parts/difference/difference';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { definitionOf, type Workflow } from '../shapes';

export function RestoreVersion({ present, earlier }: { present: Workflow; earlier: Workflow }) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id: workflowId } = present;
  const restore = useMutation({
    mutationFn: () =>
      take(
        api.PATCH('/v1/workflows/{workflowId}', {
          params: { path: { workflowId } },
          headers: { 'If-Match': `"${present.version}"` },
          body: patchOf(definitionOf(present), definitionOf(earlier)),
        }),
      ),
    onSuccess: async (saved) => {
      notifications.show({ message: `${saved.name} ${saved.version} has the content of ${earlier.version}` });
      void queries.invalidateQueries({ queryKey: ['workflows'] });
      await queries.invalidateQueries({ queryKey: ['workflow', workflowId] });
      await navigate({ to: '/workflows/$id', params: { id: workflowId }, search: { tab: 'versions' } });
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>Restore {earlier.version}</Button>
      {isAsking && (
        <FormDialog
          title={`Restore version ${earlier.version}?`}
          submit={`Restore version ${earlier.version}`}
          onSubmit={() => restore.mutate()}
          act={restore}
          close={() => setAsking(false)}
        >
          <p>
            This publishes a new version with the content of {earlier.version}. Running executions keep their
            version.
          </p>
        </FormDialog>
      )}
    </>
  );
}

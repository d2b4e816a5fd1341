/** Disables or enables a workflow. Running executions continue. */
import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { sayProblem } from '../../parts/page/problem';

export function Enabling({ id, name, enabled }: { id: string; name: string; enabled: boolean }) {
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const params = { path: { workflowId: id } };
  const change = useMutation({
    mutationFn: () =>
      enabled
        ? api.DELETE('/v1/workflows/{workflowId}', { params })
        : api.POST('/v1/workflows/{workflowId}/restore', { params, body: {} }),
    onSuccess: async () => {
      setAsking(false);
      notifications.show({ message: enabled ? `${name} is disabled` : `${name} can be run again` });
      await Promise.all(
        [['workflows'], ['workflow', id]].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'That did not work', message: sayProblem(error) }),
  });
  if (!enabled)
    return (
      <Button onClick={() => change.mutate()} loading={change.isPending}>
        Restore
      </Button>
    );
  return (
    <>
      <Button onClick={() => setAsking(true)}>Disable</Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={`Disable ${name}?`}>
        <p>Nobody can run it any more. Running executions continue. You can enable it again.</p>
        <Group justify="flex-end" gap={8}>
          <Button onClick={() => setAsking(false)} data-autofocus>
            Cancel
          </Button>
          <Button color="red" variant="filled" onClick={() => change.mutate()} loading={change.isPending}>
            Disable {name}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

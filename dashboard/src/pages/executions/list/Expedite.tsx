/** Puts an execution before everybody's, with a reason that stands in the audit. */
import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { sayProblem } from '../../../parts/page/problem';

export function Expedite({ id }: { id: string }) {
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const expedite = useMutation({
    mutationFn: () =>
      take(
        api.POST('/v1/executions/{id}/expedite', {
          params: { path: { id } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      setOpen(false);
      await queries.invalidateQueries({ queryKey: ['execution', id] });
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Put first</Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={`Put execution ${id.slice(0, 8)} first?`}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            expedite.mutate();
          }}
        >
          <p style={{ marginTop: 0 }}>
            Its tasks go before everybody's, of every tenant, until it has ended.
          </p>
          <Textarea
            label="Reason"
            description="Stands in the audit."
            required
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          {expedite.error && (
            <p role="alert" style={{ color: 'var(--failed)' }}>
              {sayProblem(expedite.error)}
            </p>
          )}
          <Group justify="flex-end" mt="md">
            <Button onClick={() => setOpen(false)}>Leave it</Button>
            <Button
              type="submit"
              variant="filled"
              loading={expedite.isPending}
              disabled={reason.trim() === ''}
            >
              Put it first
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}

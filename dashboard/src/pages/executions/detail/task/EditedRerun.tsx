/** Reruns an ended execution with another input of a task, or with an output in place of its work. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../../api/client';
import type { Json } from '../../../../api/contract';
import { JsonField } from '../../../../parts/code/JsonField';
import { FormDialog } from '../../../../parts/dialog/FormDialog';
import { useAction } from '../../../../parts/dialog/useAction';
import { newKey } from '../../../../parts/newKey';

export type Edit = 'input' | 'output';

export function EditedRerun({
  id,
  taskId,
  name,
  edit,
  close,
}: {
  id: string;
  taskId: string;
  name: string;
  edit: Edit;
  close: () => void;
}) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState<{ value: Json | undefined } | null>(null);
  const [isReadable, setReadable] = useState(true);
  const [key] = useState(newKey);
  const { data: task } = useQuery({
    queryKey: ['execution', id, 'task', taskId, null],
    queryFn: () =>
      take(api.GET('/v1/executions/{id}/tasks/{taskId}', { params: { path: { id, taskId }, query: {} } })),
    enabled: edit === 'input',
  });
  const value = typed ? typed.value : edit === 'input' ? task?.input : undefined;
  const rerun = useAction(
    async () => {
      const begun = await take(
        api.POST('/v1/executions/{id}/rerun', {
          params: { path: { id }, header: { 'idempotency-key': key } },
          body: { [edit === 'input' ? 'inputs' : 'skip']: { [taskId]: value ?? null } },
        }),
      );
      if ('id' in begun) await navigate({ to: '/executions/$id', params: { id: begun.id } });
    },
    { done: 'The rerun has begun', keys: [] },
  );
  return (
    <FormDialog
      title={
        edit === 'input' ? `Rerun with another input of ${name}` : `Rerun with a given output of ${name}`
      }
      submit="Rerun"
      onSubmit={() => rerun.mutate(undefined, { onSuccess: close })}
      act={rerun}
      isReady={isReadable && (edit === 'output' || value !== undefined)}
      close={close}
    >
      <JsonField
        label={edit === 'input' ? 'Input' : 'Output'}
        description={
          edit === 'input'
            ? 'JSON, in place of its mapping. The task and all that depends on it run again.'
            : 'JSON. The task does not run, and all that depends on it does. Empty: null.'
        }
        value={value}
        onChange={(next, unreadable) => {
          setTyped({ value: next });
          setReadable(unreadable === null);
        }}
      />
    </FormDialog>
  );
}

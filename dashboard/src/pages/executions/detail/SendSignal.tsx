/** Sends a signal to the tasks that wait for it, now or later. */
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import type { Json } from '../../../api/contract';
import { JsonField } from '../../../parts/code/JsonField';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { useAction } from '../../../parts/dialog/useAction';
import { newKey } from '../../../parts/newKey';
import type { Execution } from './view';

export function SendSignal({ execution: { id, tasks } }: { execution: Execution }) {
  const [isOpen, setOpen] = useState(false);
  const names = [
    ...new Set(tasks.flatMap(({ signal, completedAt }) => (signal && completedAt === null ? [signal] : []))),
  ];
  if (names.length === 0 && !isOpen) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Send signal</Button>
      {isOpen && <SignalDialog id={id} names={names} close={() => setOpen(false)} />}
    </>
  );
}

function SignalDialog({ id, names, close }: { id: string; names: string[]; close: () => void }) {
  const [chosen, setChosen] = useState(names[0] ?? '');
  const [payload, setPayload] = useState<Json | undefined>();
  const [isReadable, setReadable] = useState(true);
  // The same key for each try of this dialog: a signal whose answer was lost is not sent twice.
  const [key] = useState(newKey);
  const send = useAction(
    () =>
      take(
        api.POST('/v1/executions/{id}/signal', {
          params: { path: { id }, header: { 'idempotency-key': key } },
          body: { name: chosen, payload: payload ?? null },
        }),
      ),
    { done: `The signal ${chosen} is sent`, keys: [['execution', id]] },
  );
  return (
    <FormDialog
      title={`Send a signal to execution ${id.slice(0, 8)}`}
      submit="Send signal"
      onSubmit={() => send.mutate(undefined, { onSuccess: close })}
      act={send}
      isReady={chosen !== '' && isReadable}
      close={close}
    >
      <Select
        label="Signal"
        description="A task that waits for it takes it. It is kept for a task that will."
        data={names}
        value={chosen}
        onChange={(name) => setChosen(name ?? '')}
        allowDeselect={false}
      />
      <JsonField
        label="Payload"
        description="JSON, the output of the task. Empty: null."
        value={payload}
        onChange={(value, unreadable) => {
          setPayload(value);
          setReadable(unreadable === null);
        }}
      />
    </FormDialog>
  );
}

/** Skips a task that has not begun or waits, or gives its output, with a reason that is stored in the audit log. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../../../../api/client';
import type { Json } from '../../../../api/contract';
import { JsonField } from '../../../../parts/code/JsonField';
import { FormDialog } from '../../../../parts/dialog/FormDialog';
import { useAction } from '../../../../parts/dialog/useAction';
import { useMay } from '../../../../shell/session';
import { isOver, type Execution, type Task } from '../view';

type Place = Pick<Task, 'taskId' | 'mapIndex' | 'name' | 'childExecutionId'>;

export function SkipTask({ execution: { id, status }, task }: { execution: Execution; task: Place }) {
  const [isOpen, setOpen] = useState(false);
  const may = useMay();
  if (!may.run || isOver(status)) return null;
  return (
    <>
      <Button mt={8} onClick={() => setOpen(true)}>
        Skip task
      </Button>
      {isOpen && <SkipDialog id={id} task={task} close={() => setOpen(false)} />}
    </>
  );
}

function SkipDialog({ id, task, close }: { id: string; task: Place; close: () => void }) {
  const { taskId, mapIndex, name, childExecutionId } = task;
  const [output, setOutput] = useState<Json | undefined>();
  const [isReadable, setReadable] = useState(true);
  const [reason, setReason] = useState('');
  const what = mapIndex === null ? name : `item ${mapIndex} of ${name}`;
  const skip = useAction(
    () =>
      take(
        api.POST('/v1/executions/{id}/tasks/{taskId}/skip', {
          params: { path: { id, taskId } },
          body: {
            reason,
            ...(output !== undefined && { output }),
            ...(mapIndex !== null && { mapIndex }),
          },
        }),
      ),
    {
      done: output === undefined ? `${what} is skipped` : `${what} has the given output`,
      keys: [['execution', id]],
    },
  );
  return (
    <FormDialog
      title={`Skip ${what}?`}
      submit={output === undefined ? 'Skip task' : 'Give the output'}
      onSubmit={() => skip.mutate(undefined, { onSuccess: close })}
      act={skip}
      isReady={reason.trim() !== '' && isReadable}
      close={close}
    >
      {childExecutionId && <p>The execution that it waits for is cancelled.</p>}
      <Textarea
        label="Reason"
        description="Stored with the task and in the audit log."
        required
        maxLength={1_000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <JsonField
        label="Output"
        description="JSON. With an output the task succeeds; empty: it is skipped, and tasks that need it to succeed are skipped, too."
        value={output}
        onChange={(value, unreadable) => {
          setOutput(value);
          setReadable(unreadable === null);
        }}
      />
    </FormDialog>
  );
}

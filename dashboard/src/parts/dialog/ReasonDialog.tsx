/** Asks for a reason before an action that others need to know of. The reason is stored in the history. */
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from './FormDialog';

export function ReasonDialog({
  title,
  label = 'Reason',
  description = 'Stored in the audit log.',
  reason: first = '',
  submit,
  act,
  isReasonless = false,
  close,
  children,
}: {
  title: string;
  label?: string;
  description?: string;
  /** The current reason, if there is one. */
  reason?: string;
  /** The text of the button, which names the action. */
  submit: string;
  act: {
    mutate: (reason: string, then: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: unknown;
  };
  /** The current choice needs no reason. */
  isReasonless?: boolean;
  close: () => void;
  children?: React.ReactNode;
}) {
  const [reason, setReason] = useState(first);
  return (
    <FormDialog
      title={title}
      submit={submit}
      onSubmit={() => act.mutate(reason.trim(), { onSuccess: close })}
      act={act}
      isReady={isReasonless || reason.trim() !== ''}
      close={close}
    >
      {children}
      {!isReasonless && (
        <Textarea
          label={label}
          description={description}
          required
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}

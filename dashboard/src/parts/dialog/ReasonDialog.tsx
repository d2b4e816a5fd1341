/** Asks for a reason before an action that others need to know of. The reason is stored in the history. */
import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { sayProblem } from '../page/problem';
import classes from './Dialog.module.css';

export function ReasonDialog({
  title,
  label = 'Reason',
  description = 'Stored in the audit log.',
  reason: first = '',
  submit,
  act,
  isReady = true,
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
  /** All other fields are filled. */
  isReady?: boolean;
  /** The current choice needs no reason. */
  isReasonless?: boolean;
  close: () => void;
  children?: React.ReactNode;
}) {
  const [reason, setReason] = useState(first);
  return (
    <Modal opened onClose={close} title={title}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate(reason.trim(), { onSuccess: close });
        }}
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
        {Boolean(act.error) && (
          <p role="alert" className={classes.wrong}>
            {sayProblem(act.error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            loading={act.isPending}
            disabled={!isReady || (!isReasonless && reason.trim() === '')}
          >
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

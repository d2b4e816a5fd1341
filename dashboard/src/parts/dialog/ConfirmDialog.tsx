/** Asks for confirmation before an action that takes something away, and says what it affects. */
import { TextInput } from '@mantine/core';
import type { QueryKey } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from './FormDialog';
import { useAction } from './useAction';

export function ConfirmDialog({
  title,
  submit,
  run,
  done,
  keys,
  typed,
  cancel = 'Cancel',
  after,
  close,
  children,
}: {
  title: string;
  submit: string;
  run: () => Promise<unknown>;
  /** The notice when it is done. */
  done: string;
  /** The queries that it changes. */
  keys: readonly QueryKey[];
  /** The text to type before the action. */
  typed?: string;
  cancel?: string;
  /** Called when it is done and the dialog is closed. */
  after?: () => void;
  close: () => void;
  children: React.ReactNode;
}) {
  const [entered, setEntered] = useState('');
  const act = useAction(run, { done, keys });
  return (
    <FormDialog
      title={title}
      submit={submit}
      onSubmit={() =>
        act.mutate(undefined, {
          onSuccess: () => {
            close();
            after?.();
          },
        })
      }
      act={act}
      isReady={typed === undefined || entered === typed}
      isDanger
      cancel={cancel}
      close={close}
    >
      <div>{children}</div>
      {typed !== undefined && (
        <TextInput
          label={`Type ${typed} to confirm`}
          value={entered}
          onChange={(event) => setEntered(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
      )}
    </FormDialog>
  );
}

/** A dialog with a form: its fields, the error of the last attempt, and the two buttons. */
import { Button, Group, Modal } from '@mantine/core';
import { problemText } from '../page/problem';
import classes from './Dialog.module.css';

export function FormDialog({
  title,
  submit,
  onSubmit,
  act: { isPending, error },
  isReady = true,
  isDanger = false,
  isLarge = false,
  cancel = 'Cancel',
  close,
  children,
}: {
  title: string;
  /** The text of the button, which names the action. */
  submit: string;
  onSubmit: () => void;
  act: { isPending: boolean; error: unknown };
  /** All fields are filled. */
  isReady?: boolean;
  /** The action takes something away. */
  isDanger?: boolean;
  /** The fields stand in two columns. */
  isLarge?: boolean;
  /** The text of the button that closes the dialog without the action. */
  cancel?: string;
  close: () => void;
  children?: React.ReactNode;
}) {
  return (
    <Modal opened onClose={close} title={title} size={isLarge ? 'lg' : 'md'}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {Boolean(error) && (
          <p role="alert" className={classes.wrong}>
            {problemText(error)}
          </p>
        )}
        <Group justify="flex-end" gap={8}>
          <Button onClick={close} data-autofocus>
            {cancel}
          </Button>
          <Button
            type="submit"
            variant="filled"
            {...(isDanger && { color: 'red' })}
            loading={isPending}
            disabled={!isReady}
          >
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

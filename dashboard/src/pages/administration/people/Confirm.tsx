/** Asks for confirmation before an action that cannot be undone, and names what it affects. */
import { Button, Modal } from '@mantine/core';
import classes from '../Administration.module.css';

export const Confirm = ({
  title,
  doing,
  busy,
  error,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  doing: string;
  busy: boolean;
  error: string | null;
  onConfirm: () => void;
  onClose: () => void;
  children: React.ReactNode;
}) => (
  <Modal opened onClose={onClose} title={title}>
    <p style={{ marginTop: 0 }}>{children}</p>
    {error && (
      <p role="alert" style={{ color: 'var(--failed)' }}>
        {error}
      </p>
    )}
    <div className={classes.row}>
      <Button variant="filled" color="red" size="sm" loading={busy} onClick={onConfirm}>
        {doing}
      </Button>
      <Button size="sm" onClick={onClose} data-autofocus>
        Keep it
      </Button>
    </div>
  </Modal>
);

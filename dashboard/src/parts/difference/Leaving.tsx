/** Asks before the user leaves a page with unsaved changes. Its own tabs and filters do not count as leaving. */
import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { plural } from '../quantities';

export function Leaving({
  unsaved,
  allow,
}: {
  unsaved: number;
  /** Set while the page saves and then navigates by itself. */ allow?: React.RefObject<boolean>;
}) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      unsaved > 0 && !allow?.current && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved > 0,
    withResolver: true,
  });
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?">
      <p>{plural(unsaved, 'unsaved change')} would be lost.</p>
      <Group justify="flex-end" gap={8}>
        <Button onClick={() => reset?.()} data-autofocus>
          Stay
        </Button>
        <Button color="red" variant="filled" onClick={() => proceed?.()}>
          Leave and lose {plural(unsaved, 'change')}
        </Button>
      </Group>
    </Modal>
  );
}

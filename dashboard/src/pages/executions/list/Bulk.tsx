/** One action on many executions. The page names the action and the count, and then shows what was refused. */
import { Button, Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { plural } from '../../../parts/quantities';
import { sayProblem } from '../../../parts/page/problem';
import { doneOf, liveOf, type Summary } from './list';

type BulkAction = 'cancel' | 'rerun';
const DONE = { cancel: 'cancelled', rerun: 'begun again' } as const;

export function Bulk({ chosen, clear }: { chosen: readonly Summary[]; clear: () => void }) {
  const queries = useQueryClient();
  const [action, setAction] = useState<BulkAction | null>(null);
  const rows = { cancel: liveOf(chosen), rerun: doneOf(chosen) };
  const act = useMutation({
    mutationFn: (action: BulkAction) =>
      take(api.POST('/v1/executions/bulk', { body: { action, ids: rows[action].map(({ id }) => id) } })),
    onSuccess: (answer, action) => {
      const refused = answer?.results.filter(({ ok }) => !ok) ?? [];
      const did = (answer?.results.length ?? 0) - refused.length;
      notifications.show({
        color: refused.length > 0 ? 'orange' : 'green',
        title: `${plural(did, 'execution')} ${DONE[action]}`,
        message:
          refused.length > 0
            ? `${plural(refused.length, 'was', 'were')} refused: ${refused[0]?.detail ?? refused[0]?.code ?? ''}`
            : '',
      });
      clear();
      return queries.invalidateQueries({ queryKey: ['executions'] });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'That did not work', message: sayProblem(error) }),
    onSettled: () => setAction(null),
  });
  const [a, b] = chosen;
  const name =
    action && `${action === 'cancel' ? 'Cancel' : 'Rerun'} ${plural(rows[action].length, 'execution')}`;
  return (
    <>
      <span>{plural(chosen.length, 'execution')} chosen</span>
      {rows.cancel.length > 0 && (
        <Button c="var(--failed)" onClick={() => setAction('cancel')}>
          Cancel {plural(rows.cancel.length, 'execution')}
        </Button>
      )}
      {rows.rerun.length > 0 && (
        <Button onClick={() => setAction('rerun')}>Rerun {plural(rows.rerun.length, 'execution')}</Button>
      )}
      {a && b && chosen.length === 2 && (
        <Button
          renderRoot={(props) => <Link to="/executions/compare" search={{ a: a.id, b: b.id }} {...props} />}
        >
          Compare the two
        </Button>
      )}
      <Button variant="subtle" onClick={clear}>
        Choose none
      </Button>
      <Modal opened={action !== null} onClose={() => setAction(null)} title={name && `${name}?`}>
        <p style={{ marginTop: 0 }}>
          {action === 'cancel'
            ? 'Running tasks are stopped. The results of succeeded tasks are kept.'
            : 'Each is rerun as a new execution that reuses the succeeded tasks.'}{' '}
          {action &&
            chosen.length > rows[action].length &&
            `${plural(chosen.length - rows[action].length, 'other')} that you chose ${action === 'cancel' ? 'ended already' : 'still run'}, and are not changed.`}
        </p>
        <Group justify="flex-end">
          <Button onClick={() => setAction(null)}>Leave it</Button>
          <Button
            variant="filled"
            color={action === 'cancel' ? 'red' : 'violet'}
            loading={act.isPending}
            onClick={() => action && act.mutate(action)}
          >
            {name}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

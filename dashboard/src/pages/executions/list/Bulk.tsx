/** One action on many executions. The page names the action and the count, and then shows what was refused. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { plural } from '../../../parts/quantities';
import { doneOf, liveOf, type Summary } from './list';

type BulkAction = 'cancel' | 'rerun';
const DONE = { cancel: 'cancelled', rerun: 'rerun' } as const;

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
      setAction(null);
      clear();
      return queries.invalidateQueries({ queryKey: ['executions'] });
    },
  });
  const close = () => {
    act.reset();
    setAction(null);
  };
  const [a, b] = chosen;
  const name =
    action && `${action === 'cancel' ? 'Cancel' : 'Rerun'} ${plural(rows[action].length, 'execution')}`;
  return (
    <>
      <span>{plural(chosen.length, 'execution')} selected</span>
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
          Compare
        </Button>
      )}
      <Button variant="subtle" onClick={clear}>
        Clear selection
      </Button>
      {action && name && (
        <FormDialog
          title={`${name}?`}
          submit={name}
          onSubmit={() => act.mutate(action)}
          act={act}
          isDanger={action === 'cancel'}
          cancel="Keep them"
          close={close}
        >
          <p>
            {action === 'cancel'
              ? 'Running tasks are stopped. The results of succeeded tasks are kept.'
              : 'Each is rerun as a new execution that reuses the succeeded tasks.'}{' '}
            {chosen.length > rows[action].length &&
              `${plural(chosen.length - rows[action].length, 'other')} that you selected ${action === 'cancel' ? 'ended already' : 'still run'}, and are not changed.`}
          </p>
        </FormDialog>
      )}
    </>
  );
}

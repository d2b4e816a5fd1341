/** Disables several models, and shows the errors model by model. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { plural } from '../../../parts/quantities';
import { problemText } from '../../../parts/page/problem';
import classes from '../form/Form.module.css';
import { FormDialog } from '../../../parts/dialog/FormDialog';
import { modelKeys } from '../../../parts/dialog/useAction';
import type { Model } from '../shape';
import { UsedBy } from '../UsedBy';

export function BulkDisable({
  models,
  close,
  done,
}: {
  models: readonly Model[];
  close: () => void;
  done: () => void;
}) {
  const queries = useQueryClient();
  const disable = useMutation({
    mutationFn: async () => {
      const failed: string[] = [];
      for (const { id, displayName } of models)
        await take(api.DELETE('/v1/models/{modelId}', { params: { path: { modelId: id } } })).catch(
          (error: unknown) => failed.push(`${displayName}: ${problemText(error)}`),
        );
      await Promise.all(
        models.flatMap(({ id }) => modelKeys(id)).map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      return failed;
    },
    onSuccess: (failed) => {
      if (failed.length > 0) return;
      notifications.show({ message: `${plural(models.length, 'model')} disabled` });
      close();
      done();
    },
  });
  const word = `Disable ${plural(models.length, 'model')}`;
  return (
    <FormDialog
      title={`${word}?`}
      submit={word}
      onSubmit={() => disable.mutate()}
      act={disable}
      isDanger
      close={close}
    >
      <p>
        No new execution may use them. They are turned off when their running executions have ended. They can
        be enabled again.
      </p>
      <ul className={classes.names}>
        {models.map(({ id, displayName }) => (
          <li key={id}>
            {displayName}
            <UsedBy id={id} />
          </li>
        ))}
      </ul>
      {disable.data && disable.data.length > 0 && (
        <div role="alert" className={classes.wrong}>
          {disable.data.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </FormDialog>
  );
}

/** Frees slots that are held because the outcome of their requests is unknown. The reason is stored in the audit log. */
import { api, take } from '../../../api/client';
import { ReasonDialog } from '../../../parts/dialog/ReasonDialog';
import { modelKeys, useAction } from '../../../parts/dialog/useAction';
import { plural } from '../../../parts/quantities';
import classes from '../form/Form.module.css';

export function FreeSlots({
  model,
  slots,
  close,
}: {
  model: { id: string; displayName: string };
  slots: number;
  close: () => void;
}) {
  const free = useAction(
    (reason: string) =>
      take(
        api.POST('/v1/models/{modelId}/slots/release', {
          params: { path: { modelId: model.id } },
          body: { reason },
        }),
      ),
    { done: `The slots of ${model.displayName} are free`, keys: modelKeys(model.id) },
  );
  return (
    <ReasonDialog
      title={`Free ${plural(slots, 'slot')} of ${model.displayName}`}
      submit={`Free ${plural(slots, 'slot')}`}
      act={free}
      close={close}
    >
      <p className={classes.note}>
        Requests that were given up may still run at the endpoint. Free their slots only when you know that
        they have ended. Otherwise the endpoint gets more requests at once than it accepts.
      </p>
    </ReasonDialog>
  );
}

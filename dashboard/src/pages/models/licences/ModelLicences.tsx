/** The licences of one model: add, review, edit and remove. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { ConfirmDialog } from '../../../parts/dialog/ConfirmDialog';
import { modelKeys, useAction } from '../../../parts/dialog/useAction';
import { patchOf } from '../../../parts/difference/difference';
import { EditableTable } from '../../../parts/table/EditableTable';
import { useMay } from '../../../shell/session';
import { licencesQuery } from '../queries';
import type { Licence, ModelDetail } from '../shape';
import { licenceColumns } from './licenceColumns';
import { LicenceDialog, licenceFields, NEW_LICENCE, type LicenceFields } from './LicenceDialog';
import { ReviewDialog } from './ReviewDialog';

export function ModelLicences({ model: { id, displayName } }: { model: ModelDetail }) {
  const may = useMay();
  const { data, error, refetch } = useQuery(licencesQuery(id));
  const to = (licence: Licence) => ({ path: { modelId: id, licenseId: licence.id } });
  const keys = modelKeys(id);
  const save = useAction(
    ({ licence, fields }: { licence?: Licence; fields: LicenceFields }) =>
      licence
        ? take(
            api.PATCH('/v1/models/{modelId}/licenses/{licenseId}', {
              params: to(licence),
              body: patchOf(licenceFields(licence), fields),
            }),
          )
        : take(
            api.POST('/v1/models/{modelId}/licenses', { params: { path: { modelId: id } }, body: fields }),
          ),
    { done: `The licences of ${displayName} are saved`, keys },
  );
  return (
    <EditableTable
      title="Licences"
      label={`Licences of ${displayName}`}
      rows={data?.items}
      keyOf={(row) => row.id}
      nameOf={({ spdx }) => spdx}
      error={error}
      retry={() => void refetch()}
      isEditable={may.edit}
      empty="Its licences are unknown, so it may not be used. Add those of its code and its weights."
      columns={licenceColumns}
      add={{
        label: 'Add a licence',
        dialog: (close) => (
          <LicenceDialog
            licence={NEW_LICENCE}
            title={`Add a licence to ${displayName}`}
            submit="Add the licence"
            save={(fields) => save.mutateAsync({ fields })}
            close={close}
          />
        ),
      }}
      actions={{
        Review: (licence, close) => (
          <ReviewDialog modelId={id} modelName={displayName} licence={licence} close={close} />
        ),
        Edit: (licence, close) => (
          <LicenceDialog
            licence={licenceFields(licence)}
            title={`Edit ${licence.spdx}`}
            submit="Save the licence"
            save={(fields) => save.mutateAsync({ licence, fields })}
            close={close}
          />
        ),
        Remove: (licence, close) => (
          <ConfirmDialog
            title={`Remove ${licence.spdx} from ${displayName}?`}
            submit={`Remove ${licence.spdx}`}
            run={() => take(api.DELETE('/v1/models/{modelId}/licenses/{licenseId}', { params: to(licence) }))}
            done={`${licence.spdx} is removed`}
            keys={keys}
            close={close}
          >
            A model without a licence for its code or its weights may not be used by anybody.
          </ConfirmDialog>
        ),
      }}
    />
  );
}

/** The licences of one model: add, review and remove. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { patchOf } from '../../../parts/difference/difference';
import { Empty } from '../../../parts/page/Empty';
import { useMay } from '../../../shell/session';
import classes from '../form/Form.module.css';
import { licenceColumns } from './licenceColumns';
import { LicenceDialog, licenceFields, NEW_LICENCE, type LicenceFields } from './LicenceDialog';
import { Confirm } from '../ModelActions';
import { ReviewDialog } from './ReviewDialog';
import { touched, useAct } from '../../../parts/dialog/useAct';
import { licencesQuery } from '../queries';
import type { Licence, ModelDetail } from '../shape';

type Doing = { what: 'add' } | { what: 'edit' | 'review' | 'remove'; licence: Licence };

export function ModelLicences({ model: { id, displayName } }: { model: ModelDetail }) {
  const may = useMay();
  const { data, error, refetch } = useQuery(licencesQuery(id));
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const keys = touched(id);
  const licence = doing && 'licence' in doing ? doing.licence : null;
  const path = { modelId: id, licenseId: licence?.id ?? '' };
  const save = useAct(
    (fields: LicenceFields) =>
      licence
        ? take(
            api.PATCH('/v1/models/{modelId}/licenses/{licenseId}', {
              params: { path },
              body: patchOf(licenceFields(licence), fields),
            }),
          )
        : take(api.POST('/v1/models/{modelId}/licenses', { params: { path }, body: fields })),
    { done: `The licences of ${displayName} are saved`, keys },
  );
  const remove = useAct(
    () => take(api.DELETE('/v1/models/{modelId}/licenses/{licenseId}', { params: { path } })),
    { done: `${licence?.spdx} is removed`, keys },
  );
  const begin = (next: Doing) => {
    save.reset();
    remove.reset();
    setDoing(next);
  };
  const add = may.edit && <Button onClick={() => begin({ what: 'add' })}>Add a licence</Button>;
  return (
    <Card title="Licences" flush actions={add}>
      <DataTable
        label={`Licences of ${displayName}`}
        rows={data?.items}
        keyOf={(row) => row.id}
        error={error}
        retry={() => void refetch()}
        empty={
          <Empty action={add}>
            Its licences are unknown, so it may not be used. Add those of its code and its weights.
          </Empty>
        }
        columns={[
          ...licenceColumns,
          ...(may.edit
            ? [
                {
                  head: 'Actions',
                  cell: (row: Licence) => (
                    <span className={classes.actions}>
                      <Button onClick={() => begin({ what: 'review', licence: row })}>Review</Button>
                      <Button
                        onClick={() => begin({ what: 'edit', licence: row })}
                        aria-label={`Edit ${row.spdx}`}
                      >
                        Edit
                      </Button>
                      <Button
                        color="red"
                        variant="subtle"
                        onClick={() => begin({ what: 'remove', licence: row })}
                        aria-label={`Remove ${row.spdx}`}
                      >
                        Remove
                      </Button>
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      {(doing?.what === 'add' || doing?.what === 'edit') && (
        <LicenceDialog
          licence={licence ? licenceFields(licence) : NEW_LICENCE}
          title={licence ? `Edit ${licence.spdx}` : `Add a licence to ${displayName}`}
          word={licence ? 'Save the licence' : 'Add the licence'}
          save={(fields) => save.mutate(fields, { onSuccess: close })}
          busy={save.isPending}
          error={save.error}
          close={close}
        />
      )}
      {doing?.what === 'review' && (
        <ReviewDialog modelId={id} modelName={displayName} licence={doing.licence} close={close} />
      )}
      {doing?.what === 'remove' && (
        <Confirm
          title={`Remove ${doing.licence.spdx} from ${displayName}?`}
          word={`Remove ${doing.licence.spdx}`}
          act={remove}
          close={close}
        >
          A model without a licence for its code or its weights may not be used by anybody.
        </Confirm>
      )}
    </Card>
  );
}

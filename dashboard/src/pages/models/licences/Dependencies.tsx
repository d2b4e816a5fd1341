/** The dependencies of one model: add, edit and remove. */
import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../../api/client';
import { ConfirmDialog } from '../../../parts/dialog/ConfirmDialog';
import { modelKeys, useAction } from '../../../parts/dialog/useAction';
import { patchOf } from '../../../parts/difference/difference';
import { EditableTable } from '../../../parts/table/EditableTable';
import { useMay } from '../../../shell/session';
import { dependenciesQuery } from '../queries';
import type { Dependency, ModelDetail } from '../shape';
import { dependencyColumns, gigabytes } from './dependencyColumns';
import {
  DependencyDialog,
  dependencyFields,
  NEW_DEPENDENCY,
  type DependencyFields,
} from './DependencyDialog';

export function Dependencies({ model: { id, displayName } }: { model: ModelDetail }) {
  const may = useMay();
  const { data, error, refetch } = useQuery(dependenciesQuery(id));
  const to = (dependency: Dependency) => ({ path: { modelId: id, dependencyId: dependency.id } });
  const keys = modelKeys(id);
  const save = useAction(
    ({ dependency, fields }: { dependency?: Dependency; fields: DependencyFields }) =>
      dependency
        ? take(
            api.PATCH('/v1/models/{modelId}/dependencies/{dependencyId}', {
              params: to(dependency),
              body: patchOf(dependencyFields(dependency), fields),
            }),
          )
        : take(
            api.POST('/v1/models/{modelId}/dependencies', {
              params: { path: { modelId: id } },
              body: fields,
            }),
          ),
    { done: `The dependencies of ${displayName} are saved`, keys },
  );
  const total = data?.items.reduce((sum, { sizeGb }) => sum + Number(sizeGb ?? 0), 0);
  return (
    <EditableTable
      title="Dependencies"
      aside={total ? `${gigabytes(total)} in all` : undefined}
      label={`Dependencies of ${displayName}`}
      rows={data?.items}
      keyOf={(row) => row.id}
      nameOf={({ name }) => name}
      error={error}
      retry={() => void refetch()}
      isEditable={may.edit}
      empty="No dependencies are recorded: no databases, no data sets."
      columns={dependencyColumns}
      add={{
        label: 'Add a dependency',
        dialog: (close) => (
          <DependencyDialog
            dependency={NEW_DEPENDENCY}
            title={`Add a dependency to ${displayName}`}
            submit="Add the dependency"
            save={(fields) => save.mutateAsync({ fields })}
            close={close}
          />
        ),
      }}
      actions={{
        Edit: (dependency, close) => (
          <DependencyDialog
            dependency={dependencyFields(dependency)}
            title={`Edit ${dependency.name}`}
            submit="Save the dependency"
            save={(fields) => save.mutateAsync({ dependency, fields })}
            close={close}
          />
        ),
        Remove: (dependency, close) => (
          <ConfirmDialog
            title={`Remove ${dependency.name} from ${displayName}?`}
            submit={`Remove ${dependency.name}`}
            run={() =>
              take(api.DELETE('/v1/models/{modelId}/dependencies/{dependencyId}', { params: to(dependency) }))
            }
            done={`${dependency.name} is removed`}
            keys={keys}
            close={close}
          >
            Its licence no longer limits the use of the model.
          </ConfirmDialog>
        ),
      }}
    />
  );
}

/** The dependencies of one model. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, take } from '../../../api/client';
import { Card } from '../../../parts/page/Card';
import { DataTable, type Column } from '../../../parts/table/DataTable';
import { patchOf } from '../../../parts/difference/difference';
import { Empty } from '../../../parts/page/Empty';
import { useMay } from '../../../shell/session';
import {
  DependencyDialog,
  dependencyFields,
  NEW_DEPENDENCY,
  type DependencyFields,
} from './DependencyDialog';
import classes from '../form/Form.module.css';
import { Confirm } from '../ModelActions';
import { touched, useAct } from '../../../parts/dialog/useAct';
import { dependenciesQuery } from '../queries';
import type { Dependency, ModelDetail } from '../shape';

export const gigabytes = (size: string | number | null): string =>
  size === null ? '–' : `${Number(size).toLocaleString('en-US')} GB`;

export const dependencyColumns: readonly Column<DependencyFields>[] = [
  { head: 'Name', cell: ({ name, notes }) => <span title={notes ?? undefined}>{name}</span> },
  { head: 'Kind', cell: ({ type }) => type },
  { head: 'Size', number: true, cell: ({ sizeGb }) => gigabytes(sizeGb) },
  { head: 'Licence', cell: ({ license }) => license ?? <span className={classes.wrong}>Not stated</span> },
  { head: 'Required', cell: ({ required }) => (required ? 'Yes' : 'No') },
];

type Doing = { what: 'add' } | { what: 'edit' | 'remove'; dependency: Dependency };

export function Dependencies({ model: { id, displayName } }: { model: ModelDetail }) {
  const may = useMay();
  const { data, error, refetch } = useQuery(dependenciesQuery(id));
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  const keys = touched(id);
  const old = doing && 'dependency' in doing ? doing.dependency : null;
  const path = { modelId: id, dependencyId: old?.id ?? '' };
  const save = useAct(
    (fields: DependencyFields) =>
      old
        ? take(
            api.PATCH('/v1/models/{modelId}/dependencies/{dependencyId}', {
              params: { path },
              body: patchOf(dependencyFields(old), fields),
            }),
          )
        : take(api.POST('/v1/models/{modelId}/dependencies', { params: { path }, body: fields })),
    { done: `The dependencies of ${displayName} are saved`, keys },
  );
  const remove = useAct(
    () => take(api.DELETE('/v1/models/{modelId}/dependencies/{dependencyId}', { params: { path } })),
    { done: `${old?.name} is removed`, keys },
  );
  const begin = (next: Doing) => {
    save.reset();
    remove.reset();
    setDoing(next);
  };
  const add = may.edit && <Button onClick={() => begin({ what: 'add' })}>Add a dependency</Button>;
  const total = data?.items.reduce((sum, { sizeGb }) => sum + Number(sizeGb ?? 0), 0);
  return (
    <Card title="Dependencies" aside={total ? `${gigabytes(total)} in all` : undefined} flush actions={add}>
      <DataTable
        label={`Dependencies of ${displayName}`}
        rows={data?.items}
        keyOf={(row) => row.id}
        error={error}
        retry={() => void refetch()}
        empty={<Empty action={add}>No dependencies are recorded: no databases, no data sets.</Empty>}
        columns={[
          ...dependencyColumns,
          ...(may.edit
            ? [
                {
                  head: 'Actions',
                  cell: (row: Dependency) => (
                    <span className={classes.actions}>
                      <Button
                        onClick={() => begin({ what: 'edit', dependency: row })}
                        aria-label={`Edit ${row.name}`}
                      >
                        Edit
                      </Button>
                      <Button
                        color="red"
                        variant="subtle"
                        onClick={() => begin({ what: 'remove', dependency: row })}
                        aria-label={`Remove ${row.name}`}
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
        <DependencyDialog
          dependency={old ? dependencyFields(old) : NEW_DEPENDENCY}
          title={old ? `Edit ${old.name}` : `Add a dependency to ${displayName}`}
          word={old ? 'Save the dependency' : 'Add the dependency'}
          save={(fields) => save.mutate(fields, { onSuccess: close })}
          busy={save.isPending}
          error={save.error}
          close={close}
        />
      )}
      {doing?.what === 'remove' && (
        <Confirm
          title={`Remove ${doing.dependency.name} from ${displayName}?`}
          word={`Remove ${doing.dependency.name}`}
          act={remove}
          close={close}
        >
          Its licence no longer limits the use of the model.
        </Confirm>
      )}
    </Card>
  );
}

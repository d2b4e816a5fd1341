/** Licences and dependencies of a model that is not created yet. They are sent with the model. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { dependencyColumns } from '../licences/Dependencies';
import { DependencyDialog, NEW_DEPENDENCY, type DependencyFields } from '../licences/DependencyDialog';
import { licenceColumns } from '../licences/licenceColumns';
import { LicenceDialog, NEW_LICENCE, type LicenceFields } from '../licences/LicenceDialog';

export function NewParts({
  licenses,
  setLicenses,
  dependencies,
  setDependencies,
}: {
  licenses: LicenceFields[];
  setLicenses: (licenses: LicenceFields[]) => void;
  dependencies: DependencyFields[];
  setDependencies: (dependencies: DependencyFields[]) => void;
}) {
  const [adding, setAdding] = useState<'licence' | 'dependency' | null>(null);
  return (
    <>
      <Card
        title="Licences"
        flush
        actions={<Button onClick={() => setAdding('licence')}>Add a licence</Button>}
      >
        <DataTable
          label="Licences of the new model"
          rows={licenses}
          keyOf={(row) => String(licenses.indexOf(row))}
          empty={
            <Empty>
              Nobody may use it until its code and its weights have a licence. You can add licences later.
            </Empty>
          }
          columns={[
            ...licenceColumns.slice(0, 4).map((column) => ({
              ...column,
              cell: (row: LicenceFields) =>
                column.cell({
                  ...row,
                  id: '',
                  complianceNotes: null,
                  lastComplianceReview: null,
                  reviewedBy: null,
                }),
            })),
            {
              head: 'Actions',
              cell: (row) => (
                <Button
                  color="red"
                  variant="subtle"
                  aria-label={`Leave out ${row.spdx}`}
                  onClick={() => setLicenses(licenses.filter((other) => other !== row))}
                >
                  Leave out
                </Button>
              ),
            },
          ]}
        />
      </Card>
      <Card
        title="Dependencies"
        flush
        actions={<Button onClick={() => setAdding('dependency')}>Add a dependency</Button>}
      >
        <DataTable
          label="Dependencies of the new model"
          rows={dependencies}
          keyOf={(row) => String(dependencies.indexOf(row))}
          empty={<Empty>Databases and data sets that it needs, with their licences.</Empty>}
          columns={[
            ...dependencyColumns,
            {
              head: 'Actions',
              cell: (row) => (
                <Button
                  color="red"
                  variant="subtle"
                  aria-label={`Leave out ${row.name}`}
                  onClick={() => setDependencies(dependencies.filter((other) => other !== row))}
                >
                  Leave out
                </Button>
              ),
            },
          ]}
        />
      </Card>{' '}
      {adding === 'licence' && (
        <LicenceDialog
          licence={NEW_LICENCE}
          title="Add a licence"
          word="Add the licence"
          busy={false}
          error={null}
          close={() => setAdding(null)}
          save={(licence) => {
            setLicenses([...licenses, licence]);
            setAdding(null);
          }}
        />
      )}
      {adding === 'dependency' && (
        <DependencyDialog
          dependency={NEW_DEPENDENCY}
          title="Add a dependency"
          word="Add the dependency"
          busy={false}
          error={null}
          close={() => setAdding(null)}
          save={(dependency) => {
            setDependencies([...dependencies, dependency]);
            setAdding(null);
          }}
        />
      )}
    </>
  );
}

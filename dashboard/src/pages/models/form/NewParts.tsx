/** Licences and dependencies of a model that is not created yet. They are sent with the model. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../../parts/page/Card';
import { DataTable } from '../../../parts/table/DataTable';
import { Empty } from '../../../parts/page/Empty';
import { dependencyColumns } from '../licences/dependencyColumns';
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
                  aria-label={`Remove ${row.spdx}`}
                  onClick={() => setLicenses(licenses.filter((other) => other !== row))}
                >
                  Remove
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
                  aria-label={`Remove ${row.name}`}
                  onClick={() => setDependencies(dependencies.filter((other) => other !== row))}
                >
                  Remove
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
          submit="Add the licence"
          close={() => setAdding(null)}
          save={async (licence) => setLicenses([...licenses, licence])}
        />
      )}
      {adding === 'dependency' && (
        <DependencyDialog
          dependency={NEW_DEPENDENCY}
          title="Add a dependency"
          submit="Add the dependency"
          close={() => setAdding(null)}
          save={async (dependency) => setDependencies([...dependencies, dependency])}
        />
      )}
    </>
  );
}

/** The table columns of a dependency, for a model and for a model that is not created yet. */
import type { Column } from '../../../parts/table/DataTable';
import classes from '../form/Form.module.css';
import type { DependencyFields } from './DependencyDialog';

export const gigabytes = (size: string | number | null): string =>
  size === null ? '–' : `${Number(size).toLocaleString('en-US')} GB`;

export const dependencyColumns: readonly Column<DependencyFields>[] = [
  { head: 'Name', cell: ({ name, notes }) => <span title={notes ?? undefined}>{name}</span> },
  { head: 'Kind', cell: ({ type }) => type },
  { head: 'Size', number: true, cell: ({ sizeGb }) => gigabytes(sizeGb) },
  {
    head: 'Licence',
    cell: ({ license }) =>
      license ? (
        <span className={classes.nowrap}>{license}</span>
      ) : (
        <span className={classes.wrong}>Not stated</span>
      ),
  },
  { head: 'Required', cell: ({ required }) => (required ? 'Yes' : 'No') },
];

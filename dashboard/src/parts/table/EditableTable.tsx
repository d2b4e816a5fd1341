/** A card with a table that is edited in dialogs: one button adds a row, and each row has buttons of its own. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../page/Card';
import { Empty } from '../page/Empty';
import { DataTable, type DataTableProps } from './DataTable';
import classes from './DataTable.module.css';

export function EditableTable<Row>({
  title,
  aside,
  add,
  actions,
  nameOf,
  isEditable = true,
  columns,
  empty,
  ...table
}: Omit<DataTableProps<Row>, 'bulk' | 'onOpen'> & {
  title: string;
  aside?: string | undefined;
  add: { label: string; dialog: (close: () => void) => React.ReactNode };
  /** The dialog of each action, by the text of its button. */
  actions: Record<string, (row: Row, close: () => void) => React.ReactNode>;
  /** The name of a row, for the buttons' accessible names. */
  nameOf: (row: Row) => string;
  /** Without buttons if false. */
  isEditable?: boolean;
}) {
  const [open, setOpen] = useState<'add' | { action: string; row: Row } | null>(null);
  const close = () => setOpen(null);
  const adds = isEditable && <Button onClick={() => setOpen('add')}>{add.label}</Button>;
  const buttons = {
    head: '',
    number: true,
    cell: (row: Row) => (
      <span className={classes.actions}>
        {Object.keys(actions).map((action) => (
          <Button
            key={action}
            {...(action === 'Remove' && { color: 'red', variant: 'subtle' })}
            onClick={() => setOpen({ action, row })}
            aria-label={`${action} ${nameOf(row)}`}
          >
            {action}
          </Button>
        ))}
      </span>
    ),
  };
  return (
    <Card title={title} aside={aside} actions={adds} flush>
      <DataTable
        {...table}
        empty={<Empty action={adds}>{empty}</Empty>}
        columns={isEditable ? [...columns, buttons] : columns}
      />
      {open === 'add' ? add.dialog(close) : open && actions[open.action]?.(open.row, close)}
    </Card>
  );
}

/** A list from the server, which sorts and pages it. Rows can be selected for bulk actions that name their count. */
import { Button, Checkbox, Skeleton } from '@mantine/core';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import classes from './DataTable.module.css';
import { ErrorNotice } from '../page/ErrorNotice';

export interface Column<Row> {
  /** Empty over buttons. */
  head: string;
  cell: (row: Row) => React.ReactNode;
  /** Aligns numbers at the right. */
  number?: boolean;
  /** Hidden on a phone. */
  wide?: boolean;
}

export interface DataTableProps<Row> {
  label: string;
  rows: readonly Row[] | undefined;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  empty: React.ReactNode;
  error?: unknown;
  retry?: () => void;
  onOpen?: (row: Row) => void;
  more?: { fetch: () => void; busy: boolean } | null;
  bulk?: (chosen: readonly Row[], clear: () => void) => React.ReactNode;
}

export function DataTable<Row>({
  label,
  rows,
  columns,
  keyOf,
  empty,
  error,
  retry,
  onOpen,
  more,
  bulk,
}: DataTableProps<Row>) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) =>
      setChosen((now) =>
        now.has(key) ? new Set([...now].filter((other) => other !== key)) : new Set([...now, key]),
      ),
    [],
  );
  const opener = useRef(onOpen);
  useEffect(() => void (opener.current = onOpen));
  const open = useCallback((row: unknown) => opener.current?.(row as Row), []);
  // After an error the old rows stay: the bar above says that they are old.
  if (error && !rows) return <ErrorNotice error={error} {...(retry && { retry })} />;
  if (rows?.length === 0) return <>{empty}</>;
  const picked = rows?.filter((row) => chosen.has(keyOf(row))) ?? [];
  const clear = () => setChosen(new Set());
  return (
    <div>
      {bulk && picked.length > 0 && (
        <div className={classes.bulk} role="toolbar" aria-label="With the selected rows">
          {bulk(picked, clear)}
        </div>
      )}
      <div className="scroll-x" tabIndex={0} role="region" aria-label={label}>
        <table className={classes.table} aria-busy={rows === undefined}>
          <thead>
            <tr>
              {bulk && (
                <th className={classes.check}>
                  <Checkbox
                    size="xs"
                    aria-label="Select all rows shown"
                    checked={rows !== undefined && picked.length === rows.length}
                    indeterminate={picked.length > 0 && picked.length < (rows?.length ?? 0)}
                    onChange={(event) =>
                      setChosen(event.currentTarget.checked ? new Set(rows?.map(keyOf)) : new Set())
                    }
                  />
                </th>
              )}
              {columns.map(({ head, number, wide }) => (
                <th
                  key={head}
                  scope="col"
                  className={number ? classes.number : undefined}
                  data-wide={wide || undefined}
                >
                  {head || <span className="visually-hidden">Actions</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows === undefined
              ? Array.from({ length: 5 }, (_, n) => (
                  <tr key={n}>
                    {bulk && <td />}
                    {columns.map(({ head, wide }) => (
                      <td key={head} data-wide={wide || undefined}>
                        <Skeleton height={12} />
                      </td>
                    ))}
                  </tr>
                ))
              : rows.map((row) => (
                  <Line
                    key={keyOf(row)}
                    id={keyOf(row)}
                    row={row}
                    columns={columns as readonly Column<unknown>[]}
                    isChosen={chosen.has(keyOf(row))}
                    toggle={bulk && toggle}
                    open={onOpen && open}
                  />
                ))}
          </tbody>
        </table>
      </div>
      {more && (
        <div className={classes.more}>
          <Button onClick={more.fetch} loading={more.busy}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}

/** Rendered again only if the row changes. With stable columns, a list of a thousand is as fast as one of ten. */
const Line = memo(function Line({
  id,
  row,
  columns,
  isChosen,
  toggle,
  open,
}: {
  id: string;
  row: unknown;
  columns: readonly Column<unknown>[];
  isChosen: boolean;
  toggle: ((id: string) => void) | undefined;
  open: ((row: unknown) => void) | undefined;
}) {
  return (
    <tr
      data-row
      data-open={open ? true : undefined}
      data-chosen={isChosen || undefined}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest('a,button,input,label')) open?.(row);
      }}
    >
      {toggle && (
        <td className={classes.check}>
          <Checkbox size="xs" aria-label={`Select ${id}`} checked={isChosen} onChange={() => toggle(id)} />
        </td>
      )}
      {columns.map(({ head, cell, number, wide }) => (
        <td key={head} className={number ? classes.number : undefined} data-wide={wide || undefined}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
});

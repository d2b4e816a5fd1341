/** Rows as parameters of a statement: one array for each column, so that PostgreSQL plans for few rows. */

type ColumnType =
  | 'uuid'
  | 'text'
  | 'int'
  | 'bigint'
  | 'boolean'
  | 'numeric'
  | 'float8'
  | 'jsonb'
  | 'timestamptz';

export interface Rows<Row> {
  /** `unnest($first::uuid[], …) as name ("taskExecutionId", …)`: an item of `from`. */
  as(name: string, first?: number): string;
  /** The arrays, in the order of the columns. A value that is not given is null. */
  values(rows: readonly Row[]): unknown[];
}

/** @param types the SQL type of each column, by its name in `Row` */
export function rowsOf<Row extends object>(
  types: Partial<Record<keyof Row & string, ColumnType>>,
): Rows<Row> {
  const columns = Object.entries(types) as [keyof Row & string, ColumnType][];
  return {
    as: (name, first = 1) =>
      `unnest(${columns.map(([, type], nth) => `$${first + nth}::${type}[]`).join(', ')}) as ${name} (${columns.map(([column]) => `"${column}"`).join(', ')})`,
    values: (rows) =>
      columns.map(([column, type]) =>
        rows.map((row) => (type === 'jsonb' ? jsonOf(row[column]) : (row[column] ?? null))),
      ),
  };
}

const jsonOf = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);

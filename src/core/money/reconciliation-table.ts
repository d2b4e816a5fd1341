/** Prints a reconciliation as a text table. */

const COLUMNS = {
  model: 'modelId',
  'metered USD': 'meteredUsd',
  'charged USD': 'chargedUsd',
  'difference USD': 'chargedMinusMeteredUsd',
  '%': 'chargedMinusMeteredPercent',
  'shared USD': 'sharedUsd',
  'unused USD': 'unusedUsd',
  'not shared USD': 'chargedMinusSharedUsd',
  'still on USD': 'openMeteredUsd',
  'provisional USD': 'provisionalUsd',
  'not assigned USD': 'openChargedUsd',
} as const;

type Row = Record<(typeof COLUMNS)[keyof typeof COLUMNS], string | number | null>;

/** Names are left-aligned, numbers right-aligned; the last line holds the totals. */
export function billTable({
  items,
  totals,
}: {
  items: readonly Row[];
  totals: Omit<Row, 'modelId'>;
}): string {
  const named = items.map((row) => ({ ...row, modelId: row.modelId ?? '(no model)' }));
  const rows = [...named, { ...totals, modelId: 'all' }].map((row) =>
    Object.values(COLUMNS).map((column) => String(row[column] ?? '-')),
  );
  const table = [Object.keys(COLUMNS), ...rows];
  const widths = Object.keys(COLUMNS).map((_, n) =>
    Math.max(...table.map((row) => (row[n] as string).length)),
  );
  return table
    .map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] as number) : cell.padStart(widths[n] as number)))
        .join('  '),
    )
    .join('\n');
}

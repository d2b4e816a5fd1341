/** Reads arrivals from a CSV file: `at`, and optionally `seconds` and `lead`. A first line may name the columns, in any order. */
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { InvalidInput } from '../core/errors.js';
import { safeParse } from '../core/validation/zod-errors.js';
import type { Arrival } from '../core/thermal/simulated-forecast.js';

const COLUMNS = ['at', 'seconds', 'lead'];

const seconds = (name: string) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, `${name} must be a number of seconds`)
    .transform(Number);
const row = z.strictObject(
  {
    at: z.iso
      .datetime({ offset: true, error: 'at must be a time with a zone, such as 2026-01-31T08:00:00Z' })
      .transform((at) => new Date(at)),
    seconds: seconds('seconds').optional(),
    lead: seconds('lead').default(0),
  },
  { error: `a line must be ${COLUMNS.join(', ')}` },
);

/**
 * @param usual the duration of a task whose line does not state it, in seconds
 * @returns the arrivals, ordered by time
 * @throws InvalidInput that lists every invalid line
 */
export function parseArrivals(text: string, usual: number | null): Arrival[] {
  const rows = rowsOf(text);
  const named = rows[0]?.record.includes('at') ? rows.shift()?.record : undefined;
  const unknown = named?.filter((name) => !COLUMNS.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new InvalidInput(`Unknown column ${unknown.join(', ')}. The columns are ${COLUMNS.join(', ')}.`);
  }
  const columns = named ?? COLUMNS;
  const faults: { path: string; message: string }[] = [];
  const arrivals: Arrival[] = [];
  for (const { record, line } of rows) {
    const cells = record.map((cell, index) => [columns[index] ?? 'more', cell]);
    const { success, data, error } = safeParse(
      row,
      Object.fromEntries(cells.filter(([, cell]) => cell !== '')),
    );
    const length = data?.seconds ?? usual;
    if (success && length !== null) {
      arrivals.push({ at: data.at, seconds: length, leadSeconds: data.lead });
      continue;
    }
    const messages = error?.issues.map((issue) => issue.message) ?? [
      'seconds is required, since the ledger does not know yet how long the model takes',
    ];
    faults.push({ path: `line ${line}`, message: messages.join(', ') });
  }
  if (faults.length > 0) {
    const lines = faults.map(({ path, message }) => `${path}: ${message}`);
    throw new InvalidInput(`The CSV is not valid:\n  ${lines.join('\n  ')}`, faults);
  }
  return arrivals.sort((a, b) => a.at.getTime() - b.at.getTime());
}

interface Row {
  record: string[];
  /** The line in the file, from 1. */
  line: number;
}

function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record(record: string[], { lines }) {
        rows.push({ record, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new InvalidInput(`The CSV is not valid: ${error.message}`);
    throw error;
  }
  return rows;
}

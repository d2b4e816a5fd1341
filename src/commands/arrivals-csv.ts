/** Arrivals from a CSV file: `at`, and if known `seconds` and `lead`; the first line may name them, in any order. */
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
      .datetime({ offset: true, error: 'at must be a time with its zone, such as 2026-01-31T08:00:00Z' })
      .transform((at) => new Date(at)),
    seconds: seconds('seconds').optional(),
    lead: seconds('lead').default(0),
  },
  { error: `a line is ${COLUMNS.join(', ')}` },
);

/**
 * @param usual how long a task works whose line does not say
 * @returns in order of time
 * @throws InvalidInput that names every bad line
 */
export function parseArrivals(text: string, usual: number | null): Arrival[] {
  const rows = rowsOf(text);
  const named = rows[0]?.record.includes('at') ? rows.shift()?.record : undefined;
  const strange = named?.filter((name) => !COLUMNS.includes(name)) ?? [];
  if (strange.length > 0) {
    throw new InvalidInput(`There is no column ${strange.join(', ')}: choose of ${COLUMNS.join(', ')}.`);
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
      'seconds must be given: the ledger does not know yet how long the model takes',
    ];
    faults.push({ path: `line ${line}`, message: messages.join(', ') });
  }
  if (faults.length > 0) {
    const told = faults.map(({ path, message }) => `${path}: ${message}`);
    throw new InvalidInput(`The CSV is not right:\n  ${told.join('\n  ')}`, faults);
  }
  return arrivals.sort((a, b) => a.at.getTime() - b.at.getTime());
}

interface Row {
  record: string[];
  /** Of the file, from 1. */
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
    if (error instanceof CsvError) throw new InvalidInput(`The CSV is not right: ${error.message}`);
    throw error;
  }
  return rows;
}

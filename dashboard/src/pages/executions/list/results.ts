/** The columns of the results table, and its CSV rows. */
import type { Summary } from './list';

/** Scores that most people know by another name. */
const NAMES: Readonly<Record<string, string>> = {
  'confidence.meanPlddt': 'pLDDT',
  'confidence.ptm': 'pTM',
};
const MOST_COLUMNS = 8;

export interface Score {
  path: string;
  name: string;
}

/** The numbers that any of these executions has: the known ones first, then by name, eight at most. */
export function scoresOf(rows: readonly Pick<Summary, 'scores'>[]): Score[] {
  const paths = new Set(rows.flatMap(({ scores }) => Object.keys(scores ?? {})));
  const rank = (path: string) => Object.keys(NAMES).indexOf(path) + 1 || MOST_COLUMNS;
  return [...paths]
    .toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, MOST_COLUMNS)
    .map((path) => ({ path, name: NAMES[path] ?? path }));
}

/** The length of the sequence that was sent; null without one. */
export function lengthOf({ resolvedParameters }: Pick<Summary, 'resolvedParameters'>): number | null {
  const { sequence } = resolvedParameters;
  return typeof sequence === 'string' ? sequence.length : null;
}

export const csvRows = (rows: readonly Summary[]): (string | number | null)[][] => {
  const scores = scoresOf(rows);
  return [
    [
      'id',
      'name',
      'status',
      'error',
      'length',
      ...scores.map(({ name }) => name),
      'cost_usd',
      'duration_ms',
      'synthetic',
    ],
    ...rows.map((row) => [
      row.id,
      row.name,
      row.status,
      row.error?.code ?? null,
      lengthOf(row),
      ...scores.map(({ path }) => row.scores?.[path] ?? null),
      row.cost.actualUsd,
      row.durationMs,
      // The file marks synthetic results, so that no reader takes them for real ones.
      String(row.synthetic),
    ]),
  ];
};

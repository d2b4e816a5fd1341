/** Finds the kind of an output from its value. Nothing declares it. */
import type { Prediction } from '../../../parts/structure/confidence';
import { fileOf } from '../../../parts/code/Value';

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const numberOr = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** Structures that an output names, by rank; empty when it names none. */
export function predictionsOf(output: unknown): Prediction[] {
  if (!isFields(output)) return [];
  const lists = Object.values(output).filter((value): value is unknown[] => Array.isArray(value));
  const found = [[output], ...lists]
    .map((list) => list.flatMap((value, at) => predictionOf(value, at)))
    .find((list) => list.length > 0);
  return (found ?? []).sort((one, other) => one.rank - other.rank);
}

function predictionOf(value: unknown, at: number): Prediction[] {
  if (!isFields(value)) return [];
  const pdb = Object.values(value)
    .map(fileOf)
    .find(
      (file) => file !== null && (file.mediaType === 'chemical/x-pdb' || /\.(pdb|ent)$/i.test(file.name)),
    );
  if (!pdb) return [];
  const { plddt, rank, model, meanPlddt, ptm } = value;
  return [
    {
      pdb,
      rank: numberOr(rank) ?? at + 1,
      model: typeof model === 'string' ? model : pdb.name,
      meanPlddt: numberOr(meanPlddt),
      ptm: numberOr(ptm),
      plddt: Array.isArray(plddt) && plddt.every((each) => typeof each === 'number') ? plddt : null,
    },
  ];
}

/** Whether an output's structures have predicted aligned errors. */
export const hasPae = (output: unknown): boolean =>
  JSON.stringify(output ?? null, (_, value: unknown) =>
    Array.isArray(value) && typeof value[0] === 'number' ? [] : value,
  ).includes('"pae"');

export const summaryOf = (output: unknown): string | null => {
  const confidence = isFields(output) ? output['confidence'] : undefined;
  return isFields(confidence) && typeof confidence['summary'] === 'string' ? confidence['summary'] : null;
};

/** The members of an object, each shown on its own. The synthetic mark is shown above all of them. */
export const membersOf = (output: object): [string, unknown][] =>
  Object.entries(output).filter(([name, value]) => name !== 'synthetic' || value !== true);

/** Columns in a readable order: the database does not keep the order of an object's members. */
const FIRST = ['rank', 'id', 'name', 'start', 'end'];

export function columnsOf(
  name: string,
  rows: readonly Record<string, unknown>[],
): { key: string; head: string }[] {
  const rank = (key: string) => FIRST.indexOf(key) + 1 || FIRST.length + 1;
  return [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .sort((one, other) => rank(one) - rank(other))
    .map((key) => ({
      key,
      // Segments of a recording: its times are in seconds.
      head: name === 'segments' && (key === 'start' || key === 'end') ? `${key}, s` : key,
    }));
}

export type Kind = 'nothing' | 'image' | 'file' | 'table' | 'text' | 'json';

export function kindOf(value: unknown): Kind {
  if (value === null || value === undefined) return 'nothing';
  const file = fileOf(value);
  if (file) return /^image\/(png|jpeg|webp|gif|avif)$/.test(file.mediaType) ? 'image' : 'file';
  if (typeof value === 'string') return 'text';
  const isRow = (row: unknown) =>
    isFields(row) &&
    Object.values(row).length > 0 &&
    Object.values(row).every((cell) => cell === null || typeof cell !== 'object' || fileOf(cell) !== null);
  return Array.isArray(value) && value.length > 0 && value.every(isRow) ? 'table' : 'json';
}

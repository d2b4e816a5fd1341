/** Predicted aligned errors: one byte per pair of residues, in eighths of an ångström, and the JSON of AlphaFold DB. */
import { InvalidInput } from '../errors.js';
import { isObject, type Json } from '../json/json.js';

const EIGHTHS = 8;
const MOST = 255;

/** The side of a square of this many bytes; null if it is not a square. */
export function sideOf(bytes: number): number | null {
  const side = Math.round(Math.sqrt(bytes));
  return side > 0 && side * side === bytes ? side : null;
}

/** Reads AlphaFold DB's list of one object, the object, or the bare rows. @throws InvalidInput */
export function paeInJson(value: Json): number[][] {
  const first = Array.isArray(value) && isObject(value[0] ?? null) ? (value[0] as Json) : value;
  const rows = isObject(first) ? (first['predicted_aligned_error'] ?? first['pae'] ?? null) : first;
  const isSquare =
    Array.isArray(rows) &&
    rows.length > 0 &&
    rows.every(
      (row) =>
        Array.isArray(row) && row.length === rows.length && row.every((error) => typeof error === 'number'),
    );
  if (isSquare) return rows as number[][];
  throw new InvalidInput('The aligned errors are not a square of numbers.', [], 'pae_unreadable');
}

export function paeBytes(rows: readonly (readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(rows.length ** 2);
  let at = 0;
  for (const row of rows) {
    for (const error of row) {
      bytes[at] = Math.min(MOST, Math.max(0, Math.round(error * EIGHTHS)));
      at += 1;
    }
  }
  return bytes;
}

/** The text of each of the 256 possible errors, in tenths as in AlphaFold DB. */
const WORDS = Array.from({ length: MOST + 1 }, (_, eighths) =>
  String(Math.round((eighths / EIGHTHS) * 10) / 10),
);

/** Yields one row at a time, because a large protein has megabytes of errors. */
export function* paeJson(bytes: Uint8Array, side: number): Generator<string> {
  let largest = 0;
  yield '[{"predicted_aligned_error":[';
  for (let row = 0; row < side; row += 1) {
    const words: string[] = [];
    for (const error of bytes.subarray(row * side, (row + 1) * side)) {
      largest = Math.max(largest, error);
      words.push(WORDS[error] as string);
    }
    yield `${row === 0 ? '' : ','}[${words.join(',')}]`;
  }
  yield `],"max_predicted_aligned_error":${WORDS[largest] as string}}]\n`;
}

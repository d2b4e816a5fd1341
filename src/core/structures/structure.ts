/**
 * Finds structures in an output by their form: an object with a PDB file or PDB text, and optionally pLDDT and PAE. It does
 * not depend on the model that made them.
 */
import { isObject, type Json, type JsonObject } from '../json/json.js';

export interface StoredFile {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  key: string;
}

/** The location of a value: in a file, or in the output itself. */
export type Source<T> = { file: StoredFile } | { value: T };

export interface Structure {
  /** From 1, the best first. */
  rank: number;
  model: string | null;
  pdb: Source<string>;
  /** Per residue, 0 to 100; null: in the B-factors of the PDB. */
  plddt: number[] | null;
  /** Predicted aligned errors in ångström; a file holds them as JSON, or as one byte per pair, in eighths. */
  pae: Source<number[][]> | null;
}

const DEPTH = 8;
const PDB_TYPE = /^chemical\/x-pdb\b/;
const PDB_NAME = /\.(pdb|ent)$/i;
const PDB_TEXT = /^(ATOM {2}|HETATM).{20,}$/m;
const PAE_KEY = /^(pae|predicted_?aligned_?error)$/i;
const PLDDT_KEY = /^plddts?$/i;

/** Sorted by rank. If there are several lists of structures, the first one found is returned. */
export function structuresIn(output: Json): Structure[] {
  let level: Json[][] = [[output]];
  for (let depth = 0; depth < DEPTH && level.length > 0; depth += 1) {
    for (const list of level) {
      const found = list.flatMap((value, place) => structureIn(value, place + 1) ?? []);
      if (found.length > 0) return found.sort((one, other) => one.rank - other.rank);
    }
    level = level.flatMap((list) => list.flatMap(listsIn));
  }
  return [];
}

/** The values to search next: each list as a whole, each other value by itself. */
const listsIn = (value: Json): Json[][] =>
  children(value)
    .filter((child) => typeof child === 'object' && child !== null && fileIn(child) === null)
    .map((child) => (Array.isArray(child) && typeof child[0] !== 'number' ? child : [child]));

const children = (value: Json): Json[] => (isObject(value) ? Object.values(value) : []);

function structureIn(value: Json, place: number): Structure | null {
  if (!isObject(value)) return null;
  const pdb = pdbIn(value);
  if (!pdb) return null;
  const { rank, model } = value;
  const plddt = named(value, PLDDT_KEY);
  return {
    rank: typeof rank === 'number' && Number.isInteger(rank) && rank > 0 ? rank : place,
    model: typeof model === 'string' ? model : null,
    pdb,
    plddt: isNumbers(plddt) ? plddt : null,
    pae: paeIn(named(value, PAE_KEY)),
  };
}

function pdbIn(fields: JsonObject): Source<string> | null {
  for (const value of Object.values(fields)) {
    const file = fileIn(value);
    if (file && (PDB_TYPE.test(file.mediaType) || PDB_NAME.test(file.name))) return { file };
    if (typeof value === 'string' && PDB_TEXT.test(value)) return { value };
  }
  return null;
}

function paeIn(value: Json): Source<number[][]> | null {
  const file = fileIn(value);
  if (file) return { file };
  return Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => isNumbers(row) && row.length === value.length)
    ? { value: value as number[][] }
    : null;
}

const named = (fields: JsonObject, name: RegExp): Json =>
  Object.entries(fields).find(([key]) => name.test(key))?.[1] ?? null;

const isNumbers = (value: Json): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'number');

function fileIn(value: Json): StoredFile | null {
  if (!isObject(value) || !isObject(value['$file'] ?? null)) return null;
  const { name, mediaType, size, sha256, key } = value['$file'] as JsonObject;
  const isStored =
    [name, mediaType, sha256, key].every((part) => typeof part === 'string') && typeof size === 'number';
  return isStored ? ({ name, mediaType, size, sha256, key } as StoredFile) : null;
}

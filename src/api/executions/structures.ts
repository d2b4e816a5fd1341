/** Structures that an execution made, in the formats of other programs. Derived files are made on request; their sizes and hashes are cached. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import type { Blobs } from '../../blobs/blob.js';
import { printCif } from '../../core/structures/mmcif.js';
import { paeBytes, paeInJson, paeJson, sideOf } from '../../core/structures/pae.js';
import { plddtCsv, readPdb } from '../../core/structures/pdb.js';
import { structuresIn, type Source, type Structure } from '../../core/structures/structure.js';
import { restore } from '../../blobs/payload.js';
import { missing } from './payloads.js';
import type { Json } from '../../core/json/json.js';

/** A file that is derived from others. */
export interface Derived {
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
}

export interface Pae {
  side: number;
  bytes: Uint8Array;
}

export interface Structures {
  /** By rank, best first. The structures of an ended execution do not change. */
  of(executionId: string, output: Json): Promise<Structure[]>;
  list(structure: Structure): Promise<Derived[]>;
  /** Null for an unknown name, or where the structure lacks the data. */
  open(structure: Structure, name: string): Promise<(Derived & { stream: Readable }) | null>;
  pae(structure: Structure): Promise<Pae | null>;
}

const MB = 1024 * 1024;
const utf8 = new TextDecoder();
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export function openStructures(blobs: Blobs): Structures {
  const found = new LRUCache<string, Structure[]>({ max: 500 });
  const figures = new LRUCache<string, Derived>({ max: 10_000 });
  const squares = new LRUCache<string, Pae>({
    maxSize: 64 * MB,
    sizeCalculation: ({ bytes }) => bytes.length + 1,
  });

  const read = async (key: string): Promise<Uint8Array> => blobs.get(key).catch(missing);
  const textOf = async (source: Source<string>) =>
    'value' in source ? source.value : utf8.decode(await read(source.file.key));
  const hashOf = (source: Source<unknown>) =>
    'file' in source ? source.file.sha256 : sha256(JSON.stringify(source.value));

  async function pae({ pae: source }: Structure): Promise<Pae | null> {
    if (!source) return null;
    const hash = hashOf(source);
    const known = squares.get(hash);
    if (known) return known;
    const square =
      'value' in source ? squareOf(source.value) : await squareIn(source.file.key, source.file.mediaType);
    if (square) squares.set(hash, square);
    return square;
  }

  /** Reads JSON by its media type, else raw bytes if they form a square. */
  async function squareIn(key: string, mediaType: string): Promise<Pae | null> {
    const bytes = await read(key);
    if (/json/.test(mediaType)) return squareOf(paeInJson(JSON.parse(utf8.decode(bytes)) as Json));
    const side = sideOf(bytes.length);
    return side === null ? null : { side, bytes };
  }

  /** How each derived file is made, in pieces; null where the structure lacks the data. */
  const MAKERS: Record<
    string,
    { mediaType: string; make(structure: Structure): Promise<Iterable<string> | null> }
  > = {
    'structure.pdb': { mediaType: 'chemical/x-pdb', make: async ({ pdb }) => [await textOf(pdb)] },
    'structure.cif': {
      mediaType: 'chemical/x-mmcif',
      make: async ({ pdb, plddt, rank }) => [printCif(`rank_${rank}`, readPdb(await textOf(pdb)), plddt)],
    },
    'plddt.csv': {
      mediaType: 'text/csv',
      make: async ({ pdb, plddt }) => [plddtCsv(readPdb(await textOf(pdb)), plddt)],
    },
    'pae.json': {
      mediaType: 'application/json',
      make: async (structure) => {
        const square = await pae(structure);
        return square && paeJson(square.bytes, square.side);
      },
    },
  };

  /** A hash of everything that the file is derived from. */
  const keyOf = (name: string, { pdb, plddt, pae, rank }: Structure) =>
    sha256(JSON.stringify([name, rank, hashOf(pdb), plddt, pae && hashOf(pae)]));

  async function figuresOf(name: string, structure: Structure): Promise<Derived | null> {
    const maker = MAKERS[name];
    if (!maker) return null;
    const key = keyOf(name, structure);
    const known = figures.get(key);
    if (known) return known;
    const pieces = await maker.make(structure);
    if (!pieces) return null;
    const hash = createHash('sha256');
    let size = 0;
    for (const piece of pieces) {
      hash.update(piece);
      size += Buffer.byteLength(piece);
    }
    const derived = { name, mediaType: maker.mediaType, size, sha256: hash.digest('hex') };
    figures.set(key, derived);
    return derived;
  }

  return {
    pae,
    async of(executionId, output) {
      const known = found.get(executionId);
      if (known) return known;
      const structures = structuresIn(await restore(blobs, output).catch(missing));
      if (output !== null) found.set(executionId, structures);
      return structures;
    },
    async list(structure) {
      const all = await Promise.all(Object.keys(MAKERS).map((name) => figuresOf(name, structure)));
      return all.filter((derived) => derived !== null);
    },
    async open(structure, name) {
      const derived = await figuresOf(name, structure);
      if (!derived) return null;
      const { pdb } = structure;
      // An existing file is streamed straight from storage.
      if (name === 'structure.pdb' && 'file' in pdb)
        return { ...derived, stream: await blobs.open(pdb.file.key).catch(missing) };
      const pieces = (await MAKERS[name]?.make(structure)) ?? [];
      return { ...derived, stream: Readable.from(pieces, { objectMode: false }) };
    },
  };
}

const squareOf = (rows: readonly (readonly number[])[]): Pae => ({
  side: rows.length,
  bytes: paeBytes(rows),
});

/** Keeps a small JSON value in the row, and a large one in blob storage with a reference in the row. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RadiantError } from '../core/errors.js';
import type { Json } from '../core/json/json.js';
import type { Blobs } from './blob.js';

const ROW_BYTES = 256 * 1024;

const reference = z.strictObject({
  $blob: z.strictObject({ key: z.string(), size: z.int(), sha256: z.string() }),
});

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Fetches the blob of a reference. `RadiantError('blob_corrupt')` if the content differs from what was stored. */
export async function fetchChecked(
  blobs: Blobs,
  { key, size, sha256: hash }: { key: string; size: number; sha256: string },
): Promise<Buffer> {
  const bytes = Buffer.from(await blobs.get(key));
  if (bytes.length !== size || sha256(bytes) !== hash)
    throw new RadiantError(
      'blob_corrupt',
      `Blob ${key} has changed since it was stored. Restore it from a backup.`,
    );
  return bytes;
}

/** The value for the row: the value itself, or `{ "$blob": { key, size, sha256 } }` above 256 KB of JSON text. */
export async function offload(blobs: Blobs, key: string, value: Json): Promise<Json> {
  const bytes = Buffer.from(JSON.stringify(value));
  // A value that looks like a reference is stored as a blob too, so that every reference in a row is ours.
  if (bytes.length <= ROW_BYTES && !reference.safeParse(value).success) return value;
  await blobs.put(key, bytes, 'application/json');
  return { $blob: { key, size: bytes.length, sha256: sha256(bytes) } };
}

/** The number of bytes that `restore` would fetch; 0 if the row holds the value itself. */
export const bytesAway = (value: Json): number => reference.safeParse(value).data?.$blob.size ?? 0;

/** The reverse of `offload`. */
export async function restore(blobs: Blobs, value: Json): Promise<Json> {
  const { data } = reference.safeParse(value);
  if (!data) return value;
  return JSON.parse((await fetchChecked(blobs, data.$blob)).toString()) as Json;
}

/** Payloads as callers see them: values that were moved to blob storage are restored, and files have an API address. */
import type { Blobs } from '../../blobs/blob.js';
import { NotFound, RadiantError } from '../../core/errors.js';
import { isObject, type Json } from '../../core/json/json.js';
import { bytesAway, restore } from '../../blobs/payload.js';
import type { FileRef } from '../../blobs/files.js';

export const hrefOf = (executionId: string, { name, sha256 }: Pick<FileRef, 'name' | 'sha256'>): string =>
  `/v1/executions/${executionId}/artifacts/${encodeURIComponent(name)}?sha256=${sha256}`;

export async function present(blobs: Blobs, executionId: string, value: Json): Promise<Json> {
  return linkFiles(await restore(blobs, value).catch(missing), executionId);
}

/** The maximum size of all items together. Larger lists are read item by item. */
const ITEMS_BYTES = 64 * 1024 * 1024;

/** The result of a map is the list of its items' results. Each of them may be stored in blob storage. */
export async function presentItems(
  blobs: Blobs,
  { id, taskId }: { id: string; taskId: string },
  value: Json,
): Promise<Json> {
  const list = await restore(blobs, value).catch(missing);
  if (!Array.isArray(list)) return present(blobs, id, list);
  const shown: Json[] = [];
  let left = ITEMS_BYTES;
  for (const [mapIndex, item] of list.entries()) {
    left -= bytesAway(item);
    const href = `/v1/executions/${id}/tasks/${taskId}?mapIndex=${mapIndex}`;
    shown.push(left < 0 && bytesAway(item) > 0 ? { $item: { href } } : await present(blobs, id, item));
  }
  return shown;
}

/** A blob that the ledger names but the storage lacks is a server error, not a 404. */
export function missing(error: unknown): never {
  throw error instanceof NotFound ? new RadiantError('blob_missing', error.message) : error;
}

function linkFiles(value: Json, executionId: string): Json {
  if (Array.isArray(value)) return value.map((item) => linkFiles(item, executionId));
  if (!isObject(value)) return value;
  const { $file: file } = value;
  if (file && isObject(file) && Object.keys(value).length === 1) {
    const { key: _, ...shown } = file;
    return { $file: { ...shown, href: hrefOf(executionId, file as FileRef) } };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, linkFiles(item, executionId)]));
}

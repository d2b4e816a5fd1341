/** Files in JSON answers: stores their bytes as blobs and leaves references; and inlines references for a request. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { InvocationError } from '../core/errors.js';
import type { Json } from '../core/json/json.js';
import type { Blobs } from './blob.js';
import { fetchChecked, sha256 } from './payload.js';

const NAME = /^(?!\.+$)[A-Za-z0-9._-]{1,128}$/;
const MEDIA_TYPE = /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?:; ?charset=[\w-]{1,32})?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Deeper answers would overflow the stack during recursion. */
const DEPTH = 256;

const label = { name: z.string().regex(NAME), mediaType: z.string().regex(MEDIA_TYPE) };
const inline = z.strictObject({ ...label, encoding: z.enum(['utf8', 'base64']), data: z.string() });
const stored = z.strictObject({ ...label, size: z.int(), sha256: z.string(), key: z.string() });

export type FileRef = z.infer<typeof stored>;

/** The folder of an execution's blobs. That of a child is in the folder of its root, so that all of a tree may open its files. */
export const folderOf = ({ executionId, rootId }: { executionId: string; rootId: string | null }): string =>
  rootId === null ? `executions/${executionId}` : `executions/${rootId}/${executionId}`;

/**
 * Replaces each `{ "$file": { name, mediaType, encoding, data } }` by `{ "$file": FileRef }`, and stores the bytes under
 * `<keyPrefix>/<sha256>`. A malformed file is an `InvocationError` of class `invalid`. A reference counts as malformed,
 * since an answer must not point at content that it did not bring.
 */
export async function storeFiles(
  blobs: Blobs,
  keyPrefix: string,
  value: Json,
): Promise<{ value: Json; files: FileRef[] }> {
  const files: FileRef[] = [];
  const seen = new Map<string, Omit<FileRef, 'name' | 'mediaType'>>();
  const contents = new Map<string, { bytes: Buffer; mediaType: string }>();

  const result = mapFiles(value, (file) => {
    const { data: found } = inline.safeParse(file);
    if (!found || (found.encoding === 'base64' && (found.data.length % 4 || !BASE64.test(found.data))))
      throw malformed();
    const { name, mediaType, encoding, data } = found;
    const text = `${encoding}:${data}`;
    let content = seen.get(text);
    if (!content) {
      const bytes = Buffer.from(data, encoding);
      const hash = sha256(bytes);
      content = { size: bytes.length, sha256: hash, key: `${keyPrefix}/${hash}` };
      seen.set(text, content);
      contents.set(content.key, { bytes, mediaType });
    }
    const reference = { name, mediaType, ...content };
    files.push(reference);
    return reference;
  });
  for (const [key, { bytes, mediaType }] of contents) await blobs.put(key, bytes, mediaType);
  return { value: result, files };
}

/**
 * The reverse of `storeFiles`: text stays text, everything else becomes base64. Only files under one of `keyPrefixes`
 * are fetched: users may write references into values, and these must not open the files of others.
 */
export async function inlineFiles(blobs: Blobs, keyPrefixes: readonly string[], value: Json): Promise<Json> {
  const contents = new Map<string, Buffer>();
  const wanted = new Map<string, FileRef>();
  mapFiles(value, (file) => {
    const { data: reference } = stored.safeParse(file);
    if (reference && keyPrefixes.some((prefix) => reference.key.startsWith(`${prefix}/`)))
      wanted.set(JSON.stringify(reference), reference);
    else if (!inline.safeParse(file).success) throw malformed();
    return file;
  });
  for (const [id, reference] of wanted) contents.set(id, await fetchChecked(blobs, reference));

  return mapFiles(value, (file) => {
    const { data: reference } = stored.safeParse(file);
    const bytes = reference && contents.get(JSON.stringify(reference));
    if (!reference || !bytes) return file;
    const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
    return { name: reference.name, mediaType: reference.mediaType, encoding, data: bytes.toString(encoding) };
  });
}

/** A copy of `value` with the value of each lone `$file` replaced. */
function mapFiles(value: Json, replace: (file: Json) => Json, depth = 0): Json {
  if (value === null || typeof value !== 'object') return value;
  if (depth > DEPTH)
    throw new InvocationError('invalid', 'answer_too_deep', `JSON is nested more than ${DEPTH} levels deep.`);
  if (Array.isArray(value)) return value.map((item) => mapFiles(item, replace, depth + 1));
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === '$file') return { $file: replace(entries[0][1]) };
  return Object.fromEntries(entries.map(([key, item]) => [key, mapFiles(item, replace, depth + 1)]));
}

const malformed = () =>
  new InvocationError(
    'invalid',
    'file_invalid',
    'A file is { name, mediaType, encoding: "utf8" | "base64", data }. Its name has letters, digits, ".", "_", "-" only.',
  );

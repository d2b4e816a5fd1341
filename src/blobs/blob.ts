/** What every place for blobs offers, and which keys it takes. */
import type { Readable } from 'node:stream';
import { RadiantError } from '../core/errors.js';

/** An absent key is `NotFound`, an unsafe one `RadiantError('blob_key_invalid')`. */
export interface Blobs {
  /** Durable and whole once it resolves; the same key again replaces what was there. */
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** For downloads: the bytes as a stream. */
  open(key: string): Promise<Readable>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
}

/** Path segments of letters, digits, `.`, `_`, `-`; none begins with a dot, so no key climbs out of its folder. */
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const KEY_CHARACTERS = 512;

export function checkKey(key: string): string {
  if (key.length > KEY_CHARACTERS || !KEY.test(key))
    throw new RadiantError(
      'blob_key_invalid',
      'A blob key is a path of letters, digits, ".", "_" and "-", made of ids.',
    );
  return key;
}

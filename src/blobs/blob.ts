/** The interface of blob storage, and its valid keys. */
import type { Readable } from 'node:stream';
import { RadiantError } from '../core/errors.js';

/** Throws `NotFound` for an absent key, and `RadiantError('blob_key_invalid')` for an unsafe one. */
export interface Blobs {
  /** Durable and complete once it resolves. The same key replaces the earlier content. */
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  get(key: string): Promise<Uint8Array>;
  /** Streams the bytes, for downloads. */
  open(key: string): Promise<Readable>;
  /** Removing an absent key is no error. */
  remove(key: string): Promise<void>;
}

/** Path segments of letters, digits, `.`, `_`, `-`. No segment begins with a dot, so no key leaves its folder. */
const KEY = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const KEY_CHARACTERS = 512;

export function checkKey(key: string): string {
  if (key.length > KEY_CHARACTERS || !KEY.test(key))
    throw new RadiantError(
      'blob_key_invalid',
      'A blob key is a path of ids: letters, digits, ".", "_" and "-".',
    );
  return key;
}

/** The objects of S3, in memory. A bucket exists as soon as it has an object. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Clock } from '../clock.js';

export interface StoredObject {
  body: Buffer;
  contentType: string;
  /** The `x-amz-meta-*` headers. */
  metadata: Readonly<Record<string, string>>;
  etag: string;
  /** As `checksumOf` computes it. */
  crc32: string;
  modifiedAt: Date;
}

export interface Objects {
  put(
    bucket: string,
    key: string,
    body: Buffer,
    contentType: string,
    metadata?: Record<string, string>,
  ): StoredObject;
  get(bucket: string, key: string): StoredObject | undefined;
  delete(bucket: string, key: string): void;
  /** Keys in the order of S3. */
  keys(bucket: string): string[];
}

export function emptyObjects(clock: Clock): Objects {
  const buckets = new Map<string, Map<string, StoredObject>>();
  return {
    put(bucket, key, body, contentType, metadata = {}) {
      const object: StoredObject = {
        body,
        contentType,
        metadata,
        etag: `"${createHash('md5').update(body).digest('hex')}"`,
        crc32: checksumOf(body),
        modifiedAt: clock.wall(),
      };
      const objects = buckets.get(bucket) ?? new Map<string, StoredObject>();
      buckets.set(bucket, objects.set(key, object));
      return object;
    },
    get: (bucket, key) => buckets.get(bucket)?.get(key),
    delete: (bucket, key) => void buckets.get(bucket)?.delete(key),
    keys: (bucket) =>
      [...(buckets.get(bucket)?.keys() ?? [])].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  };
}

/** CRC32, big-endian, in base64, as S3 sends it. */
export function checksumOf(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

export interface Location {
  bucket: string;
  key: string;
}

/** Reads `s3://bucket/key`; undefined for anything else. */
export function parseS3Uri(uri: string): Location | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  return bucket !== undefined && key !== undefined ? { bucket, key } : undefined;
}

/** S3 in path style: put, get, head, delete and list, as far as the SDK's client needs them. */
import { createHash } from 'node:crypto';
import { isDenied } from '../access.js';
import { checksumOf, type Location, type StoredObject } from './objects.js';
import { listing, xml } from './xml.js';
import { Refusal, respond, type Request, type Response } from '../wire.js';
import type { Account } from '../account.js';

/** The bucket and the key (empty for the bucket itself) of a path-style request. */
export function locate(url: URL): Location {
  const [bucket = '', ...key] = url.pathname.slice(1).split('/');
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key.join('/')) };
}

const bucketOperations: Readonly<Record<string, string>> = {
  GET: 'ListObjectsV2',
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
};
const objectOperations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

export function s3Operation({ method, url, headers }: Request): string {
  const asked = url.searchParams.get('x-id');
  if (asked !== null) return asked;
  const isSpecial = ['uploads', 'uploadId', 'delete', 'tagging'].some((name) => url.searchParams.has(name));
  if (isSpecial || 'x-amz-copy-source' in headers) return 'Unsupported';
  return (locate(url).key === '' ? bucketOperations : objectOperations)[method] ?? 'Unsupported';
}

/** Throws Refusal, which goes out as XML. */
export function s3({ objects, settings }: Account, operation: string, request: Request): Response {
  const { bucket, key } = locate(request.url);
  // Without permission to list a bucket, a caller does not learn that an object is missing.
  const hidden = isDenied(settings.denied, 's3:ListBucket');
  switch (operation) {
    case 'PutObject':
      return put(request, (body, contentType, metadata) =>
        objects.put(bucket, key, body, contentType, metadata),
      );
    case 'GetObject': {
      const object = objects.get(bucket, key);
      if (!object && hidden) throw new Refusal('AccessDenied', 403, 'Access Denied');
      if (!object) throw new Refusal('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });
      return respond(200, object.body, headersOf(object, request));
    }
    case 'HeadObject': {
      const object = objects.get(bucket, key);
      if (!object) return respond(hidden ? 403 : 404);
      return respond(200, '', {
        ...headersOf(object, request),
        'content-length': String(object.body.length),
      });
    }
    case 'DeleteObject':
      objects.delete(bucket, key);
      return respond(204);
    case 'ListObjectsV2':
      return xml(
        200,
        listing(objects.keys(bucket), request.url.searchParams, bucket, (key) => objects.get(bucket, key)),
      );
    case 'HeadBucket':
    case 'CreateBucket':
      return respond(200, '', { location: `/${bucket}` });
    case 'DeleteBucket':
      return respond(204);
    default:
      throw new Refusal(
        'NotImplemented',
        501,
        `The stand-in does not speak ${request.method} ${request.url.search}.`,
      );
  }
}

type Store = (body: Buffer, contentType: string, metadata: Record<string, string>) => StoredObject;

function put(request: Request, store: Store): Response {
  const chunked = (request.header('x-amz-content-sha256') ?? '').startsWith('STREAMING-');
  const { body, trailers } = chunked ? unchunk(request.body) : { body: request.body, trailers: {} };
  const claims: Readonly<Record<string, string>> = { ...request.headers, ...trailers };
  const metadata = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-')),
  );
  const sums = {
    'x-amz-checksum-crc32': checksumOf(body),
    'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
  };
  for (const [name, sum] of Object.entries(sums)) {
    if ((claims[name] ?? sum) !== sum)
      throw new Refusal('BadDigest', 400, `${name} does not match the body.`);
  }
  const object = store(body, request.header('content-type') ?? 'application/octet-stream', metadata);
  return respond(200, '', { etag: object.etag, 'x-amz-checksum-crc32': object.crc32 });
}

/** Decodes `aws-chunked`: chunks with their size in hex before them, then trailing headers. */
function unchunk(encoded: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', at);
    const size = Number.parseInt(encoded.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size))
      throw new Refusal('IncompleteBody', 400, 'The chunked body is cut short.');
    at = lineEnd + 2;
    if (size === 0) break;
    chunks.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
  const lines = encoded.toString('latin1', at).split('\r\n');
  const trailers = lines.flatMap((line) => {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    return name !== undefined && value !== undefined ? [[name.toLowerCase(), value] as const] : [];
  });
  return { body: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}

function headersOf(object: StoredObject, request: Request): Record<string, string> {
  const wantsChecksum = request.header('x-amz-checksum-mode') === 'ENABLED';
  return {
    'content-type': object.contentType,
    etag: object.etag,
    'last-modified': object.modifiedAt.toUTCString(),
    ...object.metadata,
    ...(wantsChecksum && { 'x-amz-checksum-crc32': object.crc32, 'x-amz-checksum-type': 'FULL_OBJECT' }),
  };
}

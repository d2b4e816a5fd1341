/** The XML of S3: the listing of a bucket, and refusals. */
import type { StoredObject } from './objects.js';
import { respond, type Refusal, type Response } from '../wire.js';

export function refuseAsXml(refusal: Refusal, method: string): Response {
  // S3 uses another name for throttling.
  const slow = refusal.name === 'ThrottlingException';
  const { name, status } = slow ? { name: 'SlowDown', status: 503 } : refusal;
  const { message, extra } = refusal;
  if (method === 'HEAD') return respond(status);
  const members = Object.entries<unknown>({ Code: name, Message: message, ...extra });
  return xml(status, `<Error>${members.map(([tag, value]) => element(tag, String(value))).join('')}</Error>`);
}

export function listing(
  keys: readonly string[],
  asked: URLSearchParams,
  bucket: string,
  read: (key: string) => StoredObject | undefined,
): string {
  const prefix = asked.get('prefix') ?? '';
  const delimiter = asked.get('delimiter') ?? '';
  const most = Number(asked.get('max-keys') ?? 1000);
  const token = asked.get('continuation-token');
  const after =
    token === null ? (asked.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const rows = new Map<string, string>();
  for (const key of keys.filter((key) => key.startsWith(prefix))) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    const object = read(key);
    if (name <= after || rows.has(name) || !object) continue;
    rows.set(
      name,
      cut < 0 ? contents(key, object) : element('CommonPrefixes', element('Prefix', name), false),
    );
  }
  const page = [...rows].slice(0, most);
  const more = page.length < rows.size;
  const next = Buffer.from(page.at(-1)?.[0] ?? '').toString('base64url');
  return [
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    element('Name', bucket),
    element('Prefix', prefix),
    element('KeyCount', String(page.length)),
    element('MaxKeys', String(most)),
    element('IsTruncated', String(more)),
    more ? element('NextContinuationToken', next) : '',
    ...page.map(([, row]) => row),
    '</ListBucketResult>',
  ].join('');
}

function contents(key: string, { etag, body, modifiedAt }: StoredObject): string {
  const members = { Key: key, LastModified: modifiedAt.toISOString(), ETag: etag, Size: body.length };
  const inner = Object.entries(members).map(([tag, value]) => element(tag, String(value)));
  return element('Contents', inner.join('') + element('StorageClass', 'STANDARD'), false);
}

export function xml(status: number, body: string): Response {
  return respond(status, `<?xml version="1.0" encoding="UTF-8"?>\n${body}`, {
    'content-type': 'application/xml',
  });
}

function element(tag: string, content: string, isText = true): string {
  const text = isText
    ? content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    : content;
  return `<${tag}>${text}</${tag}>`;
}

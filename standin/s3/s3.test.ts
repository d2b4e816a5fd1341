/** S3 through the real SDK. */
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHarness, type Harness } from '../testing/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness('instant');
});
afterEach(() => harness.stop());

const Bucket = 'results';
const put = (Key: string, Body: string | Buffer = 'x') =>
  harness.s3.send(new PutObjectCommand({ Bucket, Key, Body }));

test('an object is read back with its type, its metadata and a checksum that the SDK verifies', async () => {
  await harness.s3.send(new CreateBucketCommand({ Bucket }));
  const Key = 'a folder/ä+b&c.json';
  const ContentType = 'application/json';
  await harness.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: '{"a":1}', ContentType, Metadata: { run: '7' } }),
  );
  const object = await harness.s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  expect(object).toMatchObject({ ContentType, ContentLength: 7, Metadata: { run: '7' } });
  expect(object.ChecksumCRC32).toMatch(/^[\w+/]{6}==$/);
  expect(await object.Body?.transformToString()).toBe('{"a":1}');
  const head = await harness.s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({ ContentLength: 7, ETag: object.ETag });
});

test('a stream arrives in chunks with a trailing checksum, and is stored without them', async () => {
  const parts = ['one ', 'two ', 'three'.repeat(50_000)];
  const length = parts.join('').length;
  const Body = Readable.from(parts.map((part) => Buffer.from(part)));
  await harness.s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: length }));
  const object = await harness.s3.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
  expect(await object.Body?.transformToString()).toBe(parts.join(''));
});

test('a body that does not match its checksum is refused', async () => {
  const wrong = new PutObjectCommand({ Bucket, Key: 'k', Body: 'abc', ChecksumCRC32: 'AAAAAA==' });
  await expect(harness.s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(harness.s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
});

test('a missing object is not found, and deleting it is no error', async () => {
  const none = { Bucket, Key: 'none' };
  await expect(harness.s3.send(new GetObjectCommand(none))).rejects.toMatchObject({
    name: 'NoSuchKey',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(harness.s3.send(new HeadObjectCommand(none))).rejects.toMatchObject({ name: 'NotFound' });
  await put('some');
  await harness.s3.send(new DeleteObjectCommand({ Bucket, Key: 'some' }));
  await harness.s3.send(new DeleteObjectCommand({ Bucket, Key: 'some' }));
  await expect(harness.s3.send(new GetObjectCommand({ Bucket, Key: 'some' }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  });
});

test('keys are listed by prefix, by folder and by page', async () => {
  for (const key of ['a/1', 'a/2', 'a/b/3', 'c']) await put(key);
  const list = (more: object) => harness.s3.send(new ListObjectsV2Command({ Bucket, ...more }));
  const keys = async (more: object) => (await list(more)).Contents?.map(({ Key }) => Key);
  expect(await keys({ Prefix: 'a/' })).toEqual(['a/1', 'a/2', 'a/b/3']);
  const folder = await list({ Prefix: 'a/', Delimiter: '/' });
  expect(folder.Contents).toMatchObject([{ Key: 'a/1', Size: 1 }, { Key: 'a/2' }]);
  expect(folder.CommonPrefixes).toEqual([{ Prefix: 'a/b/' }]);
  const page = await list({ MaxKeys: 3 });
  expect(page).toMatchObject({ IsTruncated: true, KeyCount: 3 });
  expect(await keys({ ContinuationToken: page.NextContinuationToken })).toEqual(['c']);
});

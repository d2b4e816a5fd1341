/** Both kinds of blob storage behave alike. S3 is the stand-in's, over HTTP with the real SDK. */
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandIn, type StandIn } from '../../standin/standin.js';
import type { Blobs } from './blob.js';
import { diskBlobs } from './disk.js';
import { s3Blobs } from './s3.js';
import { watchBlobs } from './watch.js';
import { offload, restore } from './payload.js';
import { inlineFiles, storeFiles } from './files.js';

let standIn: StandIn;
let dir: string;

beforeAll(async () => {
  standIn = await startStandIn({ speed: 1000 });
  dir = await mkdtemp(join(tmpdir(), 'radiant-blobs-'));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: standIn.url,
    AWS_ACCESS_KEY_ID: 'stand-in',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
});
afterAll(async () => {
  await standIn.stop();
  await rm(dir, { recursive: true });
});

const places: [string, () => Blobs][] = [
  ['disk', () => diskBlobs(dir)],
  ['S3', () => s3Blobs({ bucket: 'blobs', prefix: 'radiant/test', region: 'us-east-1' })],
];

it('names the region of a bucket in another region', async () => {
  const elsewhere = createServer((request, response) => {
    request.resume();
    response.writeHead(301, { 'content-type': 'application/xml', 'x-amz-bucket-region': 'eu-west-1' });
    response.end('<Error><Code>PermanentRedirect</Code><Message>Use the right address.</Message></Error>');
  });
  await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
  const standInUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const watch = watchBlobs(s3Blobs({ bucket: 'blobs', standInUrl }), {
    log: silent,
    report: () => Promise.resolve(),
  });
  const asks = [
    () => watch.blobs.put('a', Buffer.from('x'), 'text/plain'),
    () => watch.blobs.get('a'),
    () => watch.blobs.open('a'),
    () => watch.blobs.remove('a'),
  ];
  for (const ask of asks)
    await expect(ask()).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('in the region eu-west-1. Set AWS_REGION'),
    });
  expect(watch.isUp()).toBe(false);
  watch.stop();
  elsewhere.close();
  elsewhere.closeAllConnections();
});

describe.each(places)('blobs on %s', (_, place) => {
  let blobs: Blobs;
  beforeAll(() => {
    blobs = place();
  });
  const absent = { code: 'not_found' };

  it('are read back unchanged, whole or as a stream, until they are removed', async () => {
    const bytes = new Uint8Array(700_000).map((_, index) => index % 251);
    await blobs.put('a/b/one', bytes, 'application/octet-stream');
    expect(Buffer.compare(await blobs.get('a/b/one'), bytes)).toBe(0);
    expect(Buffer.compare(await buffer(await blobs.open('a/b/one')), bytes)).toBe(0);
    await blobs.put('a/b/one', Buffer.from('two'), 'text/plain');
    expect(Buffer.from(await blobs.get('a/b/one')).toString()).toBe('two');
    await blobs.remove('a/b/one');
    await blobs.remove('a/b/one');
    await expect(blobs.get('a/b/one')).rejects.toMatchObject(absent);
    await expect(blobs.open('a/b/one')).rejects.toMatchObject(absent);
  });

  it('may be empty, and may be written concurrently', async () => {
    await blobs.put('empty', new Uint8Array(), 'text/plain');
    expect(await blobs.get('empty')).toHaveLength(0);
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => blobs.put('race/x', Buffer.from(text), 'text/plain')));
    expect(texts).toContain(Buffer.from(await blobs.get('race/x')).toString());
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    'a/',
    '.hidden',
    'a/.b',
    'a\\b',
    'a\0b',
    'a b',
    'é',
  ])('refuse the key %j', async (key) => {
    const invalid = { code: 'blob_key_invalid' };
    await expect((async () => blobs.put(key, Buffer.from('x'), 'text/plain'))()).rejects.toMatchObject(
      invalid,
    );
    await expect((async () => blobs.get(key))()).rejects.toMatchObject(invalid);
    await expect((async () => blobs.open(key))()).rejects.toMatchObject(invalid);
    await expect((async () => blobs.remove(key))()).rejects.toMatchObject(invalid);
  });

  it('hold values that are too large for a row', async () => {
    const small = { a: [1, 'two', null] };
    expect(await offload(blobs, 'task/1', small)).toBe(small);
    expect(await restore(blobs, small)).toBe(small);
    const big = { text: 'é'.repeat(200_000) };
    const reference = await offload(blobs, 'task/2', big);
    expect(reference).toEqual({
      $blob: { key: 'task/2', size: 400_011, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await restore(blobs, reference)).toEqual(big);
    await blobs.put('task/2', Buffer.from('{}'), 'application/json');
    await expect(restore(blobs, reference)).rejects.toMatchObject({ code: 'blob_corrupt' });
  });

  it('do not mistake a value for a reference', async () => {
    const posing = { $blob: { key: 'task/2', size: 2, sha256: 'x' } };
    const kept = await offload(blobs, 'task/3', posing);
    expect(kept).toMatchObject({ $blob: { key: 'task/3' } });
    expect(await restore(blobs, kept)).toEqual(posing);
  });

  it('take the files out of an answer and restore them', async () => {
    const text = {
      $file: { name: 'model.pdb', mediaType: 'chemical/x-pdb', encoding: 'utf8', data: 'ATOM é' },
    };
    const image = {
      $file: { name: 'pae.png', mediaType: 'image/png', encoding: 'base64', data: '/+8AgA==' },
    };
    const answer = { score: 1, models: [text, { again: text }], image };
    const { value, files } = await storeFiles(blobs, 'execution/task', answer);
    expect(files.map(({ name, size }) => [name, size])).toEqual([
      ['model.pdb', 7],
      ['model.pdb', 7],
      ['pae.png', 4],
    ]);
    expect(files[0]?.key).toBe(`execution/task/${files[0]?.sha256}`);
    expect(files[1]).toEqual(files[0]);
    expect(value).toEqual({
      score: 1,
      models: [{ $file: files[0] }, { again: { $file: files[1] } }],
      image: { $file: files[2] },
    });
    expect(await inlineFiles(blobs, ['execution'], value)).toEqual(answer);
    await blobs.put(files[2]?.key ?? '', Buffer.from('else'), 'image/png');
    await expect(inlineFiles(blobs, ['execution'], value)).rejects.toMatchObject({ code: 'blob_corrupt' });
    // A reference in a value does not give access to the files of others.
    await expect(inlineFiles(blobs, ['executio'], value)).rejects.toMatchObject({ code: 'file_invalid' });
  });
});

it('leaves no unfinished file behind', async () => {
  expect(await readdir(join(dir, '.unfinished'))).toEqual([]);
});

describe('files that are not well formed', () => {
  const file = { name: 'a.txt', mediaType: 'text/plain', encoding: 'utf8', data: 'x' };
  const hash = 'a'.repeat(64);

  it.each([
    { ...file, name: '../a' },
    { ...file, name: '..' },
    { ...file, name: 'a/b' },
    { ...file, name: '' },
    { ...file, name: 'x'.repeat(129) },
    { ...file, name: 'a\n' },
    { ...file, mediaType: 'text/html\r\nset-cookie: a=b' },
    { ...file, encoding: 'hex' },
    { ...file, encoding: 'base64', data: 'not base64' },
    { ...file, data: 1 },
    { name: 'a.txt', mediaType: 'text/plain', size: 1, sha256: hash, key: 'other/tenant' },
    null,
    'text',
  ])('are refused: %j', async ($file) => {
    await expect(storeFiles(diskBlobs(dir), 'p', [{ $file }])).rejects.toMatchObject({
      errorClass: 'invalid',
      code: 'file_invalid',
    });
  });

  it('include ones nested too deeply', async () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    await expect(storeFiles(diskBlobs(dir), 'p', deep)).rejects.toMatchObject({ code: 'answer_too_deep' });
  });

  it('but a name with a meaning in JavaScript is only a name', async () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"a":1}');
    expect(JSON.stringify((await storeFiles(diskBlobs(dir), 'p', value)).value)).toBe(JSON.stringify(value));
  });
});

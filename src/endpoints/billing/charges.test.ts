/** Reading the provider's bill: CUR 1 and CUR 2, plain and gzipped, on disk and in a bucket; and the stand-in's ledger. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStandIn, type StandIn } from '../../../standin/standin.js';
import { useStandIn } from '../../../test/harness/stand-in-variables.js';
import type { ProviderAccount } from '../../core/money/cost-allocation.js';
import { openCharges } from './charges.js';

const CUR = readFileSync(join(import.meta.dirname, '../../../test/money/bill-cur.csv'), 'utf8');
const [HEADER = '', ...ROWS] = CUR.trim().split('\n');
const REPORTED: Omit<ProviderAccount, 'source' | 'mark'> = {
  through: new Date('2026-03-02T12:00:00Z'),
  lines: [
    {
      lineId: 'radiant-prod-fold 2026-03-02T10:00:00.000Z 2026-03-02T11:00:00.000Z USE1-Host:ml.g5.12xlarge',
      endpoint: 'radiant-prod-fold',
      instanceType: 'ml.g5.12xlarge',
      from: new Date('2026-03-02T10:00:00Z'),
      to: new Date('2026-03-02T11:00:00Z'),
      instanceSeconds: '2700.000',
      costUsd: '5.317500001',
    },
    {
      lineId: 'radiant-prod-fold 2026-03-02T11:00:00.000Z 2026-03-02T12:00:00.000Z USE1-Hst:Data-Bytes-Out',
      endpoint: 'radiant-prod-fold',
      instanceType: null,
      from: new Date('2026-03-02T11:00:00Z'),
      to: new Date('2026-03-02T12:00:00Z'),
      instanceSeconds: '0.000',
      costUsd: '0.024000000',
    },
  ],
};

let folder: string;
let standIn: StandIn;
let s3: S3Client;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'radiant-cur-'));
  standIn = await startStandIn({ speed: 'manual', startedAt: new Date('2026-03-02T00:00:00Z') });
  useStandIn(standIn.url);
  s3 = new S3Client({ forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await standIn.stop();
  rmSync(folder, { recursive: true });
});

async function read(source: string, marks: ReadonlyMap<string, string> = new Map()) {
  const charges = openCharges({ source, standInUrl: standIn.url, region: 'us-east-1' });
  const accounts = [];
  const ours = (name: string) => (name.startsWith('radiant-prod-') ? name : null);
  for await (const account of charges?.({ marks, now: new Date(), ours }) ?? []) accounts.push(account);
  return accounts;
}
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
/** `line_item_usage_start_date` is `lineItem/UsageStartDate`. */
const cur1 = CUR.replace(HEADER, () =>
  HEADER.replaceAll(/\b(line_item|identity|product)_(\w+)/g, (_, group: string, rest: string) => {
    const big = (text: string) =>
      text.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = big(rest);
    return group === 'product'
      ? `product/${name[0]?.toLowerCase()}${name.slice(1)}`
      : `${group === 'line_item' ? 'lineItem' : group}/${name}`;
  }),
);

test('the header of CUR 1 has the names that AWS uses', () => {
  expect(cur1.split('\n')[0]).toContain('identity/LineItemId,lineItem/UsageStartDate,');
  expect(cur1.split('\n')[0]).toContain(',lineItem/LineItemType,product/instanceType');
});

test.each([
  ['CUR 2', 'cur2.csv', CUR],
  ['CUR 1', 'cur1.csv', cur1],
  ['with a byte order mark and CRLF', 'bom.csv', `\uFEFF${CUR.replaceAll('\n', '\r\n')}`],
  ['gzipped', 'cur.csv.gz', gzipSync(CUR)],
])('%s: lines of the same use of an hour are one, other things are left out', async (_, name, content) => {
  const path = write(name, content);
  const [account] = await read(path);
  expect(account).toMatchObject({ source: path, live: false, ...REPORTED });
  expect(account?.lines).toHaveLength(2);
  expect(await read(path, new Map([[path, account?.mark ?? '']]))).toEqual([]);
});

test('every bad line is named, and no line of the file is used', async () => {
  const bad = [
    HEADER,
    ROWS[0],
    ROWS[0]?.replace('0.5,3.545', 'half,3.545'),
    ROWS[0]?.replace('2026-03-02T10', 'yesterday'),
    ROWS[0]?.replace('3.545', '-3.545'),
    ROWS[0]?.replace(/arn:[^,]*/, ''),
    'one,two',
    ROWS[5],
  ].join('\n');
  const reading = read(write('bad.csv', bad));
  await expect(reading).rejects.toThrow(/None of its lines is used/);
  const error = await reading.catch(
    (error: unknown) => error as { code: string; faults: { path: string }[] },
  );
  expect(error).toMatchObject({ code: 'bad_bill' });
  expect((error as { faults: { path: string }[] }).faults.map(({ path }) => path).sort()).toEqual([
    'line 3',
    'line 4',
    'line 5',
    'line 6',
    'line 7',
  ]);
  await expect(read(write('headless.csv', CUR.replace('line_item_resource_id', 'x')))).rejects.toThrow(
    /line_item_resource_id: is missing/,
  );
  await expect(read(write('broken.csv.gz', 'no gzip'))).rejects.toThrow();
  await expect(read(join(folder, 'nowhere.csv'))).rejects.toThrow(/ENOENT/);
});

test('a bucket: every CSV below the prefix is read, and read again only if it has changed', async () => {
  const put = (Key: string, Body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: 'bills', Key, Body }));
  await put('cur/data/BILLING_PERIOD=2026-03/a.csv.gz', gzipSync(CUR));
  await put('cur/data/BILLING_PERIOD=2026-03/b.csv', [HEADER, ROWS[5]].join('\n'));
  await put('cur/metadata/manifest.json', '{}');
  await put('other/c.csv', 'not read');
  const accounts = await read('s3://bills/cur');
  expect(accounts).toMatchObject([
    { source: 's3://bills/cur/data/BILLING_PERIOD=2026-03/a.csv.gz', ...REPORTED },
    { source: 's3://bills/cur/data/BILLING_PERIOD=2026-03/b.csv', through: null, lines: [] },
  ]);
  const marks = new Map(accounts.map(({ source, mark }) => [source, mark]));
  expect(await read('s3://bills/cur', marks)).toEqual([]);
  await put('cur/data/BILLING_PERIOD=2026-03/b.csv', CUR);
  expect((await read('s3://bills/cur', marks)).map(({ source }) => source)).toEqual([accounts[1]?.source]);
  await s3.send(new DeleteObjectCommand({ Bucket: 'bills', Key: 'other/c.csv' }));
});

test('none means no bill, and a stand-in without an address says what to set', async () => {
  expect(openCharges({ source: 'none', standInUrl: standIn.url, region: undefined })).toBeNull();
  expect(await read('standin')).toMatchObject([
    { source: 'standin 2026-03-02T00:00:00.000Z', live: true, lines: [] },
  ]);
  const charges = openCharges({ source: 'standin', standInUrl: undefined, region: undefined });
  const first = async () => {
    for await (const account of charges?.({ marks: new Map(), now: new Date(), ours: () => null }) ?? [])
      return account;
    return null;
  };
  await expect(first()).rejects.toThrow(/AWS_ENDPOINT_URL/);
});

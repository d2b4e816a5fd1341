/** Reads the provider's bill: the stand-in's ledger, or AWS Cost and Usage files in a bucket or on disk. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { clientSettings, type AwsPlace } from '../../core/aws-client.js';
import { RadiantError } from '../../core/errors.js';
import type { ProviderAccount } from '../../core/money/cost-allocation.js';
import { readCostAndUsage, type Ours } from './cost-and-usage.js';

/** `live`: reported by a running program. Instances of its earlier runs have ended. */
export type Account = ProviderAccount & { live: boolean };

export interface Question {
  /** By source, the mark of the version that was read before. Unchanged sources are skipped. */
  marks: ReadonlyMap<string, string>;
  now: Date;
  ours: Ours;
}

export type Charges = (question: Question) => AsyncIterable<Account>;

/**
 * @param source the value of `RADIANT_BILL_SOURCE`; the result is null for `none`
 * @param endpointUrl the address that replaces AWS: the stand-in whose ledger is read, where none was started locally
 */
export function openCharges({
  source,
  endpointUrl,
  ...place
}: AwsPlace & { source: string; endpointUrl?: string | undefined }): Charges | null {
  if (source === 'none') return null;
  if (source === 'standin') return (question) => standIn(place.standInUrl ?? endpointUrl, question);
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(source) ?? [];
  return bucket === undefined
    ? (question) => file(source, question)
    : (question) => files({ bucket, prefix, place }, question);
}

const book = z.object({
  startedAt: z.string(),
  endpoints: z.array(
    z.object({
      endpointName: z.string(),
      instanceType: z.string(),
      hourlyUsd: z.number(),
      spans: z.array(
        z.object({
          fromMs: z.number(),
          toMs: z.number().nullable(),
          instances: z.number(),
          costUsd: z.string(),
        }),
      ),
    }),
  ),
  nowMs: z.number(),
});

const READ_MS = 10_000;
/** Bypasses any proxy that Node is configured to use. */
const direct = new Agent();

async function* standIn(url: string | undefined, { now, ours }: Question): AsyncIterable<Account> {
  if (url === undefined) {
    throw new RadiantError(
      'no_bill',
      'RADIANT_BILL_SOURCE is standin. Set AWS_ENDPOINT_URL to its address, or choose another source.',
    );
  }
  const { statusCode, body } = await request(new URL('/__standin/ledger', url), {
    signal: AbortSignal.timeout(READ_MS),
    dispatcher: direct,
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new RadiantError('no_bill', `The stand-in's ledger returned HTTP ${statusCode}.`);
  }
  const ledger = book.parse(await body.json());
  const lines = ledger.endpoints.flatMap(({ endpointName, instanceType, hourlyUsd, spans }) => {
    const endpoint = ours(endpointName);
    if (endpoint === null) return [];
    return spans.map(({ fromMs, toMs, instances, costUsd }, n) => ({
      lineId: `${endpoint} ${instanceType} ${hourlyUsd} ${n}`,
      endpoint,
      instanceType,
      from: new Date(fromMs),
      to: toMs === null ? null : new Date(toMs),
      instanceSeconds: ((((toMs ?? ledger.nowMs) - fromMs) / 1000) * instances).toFixed(3),
      costUsd,
    }));
  });
  yield { source: `standin ${ledger.startedAt}`, mark: '', through: now, lines, live: true };
}

async function* file(path: string, { marks, ours }: Question): AsyncIterable<Account> {
  const { mtimeMs, size } = await stat(path);
  const mark = `${mtimeMs} ${size}`;
  if (marks.get(path) === mark) return;
  const bytes = createReadStream(path);
  yield { source: path, mark, live: false, ...(await readCostAndUsage({ bytes, name: path, ours })) };
}

async function* files(
  { bucket, prefix, place }: { bucket: string; prefix: string; place: AwsPlace },
  { marks, ours }: Question,
): AsyncIterable<Account> {
  const s3 = new S3Client({
    ...clientSettings(place),
    forcePathStyle: true,
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  });
  try {
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key = '', ETag = '' } of page.Contents ?? []) {
        const name = `s3://${bucket}/${Key}`;
        if (!/\.csv(\.gz)?$/.test(Key) || marks.get(name) === ETag) continue;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        if (!(Body instanceof Readable)) throw new RadiantError('no_bill', `${name} is empty.`);
        const read = await readCostAndUsage({ bytes: Body, name, ours });
        yield { source: name, mark: ETag, live: false, ...read };
      }
    }
  } finally {
    s3.destroy();
  }
}

/** Blobs in an S3 bucket. With real AWS, credentials and address come from the SDK's own variables and files. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientSettings, type AwsPlace } from '../core/aws-client.js';
import { NotFound } from '../core/errors.js';
import { checkKey, type Blobs } from './blob.js';

/** `prefix` precedes every key, such as `radiant/prod`. */
export function s3Blobs({
  bucket,
  prefix = '',
  maxSockets = 128,
  ...place
}: AwsPlace & {
  bucket: string;
  prefix?: string;
  maxSockets?: number;
}): Blobs {
  const pool = { keepAlive: true, maxSockets };
  const s3 = new S3Client({
    ...clientSettings(place),
    // A bucket's name need not be a valid host name, and a local server has no wildcard DNS.
    forcePathStyle: true,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(pool),
      httpsAgent: new HttpsAgent(pool),
    }),
  });
  const at = (key: string) => ({ Bucket: bucket, Key: (prefix && `${prefix}/`) + checkKey(key) });

  async function read(key: string) {
    try {
      const { Body } = await s3.send(new GetObjectCommand(at(key)));
      if (!Body) throw new NotFound('blob', key);
      return Body;
    } catch (error) {
      throw (error as Error).name === 'NoSuchKey' ? new NotFound('blob', key) : error;
    }
  }

  return {
    async put(key, bytes, mediaType) {
      await s3.send(new PutObjectCommand({ ...at(key), Body: bytes, ContentType: mediaType }));
    },
    get: async (key) => (await read(key)).transformToByteArray(),
    open: async (key) => (await read(key)) as unknown as Readable,
    async remove(key) {
      await s3.send(new DeleteObjectCommand(at(key)));
    },
  };
}

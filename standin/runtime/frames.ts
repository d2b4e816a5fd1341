/** Frames of application/vnd.amazon.eventstream: lengths and their checksum, headers, payload, checksum of all. */
import { crc32 } from 'node:zlib';

const PRELUDE = 12;
const CHECKSUM = 4;
const STRING = 7;

export function frame(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const bytes = Buffer.alloc(PRELUDE + head.length + payload.length + CHECKSUM);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  head.copy(bytes, PRELUDE);
  payload.copy(bytes, PRELUDE + head.length);
  const end = bytes.length - CHECKSUM;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

function header(name: string, value: string): Buffer {
  const [key, text] = [Buffer.from(name), Buffer.from(value)];
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([STRING]), length, text]);
}

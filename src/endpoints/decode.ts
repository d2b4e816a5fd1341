/** Decodes compressed answers, up to a maximum size. */
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { InvocationError } from '../core/errors.js';

type Decoder = (bytes: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>;

const ungzip: Decoder = promisify(gunzip);
const ZLIB = promisify(inflate);
const RAW = promisify(inflateRaw);

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: ungzip,
  'x-gzip': ungzip,
  // Many servers send raw deflate without the zlib wrapper. The first byte shows which it is.
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? ZLIB(bytes, options) : RAW(bytes, options)),
  br: promisify(brotliDecompress),
};

/** The Accept-Encoding header, for endpoints that can choose. */
export const ACCEPTED = 'gzip, deflate, br';

/**
 * @param encoding the Content-Encoding, if there was one; gzip is detected without it
 * @param most maximum decoded size in bytes
 * @throws InvocationError `answer_too_large`, `unusable_answer`, `invalid_response` for bytes that were cut short
 */
export async function decoded(
  bytes: Uint8Array,
  { encoding = '', most, endpoint }: { encoding?: string | undefined; most: number; endpoint: string },
): Promise<Uint8Array> {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  let whole = bytes;
  for (const name of names.reverse()) {
    const decode = DECODERS[name];
    if (!decode)
      throw new InvocationError(
        'invalid',
        'unusable_answer',
        `${endpoint} answered in an encoding that was not requested. It may use ${ACCEPTED}.`,
      );
    whole = await decode(whole, { maxOutputLength: most }).catch(undecoded(endpoint, most));
  }
  if (names.length === 0 && whole[0] === 0x1f && whole[1] === 0x8b)
    whole = await ungzip(whole, { maxOutputLength: most }).catch(undecoded(endpoint, most));
  if (whole.length > most) throw tooLarge(endpoint, most);
  return whole;
}

const undecoded = (endpoint: string, most: number) => (error: NodeJS.ErrnoException) => {
  throw error.code === 'ERR_BUFFER_TOO_LARGE'
    ? tooLarge(endpoint, most)
    : new InvocationError(
        'transient',
        'invalid_response',
        `${endpoint} returned compressed bytes that cannot be decoded.`,
      );
};

/** The model did its work, so the attempt is paid for; a retry would return as much. */
export const tooLarge = (endpoint: string, most: number) =>
  new InvocationError(
    'invalid',
    'answer_too_large',
    `${endpoint} returned more than ${most} bytes. Make it return less, or write its result to its own storage.`,
  );

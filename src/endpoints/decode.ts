/** Answers that come compressed: decoded, and never to more than may be kept. */
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
  // Half of the world sends it without the wrapper that its name promises: the first byte tells.
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? ZLIB(bytes, options) : RAW(bytes, options)),
  br: promisify(brotliDecompress),
};

/** What is asked for of who can choose. */
export const ACCEPTED = 'gzip, deflate, br';

/**
 * @param encoding the Content-Encoding, if any was told; gzip is recognised without
 * @param most bytes, when decoded
 * @throws InvocationError `answer_too_large`, `unusable_answer`, `invalid_response` when it was cut short
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
        `${endpoint} answered in an encoding that was not asked for: it may use ${ACCEPTED}.`,
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
        `${endpoint} answered compressed bytes that cannot be decoded.`,
      );
};

/** The model did its work: the attempt is paid for, and asking again would bring as much. */
export const tooLarge = (endpoint: string, most: number) =>
  new InvocationError(
    'invalid',
    'answer_too_large',
    `${endpoint} answered more than ${most} bytes: let it answer less, or write to a place of its own.`,
  );

/** Checks the signature of an inbound webhook, by the scheme of its sender. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SCHEMES = ['standard_webhooks', 'github', 'stripe', 'hmac_sha256'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** How far a signed time may be from now, in seconds. */
export const TOLERANCE_SECONDS = 300;
/** Where the plain scheme has its signature. */
export const SIGNATURE_HEADER = 'x-signature';

export interface SignedRequest {
  scheme: Scheme;
  /** The header of the plain scheme, in lower case. */
  signatureHeader: string | null;
  /** Each may have signed it: a new secret, and the one before it. */
  secrets: readonly string[];
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it was received. */
  body: Uint8Array;
  now: Date;
}

export const SIGNATURE_FAULTS = {
  signature_missing: 'The signature is missing: sign the request by the scheme of the trigger.',
  signature_wrong: 'The signature does not fit: check the secret, and sign the body as it is sent.',
  signature_expired: `The signed time is more than ${TOLERANCE_SECONDS / 60} minutes from now: check the clock, and sign each attempt anew.`,
} as const;

export type Signature =
  | { isValid: true; /** The sender's id of the delivery, if its headers have one. */ id: string | null }
  | { isValid: false; code: keyof typeof SIGNATURE_FAULTS };

/** What a scheme finds in the headers. */
interface Signed {
  id: string | null;
  /** Seconds since 1970; null if the scheme signs no time. */
  at: number | null;
  /** What stands before the body in the signed text. */
  prefix: string;
  /** Any of them may fit. */
  signatures: readonly Buffer[];
  keyOf: (secret: string) => Buffer;
}

type HeaderOf = (name: string) => string | undefined;

/** Null if a part is missing. */
const READERS: Record<Scheme, (header: HeaderOf, signatureHeader: string) => Signed | null> = {
  standard_webhooks(header) {
    const [id, at, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
    if (!id || !at || !signature) return null;
    const signatures = partsOf(signature, ' ', ',').flatMap(([version, text]) =>
      version === 'v1' ? [Buffer.from(text, 'base64')] : [],
    );
    const keyOf = (secret: string) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return { id, at: Number(at), prefix: `${id}.${at}.`, signatures, keyOf };
  },
  github(header) {
    const signature = header('x-hub-signature-256');
    if (!signature) return null;
    return {
      id: header('x-github-delivery') ?? null,
      at: null,
      prefix: '',
      signatures: [digestIn(signature)],
      keyOf: plain,
    };
  },
  stripe(header) {
    const parts = partsOf(header('stripe-signature') ?? '', ',', '=');
    const at = parts.find(([name]) => name === 't')?.[1];
    const signatures = parts.flatMap(([name, text]) => (name === 'v1' ? [Buffer.from(text, 'hex')] : []));
    return at === undefined ? null : { id: null, at: Number(at), prefix: `${at}.`, signatures, keyOf: plain };
  },
  hmac_sha256(header, signatureHeader) {
    const signature = header(signatureHeader);
    if (!signature) return null;
    return { id: null, at: null, prefix: '', signatures: [digestIn(signature)], keyOf: plain };
  },
};

const plain = (secret: string): Buffer => Buffer.from(secret);

/** `v1,a v1,b` or `t=1,v1=a`: names and values. */
const partsOf = (text: string, between: string, within: string): [string, string][] =>
  text.split(between).map((part) => {
    const [name = '', ...value] = part.trim().split(within);
    return [name, value.join(within)];
  });

/** In hexadecimal or base64, after `sha256=` or alone. */
function digestIn(text: string): Buffer {
  const digits = text.trim().replace(/^sha256=/, '');
  return Buffer.from(digits, /^[0-9a-f]{64}$/i.test(digits) ? 'hex' : 'base64');
}

export function checkSignature({
  scheme,
  signatureHeader,
  secrets,
  headers,
  body,
  now,
}: SignedRequest): Signature {
  const header: HeaderOf = (name) => [headers[name]].flat()[0];
  const signed = READERS[scheme](header, signatureHeader ?? SIGNATURE_HEADER);
  if (!signed) return { isValid: false, code: 'signature_missing' };
  const { id, at, prefix, signatures, keyOf } = signed;
  const fits = secrets.some((secret) => {
    const key = keyOf(secret);
    const expected = createHmac('sha256', key).update(prefix).update(body).digest();
    // An empty key, such as one that is not base64, would let everybody sign.
    return (
      key.length > 0 &&
      signatures.some((given) => given.length === expected.length && timingSafeEqual(given, expected))
    );
  });
  if (!fits) return { isValid: false, code: 'signature_wrong' };
  // A time that is no number is never near.
  const isNear = at === null || Math.abs(now.getTime() / 1_000 - at) <= TOLERANCE_SECONDS;
  return isNear ? { isValid: true, id } : { isValid: false, code: 'signature_expired' };
}

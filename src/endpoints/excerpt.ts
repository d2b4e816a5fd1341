/** The start of an endpoint's answer, as text that can be stored and shown. */

const BYTES = 1_024;
/** Control characters except line breaks and tabs, lone surrogates, and characters that change the text direction. */
const UNFIT = /(?![\n\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** At most a kilobyte, cut between code points; null if there is no text. Occurrences of `secrets` are removed. */
export function excerpt(answer: Uint8Array | string, secrets: readonly string[] = []): string | null {
  // Reads more than is kept, so that a secret at the cut is still found whole.
  const bytes =
    typeof answer === 'string'
      ? Buffer.from(answer.slice(0, 4 * BYTES))
      : Buffer.from(answer.subarray(0, 4 * BYTES));
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), bytes.toString('utf8'));
  const kept = Buffer.from(hidden.replaceAll('\r\n', '\n').replace(UNFIT, '\ufffd'));
  // In stream mode the decoder drops the bytes of a character that was cut.
  const text = new TextDecoder().decode(kept.subarray(0, BYTES), { stream: true }).trim();
  return text === '' ? null : text;
}

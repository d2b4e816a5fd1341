/** The beginning of an endpoint's answer, as text that can be kept and shown. */

const BYTES = 1_024;
/** Controls but for line breaks and tabs, halves of surrogate pairs, and what turns the direction of a text. */
const UNFIT = /(?![\n\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** At most a kilobyte, cut between code points; null when there is nothing. What stands in `secrets` is left out. */
export function excerpt(answer: Uint8Array | string, secrets: readonly string[] = []): string | null {
  // A secret that the cut would halve is still found whole.
  const bytes =
    typeof answer === 'string'
      ? Buffer.from(answer.slice(0, 4 * BYTES))
      : Buffer.from(answer.subarray(0, 4 * BYTES));
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), bytes.toString('utf8'));
  const kept = Buffer.from(hidden.replaceAll('\r\n', '\n').replace(UNFIT, '\ufffd'));
  // A decoder that expects more keeps back the bytes of a character that was cut.
  const text = new TextDecoder().decode(kept.subarray(0, BYTES), { stream: true }).trim();
  return text === '' ? null : text;
}

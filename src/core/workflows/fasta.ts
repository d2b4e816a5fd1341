/** Reads a pasted sequence, bare or as one FASTA record. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SHOWN = 3;

/** The sequence without header, line breaks and surrounding white space; null if there is more than one record. */
export function sequenceIn(text: string): string | null {
  const lines = text.trim().split(/\r\n|\r|\n/);
  const body = lines[0]?.startsWith('>') ? lines.slice(1) : lines;
  return body.some((line) => line.trimStart().startsWith('>'))
    ? null
    : body.map((line) => line.trim()).join('');
}

/** The text of the first header; null for a bare sequence, or if the value is not a text. */
export const headerOf = (text: unknown): string | null =>
  typeof text === 'string' ? (/^\s*>([^\r\n]*)/.exec(text)?.[1]?.trim() ?? null) : null;

/** Names the first letters outside the alphabet, with their positions from 1; null if there are none. It never quotes the sequence. */
export function strayLetters(text: string, alphabet = LETTERS): string | null {
  const allowed = new Set(alphabet);
  const strays: string[] = [];
  let position = 0;
  for (const letter of text) {
    position += 1;
    if (!allowed.has(letter)) strays.push(`${JSON.stringify(letter)} at ${position}`);
  }
  if (strays.length === 0) return null;
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : '';
  return `has letters outside the alphabet: ${strays.slice(0, SHOWN).join(', ')}${more}`;
}

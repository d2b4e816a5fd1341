/** Sequences as people paste them: bare or as one FASTA record, made into a bare run of letters. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SHOWN = 3;

/** The sequence without header, line breaks and surrounding blank space; null when there is more than one record. */
export function sequenceIn(text: string): string | null {
  const lines = text.trim().split(/\r\n|\r|\n/);
  const body = lines[0]?.startsWith('>') ? lines.slice(1) : lines;
  return body.some((line) => line.trimStart().startsWith('>'))
    ? null
    : body.map((line) => line.trim()).join('');
}

/** The first header's words; null for a bare sequence and for what is no text. */
export const headerOf = (text: unknown): string | null =>
  typeof text === 'string' ? (/^\s*>([^\r\n]*)/.exec(text)?.[1]?.trim() ?? null) : null;

/** What is wrong with the letters, or null. Names the first few with their positions, from 1; never the sequence. */
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

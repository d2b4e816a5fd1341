/** Pasted sequences: bare letters or FASTA records. */

/** Without header and line breaks; null when there is more than one record. */
export function sequenceIn(text: string): string | null {
  const lines = text.trim().split(/\r\n|\r|\n/);
  const body = lines[0]?.startsWith('>') ? lines.slice(1) : lines;
  if (body.some((line) => line.trimStart().startsWith('>'))) return null;
  return body.map((line) => line.trim()).join('');
}

/** Each record with its header. A text without headers is one record. */
export function recordsIn(text: string): string[] {
  const records: string[][] = [];
  for (const line of text.trim().split(/\r\n|\r|\n/)) {
    const isHeader = line.trimStart().startsWith('>');
    if (isHeader || records.length === 0) records.push([]);
    if (line.trim() !== '') records.at(-1)?.push(line.trim());
  }
  return records.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

const SHOWN = 3;

/** The letters that the alphabet does not have, with their places from 1; null when there are none. */
export function strayLetters(sequence: string, alphabet: string): string | null {
  const allowed = new Set(alphabet);
  const strays = Array.from(sequence).flatMap((letter, at) =>
    allowed.has(letter) ? [] : [`“${letter}” at ${at + 1}`],
  );
  if (strays.length === 0) return null;
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : '';
  return `has letters outside the alphabet: ${strays.slice(0, SHOWN).join(', ')}${more}`;
}

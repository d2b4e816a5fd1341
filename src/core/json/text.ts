/** Texts that PostgreSQL can store: cut between code points, and without invalid Unicode. */

/** The first `most` UTF-16 units at most; a character is never cut in half. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most);
}

/** Why PostgreSQL cannot store the text, as a sentence without its subject; null if it can. */
export function whyUnstorable(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character';
  return /\p{Surrogate}/u.test(text) ? 'holds half of a surrogate pair, which is not Unicode text' : null;
}

/** The text, with a replacement character for each character that cannot be stored. */
export const storable = (text: string): string => text.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');

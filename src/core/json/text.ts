/** Texts that rows and readers can hold: cut between code points, without what is no Unicode. */

/** At most `most` UTF-16 units from the beginning; a character that would be halved is left out. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most);
}

/** What no text of a row can hold, as a sentence without its subject; null when there is nothing. */
export function whyUnstorable(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character';
  return /\p{Surrogate}/u.test(text) ? 'holds half of a surrogate pair, which is not Unicode text' : null;
}

/** The same text with a replacement character for each that cannot be kept. */
export const storable = (text: string): string => text.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');

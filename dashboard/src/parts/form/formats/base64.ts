/** Bytes as base64, and the number of bytes that a base64 text holds. */

/** The number of arguments that `String.fromCharCode` accepts in any browser. */
const CHUNK = 8_192;

export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

export function sizeOfBase64(text: string): number {
  const letters = text.replace(/[\s=]/g, '').length;
  return Math.floor((letters / 4) * 3);
}

/** Long, with only base64 letters. A sequence of letters in one case does not count. */
export const isBase64 = (text: string): boolean =>
  text.length >= 64 &&
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
  /[a-z]/.test(text) &&
  /[A-Z]/.test(text) &&
  /[0-9+/]/.test(text);

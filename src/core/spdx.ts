/** Names of licences, as SPDX lists them. */
import parse from 'spdx-expression-parse';

/** An id, several of them in an expression, or a `LicenseRef-` of one's own. */
export function isSpdx(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

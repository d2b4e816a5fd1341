/** Reads typed text as a number that is kept exactly, or says why it is not one. */

/** Empty text and the beginning of a number have no value yet. */
export function readNumber(text: string | number): { value: number | undefined; error: string | null } {
  const typed = String(text).trim();
  const value = Number(typed);
  if (typed === '' || Number.isNaN(value)) return { value: undefined, error: null };
  const isWhole = /^-?\d+$/.test(typed);
  return Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))
    ? { value, error: null }
    : {
        value: undefined,
        error: `must lie between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`,
      };
}

/** Reads typed text as a number that is kept exactly, or says why it is not one. */

/** Empty text and the beginning of a number have no value yet. */
export function readNumber(text: string | number): { value: number | undefined; fault: string | null } {
  const typed = String(text).trim();
  const value = Number(typed);
  if (typed === '' || Number.isNaN(value)) return { value: undefined, fault: null };
  const isWhole = /^-?\d+$/.test(typed);
  return Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))
    ? { value, fault: null }
    : {
        value: undefined,
        fault: `must lie between ${-Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`,
      };
}

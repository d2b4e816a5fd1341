/** How many pieces of work want a place at the same moment. */

/** From `from` up to, but not including, `until`, in epoch milliseconds. */
export interface Interval {
  from: number;
  until: number;
}

/** The most of `coming` at once, together with what is there now: `lasting` stay, the others leave at their `ends`. */
export function mostAtOnce(
  coming: readonly Interval[],
  { lasting, ends }: { lasting: number; ends: readonly number[] },
): number {
  const starts = coming.map(({ from }) => from).sort((a, b) => a - b);
  const stops = [...ends, ...coming.map(({ until }) => until)].sort((a, b) => a - b);
  let most = lasting + ends.length;
  let stopped = 0;
  for (const [begun, at] of starts.entries()) {
    // It only grows where something begins.
    while ((stops[stopped] ?? Infinity) <= at) stopped += 1;
    most = Math.max(most, lasting + ends.length + begun + 1 - stopped);
  }
  return most;
}

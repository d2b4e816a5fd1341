/** Counts how many tasks need a slot at the same time. */

/** From `from` up to, but not including, `until`, in epoch milliseconds. */
export interface Interval {
  from: number;
  until: number;
}

/** The maximum number at once of `coming` and the current tasks: `lasting` of these stay, the others leave at their `ends`. */
export function mostAtOnce(
  coming: readonly Interval[],
  { lasting, ends }: { lasting: number; ends: readonly number[] },
): number {
  const starts = coming.map(({ from }) => from).sort((a, b) => a - b);
  const stops = [...ends, ...coming.map(({ until }) => until)].sort((a, b) => a - b);
  let most = lasting + ends.length;
  let stopped = 0;
  for (const [begun, at] of starts.entries()) {
    // The number grows only at a start.
    while ((stops[stopped] ?? Infinity) <= at) stopped += 1;
    most = Math.max(most, lasting + ends.length + begun + 1 - stopped);
  }
  return most;
}

/** The scale of a timeline: its span, its ticks, and its bars as fractions. */

export interface Bar {
  key: string;
  name: string;
  status: string;
  /** The time at which it could have begun. The wait since then is drawn thin. */
  queuedAt: number | null;
  startedAt: number | null;
  endedAt: number | null;
  /** The text for its running time, if that is known better than from its ends. */
  tookMs?: number | null;
  /** Expected, in milliseconds. */
  expectedMs: number | null;
  dependsOn: readonly string[];
}

export interface Drawn {
  key: string;
  wait: readonly [from: number, to: number] | null;
  work: readonly [from: number, to: number] | null;
  ghost: readonly [from: number, to: number] | null;
}

/** Round numbers of seconds between two ticks. */
const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400,
  172_800, 604_800,
];

/** Four to eight ticks. */
export function ticks(spanMs: number): number[] {
  const step =
    (STEPS.find((seconds) => spanMs / (seconds * 1000) <= 7) ??
      Math.ceil(spanMs / 7 / 604_800_000) * 604_800) * 1000;
  return Array.from({ length: Math.floor(spanMs / step) + 1 }, (_, n) => n * step);
}

/** Each task's past, its wait and its expected rest, in milliseconds from `origin`. */
export function draw(bars: readonly Bar[], origin: number, now: number): { drawn: Drawn[]; spanMs: number } {
  const ends = new Map<string, number>();
  const drawn = bars.map(({ key, queuedAt, startedAt, endedAt, expectedMs, dependsOn, status }): Drawn => {
    const isOver =
      endedAt !== null || ['succeeded', 'failed', 'cancelled', 'skipped', 'timed_out'].includes(status);
    if (isOver && startedAt === null) {
      // It waited and never worked: a timer, or a task that was cancelled in the queue.
      if (endedAt === null || queuedAt === null) return { key, wait: null, work: null, ghost: null };
      ends.set(key, endedAt - origin);
      return { key, wait: [Math.max(0, queuedAt - origin), endedAt - origin], work: null, ghost: null };
    }
    const ready = Math.max(0, ...dependsOn.map((id) => ends.get(id) ?? 0));
    const begin = startedAt === null ? Math.max(ready, isOver ? 0 : now - origin) : startedAt - origin;
    const end = endedAt === null ? Math.max(begin, now - origin) : endedAt - origin;
    const expectedEnd = expectedMs === null ? null : begin + expectedMs;
    ends.set(key, endedAt === null ? Math.max(startedAt === null ? begin : end, expectedEnd ?? 0) : end);
    return {
      key,
      wait:
        queuedAt === null
          ? null
          : [Math.max(0, queuedAt - origin), startedAt === null ? Math.max(0, now - origin) : begin],
      work: startedAt === null ? null : [begin, end],
      ghost: expectedEnd === null || (endedAt !== null && expectedEnd <= end) ? null : [begin, expectedEnd],
    };
  });
  const isDone = (n: number): boolean => bars[n]?.endedAt !== null;
  // A finished execution shows only what happened: its old forecast does not shrink the rest.
  const spanMs = Math.max(
    1_000,
    ...drawn.flatMap(({ wait, work, ghost }, n) => [
      wait?.[1] ?? 0,
      work?.[1] ?? 0,
      (!isDone(n) && ghost?.[1]) || 0,
    ]),
  );
  const kept = drawn.map((one, n): Drawn => {
    const { ghost } = one;
    return ghost && isDone(n) ? { ...one, ghost: [ghost[0], Math.min(ghost[1], spanMs)] } : one;
  });
  return { drawn: kept, spanMs };
}

/** `1 m 30 s`: the short form for an axis. */
export function tickText(ms: number): string {
  if (ms === 0) return '0';
  const seconds = ms / 1000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const [unit, length] =
    seconds < 3_600
      ? (['m', 60] as const)
      : seconds < 172_800
        ? (['h', 3_600] as const)
        : (['d', 86_400] as const);
  return `${Number((seconds / length).toFixed(1))} ${unit}`;
}

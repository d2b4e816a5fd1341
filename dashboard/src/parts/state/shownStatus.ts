/** The displayed state and duration of an execution in a list. */

/** The displayed status: an execution without a running task is not shown as running. */
export const shownStatus = ({
  status,
  waiting,
}: {
  status: string;
  waiting: { nothingRuns: boolean } | null;
}): string => (status === 'running' && waiting?.nothingRuns === true ? 'waiting' : status);

/** The duration so far; null before it began. */
export const tookOf = (
  { startedAt, durationMs }: { startedAt: string | null; durationMs: number | null },
  now: number,
): number | null => durationMs ?? (startedAt === null ? null : Math.max(0, now - Date.parse(startedAt)));

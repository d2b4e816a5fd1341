/** The displayed state and duration of an execution in a list. */

/** What is shown of an execution: one of which nothing runs does not run, whatever it is called. */
export const standingOf = ({
  status,
  waiting,
}: {
  status: string;
  waiting: { nothingRuns: boolean } | null;
}): string => (status === 'running' && waiting?.nothingRuns === true ? 'waiting' : status);

/** How long it took or, of one that is under way, has been going on; null before it began. */
export const tookOf = (
  { startedAt, durationMs }: { startedAt: string | null; durationMs: number | null },
  now: number,
): number | null => durationMs ?? (startedAt === null ? null : Math.max(0, now - Date.parse(startedAt)));

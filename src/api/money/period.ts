/** The period that a figure is shown for. */
import { InvalidInput } from '../../core/errors.js';
import { instant } from '../../core/validation/ranged-schemas.js';
import type { Period } from '../../store/money/cost-report.js';

export const DAY_SECONDS = 86_400;
const MOST_DAYS = 31;
export const period = { from: instant.optional(), to: instant.optional() };

/** The last 24 hours by default. @throws InvalidInput */
export function periodOf(
  now: Date,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Period {
  const end = to === undefined ? now : new Date(to);
  const start = from === undefined ? new Date(end.getTime() - DAY_SECONDS * 1_000) : new Date(from);
  const days = (end.getTime() - start.getTime()) / 1_000 / DAY_SECONDS;
  if (days > 0 && days <= MOST_DAYS) return { from: start, to: end };
  throw new InvalidInput('The period is empty or too long.', [
    { path: 'query.from', message: `must be before \`to\`, by ${MOST_DAYS} days at most` },
  ]);
}

/** Join rules: they decide whether a task runs once all of its dependencies have ended. */
import type { TaskStatus } from '../status.js';
import type { JoinRule } from './workflow.js';

interface Tally {
  all: number;
  succeeded: number;
  failed: number;
  skipped: number;
}

const RULES: Record<JoinRule, { holds(tally: Tally): boolean; otherwise: string }> = {
  all_succeeded: { holds: (t) => t.succeeded === t.all, otherwise: 'not all of its dependencies succeeded' },
  all_done: { holds: () => true, otherwise: '' },
  one_succeeded: { holds: (t) => t.succeeded > 0, otherwise: 'none of its dependencies succeeded' },
  none_failed: { holds: (t) => t.failed === 0, otherwise: 'one of its dependencies failed' },
  one_failed: { holds: (t) => t.failed > 0, otherwise: 'none of its dependencies failed' },
  all_failed: { holds: (t) => t.failed === t.all, otherwise: 'not all of its dependencies failed' },
};

/** Null if the task runs, else why it is skipped. `ended` holds terminal states; a cancelled task counts as failed. */
export function whySkipped(rule: JoinRule, ended: readonly TaskStatus[]): string | null {
  const succeeded = ended.filter((status) => status === 'succeeded').length;
  const skipped = ended.filter((status) => status === 'skipped').length;
  const tally = { all: ended.length, succeeded, skipped, failed: ended.length - succeeded - skipped };
  return RULES[rule].holds(tally) ? null : RULES[rule].otherwise;
}

/** A cancelled task has no result, so it counts as failed. */
export const failedOrCancelled = ({ status }: { status: TaskStatus }): boolean =>
  status === 'failed' || status === 'cancelled';

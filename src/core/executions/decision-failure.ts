/** What becomes of an execution about which nothing could be decided: another try later, or its end. */
import type { Failure } from '../workflows/workflow.js';

/**
 * `shortage`: of ours, such as a connection that was lost. `slow`: it took longer than a statement may. `refused`: it was
 * refused, and will be again.
 */
export type DecisionFailure = 'shortage' | 'slow' | 'refused';

export type AfterDecisionFailure = { kind: 'later'; delayMs: number; failures: number } | { kind: 'end' };

const SHORTAGE_MS = 2_000;
const LONGEST_MS = 60_000;
/** Slowness may be that of a busy machine. */
const TRIES = { refused: 4, slow: 8 } as const;

/** @param before how many decisions in a row failed before this one, shortages of ours not counted */
export function afterDecisionFailure(trouble: DecisionFailure, before: number): AfterDecisionFailure {
  if (trouble === 'shortage') return { kind: 'later', delayMs: SHORTAGE_MS, failures: before };
  const failures = before + 1;
  if (failures >= TRIES[trouble]) return { kind: 'end' };
  return { kind: 'later', delayMs: Math.min(LONGEST_MS, 1_000 * 2 ** before), failures };
}

/** @param code of PostgreSQL; null when the fault is in the decision itself */
export function whyUndecided(trouble: DecisionFailure, code: string | null): Failure {
  if (code === null)
    return { code: 'undecidable', message: 'Radiant could not decide what comes next: see its log.' };
  const message =
    trouble === 'slow'
      ? `What comes next takes longer than the database may work on it (${code}): ask for less at once.`
      : `The database refuses what comes next (${code}): mend the expressions of the workflow and ask again.`;
  return { code: 'undecidable', message };
}

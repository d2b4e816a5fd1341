/** Decides about an execution after a failed decision: retry it later, or end the execution, with a reason. */
import { RadiantError } from '../errors.js';
import { storable } from '../json/text.js';
import type { Failure } from '../workflows/workflow.js';

/**
 * `shortage`: on our side, such as a lost connection. `slow`: a statement ran into its time limit. `refused`: the database
 * refused it, and will refuse it again.
 */
export type DecisionFailure = 'shortage' | 'slow' | 'refused';

export type AfterDecisionFailure = { kind: 'later'; delayMs: number; failures: number } | { kind: 'end' };

const SHORTAGE_MS = 2_000;
const LONGEST_MS = 60_000;
/** A slow decision may be due to a busy machine, so it gets more tries. */
const TRIES = { refused: 4, slow: 8 } as const;

/** @param before how many decisions in a row failed before this one, without our own shortages */
export function afterDecisionFailure(trouble: DecisionFailure, before: number): AfterDecisionFailure {
  if (trouble === 'shortage') return { kind: 'later', delayMs: SHORTAGE_MS, failures: before };
  const failures = before + 1;
  if (failures >= TRIES[trouble]) return { kind: 'end' };
  return { kind: 'later', delayMs: Math.min(LONGEST_MS, 1_000 * 2 ** before), failures };
}

/** @param code of PostgreSQL; null if the decision itself failed */
export function whyUndecided(trouble: DecisionFailure, code: string | null): Failure {
  if (code === null)
    return { code: 'undecidable', message: 'Radiant could not decide the next step: see its log.' };
  const message =
    trouble === 'slow'
      ? `The next step takes longer than the database allows (${code}): run less at once.`
      : `The database refuses the next step (${code}): correct the expressions of the workflow and run it again.`;
  return { code: 'undecidable', message };
}

/** The reason that is stored and shown. Messages of our own errors hold no data. Other messages might, so they are dropped. */
export const failureOf = (error: unknown): Failure =>
  error instanceof RadiantError
    ? { code: error.code, message: storable(error.message) }
    : { code: 'internal', message: 'Radiant could not decide: see its log.' };

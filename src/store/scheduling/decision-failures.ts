/** Records failed decisions: each execution is retried with its own backoff, or ended with the reason. */
import { RadiantError, Unavailable } from '../../core/errors.js';
import {
  afterDecisionFailure,
  failureOf,
  whyUndecided,
  type AfterDecisionFailure,
  type DecisionFailure,
} from '../../core/executions/decision-failure.js';
import { PARENTS } from '../db/by-key.js';
import type { Ledger } from '../db/ledger.js';
import { REFUSED, sqlStateOf } from '../db/shortage.js';
import { endTasks } from '../executions/control.js';

/** Records that a decision failed. Null if the execution has ended meanwhile. */
export async function noteUndecided(
  ledger: Ledger,
  executionId: string,
  error: unknown,
): Promise<AfterDecisionFailure | null> {
  const cause = decisionFailureOf(error);
  return ledger.transaction(async (session) => {
    // Its end would end the task that waits for it, so its parent is locked with it.
    const locked = await session.query<{ id: string; decideFailures: number; ended: boolean }>(
      `select id, decide_failures, completed_at is not null as ended from workflow_executions
       where id = any ($1::uuid[] || array(${PARENTS}))
       order by id for no key update`,
      [[executionId]],
    );
    const execution = locked.find(({ id, ended }) => id === executionId && !ended);
    if (!execution) return null;
    const after = afterDecisionFailure(cause, execution.decideFailures);
    if (after.kind === 'later') {
      await session.query(
        `update workflow_executions
         set decide_failures = $2, decide_after = ledger_now() + $3 * interval '1 ms' where id = $1`,
        [executionId, after.failures, after.delayMs],
      );
      return after;
    }
    const { code, message } =
      error instanceof RadiantError ? failureOf(error) : whyUndecided(cause, sqlStateOf(error));
    await endTasks(session, [executionId]);
    await session.query(
      `update workflow_executions set status = 'failed', completed_at = ledger_now(), error_code = $2, error_message = $3
       where id = $1`,
      [executionId, code, message],
    );
    return after;
  });
}

/** SQLSTATEs of a statement that timed out, or that needs more memory than possible. */
const SLOW = new Set(['57014', 'XX000']);

export function decisionFailureOf(error: unknown): DecisionFailure {
  if (error instanceof Unavailable) return 'shortage';
  const state = sqlStateOf(error);
  if (state !== null) return REFUSED.test(state) ? 'refused' : SLOW.has(state) ? 'slow' : 'shortage';
  // A fault of the workflow or of Radiant: each retry would fail in the same way.
  const ours = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
  return ours || error instanceof RadiantError ? 'refused' : 'shortage';
}

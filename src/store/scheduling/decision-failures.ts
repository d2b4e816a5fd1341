/** Executions about which nothing could be decided: tried again later, each at its own pace, or ended with the reason. */
import { RadiantError, Unavailable } from '../../core/errors.js';
import { failureOf } from '../../core/executions/failure.js';
import {
  afterDecisionFailure,
  whyUndecided,
  type AfterDecisionFailure,
  type DecisionFailure,
} from '../../core/executions/decision-failure.js';
import { endTasks } from '../executions/executions.js';
import type { Ledger } from '../db/ledger.js';
import { REFUSED, sqlStateOf } from '../db/shortage.js';

/** Notes that a decision failed. Null when the execution has ended meanwhile. */
export async function noteUndecided(
  ledger: Ledger,
  executionId: string,
  error: unknown,
): Promise<AfterDecisionFailure | null> {
  const trouble = troubleOf(error);
  return ledger.transaction(async (session) => {
    const [execution] = await session.query<{ decideFailures: number }>(
      'select decide_failures from workflow_executions where id = $1 and completed_at is null for no key update',
      [executionId],
    );
    if (!execution) return null;
    const after = afterDecisionFailure(trouble, execution.decideFailures);
    if (after.kind === 'later') {
      await session.query(
        `update workflow_executions
         set decide_failures = $2, decide_after = ledger_now() + $3 * interval '1 ms' where id = $1`,
        [executionId, after.failures, after.delayMs],
      );
      return after;
    }
    const { code, message } =
      error instanceof RadiantError ? failureOf(error) : whyUndecided(trouble, sqlStateOf(error));
    await endTasks(session, executionId);
    await session.query(
      `update workflow_executions set status = 'failed', completed_at = ledger_now(), error_code = $2, error_message = $3
       where id = $1`,
      [executionId, code, message],
    );
    return after;
  });
}

/** A statement ran out of time, or asked for more memory than there can be. */
const SLOW = new Set(['57014', 'XX000']);

export function troubleOf(error: unknown): DecisionFailure {
  if (error instanceof Unavailable) return 'shortage';
  const state = sqlStateOf(error);
  if (state !== null) return REFUSED.test(state) ? 'refused' : SLOW.has(state) ? 'slow' : 'shortage';
  // A fault of the workflow, or of ours: it is decided in the same way each time.
  const ours = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
  return ours || error instanceof RadiantError ? 'refused' : 'shortage';
}

/** Advances executions. Many small ones share one transaction, and none waits for a large or a failing one. */
import type { Log } from '../log.js';
import { batched } from '../store/db/batching.js';
import { batchedUnlessBusy } from '../store/db/busy.js';
import type { Waiting } from '../store/scheduling/dispatch.js';
import { noteUndecided } from '../store/scheduling/decision-failures.js';
import { coalesced } from './coalesce.js';
import { makeDecide, type DecideParts, type Verdict } from './decisions/decide.js';

/** Maximum executions per transaction. Concurrent requests share one. */
const TOGETHER = 50;
/** Decisions about large or slow executions at the same time. */
const ALONE = 2;

/**
 * Advances one execution as far as possible now. Does nothing for one that has ended or has nothing to do. If nothing can
 * be decided, that is recorded and tried again later. Throws only if that cannot be recorded.
 */
export function makeAdvance({
  dispatch,
  askToAdvance,
  log,
  ...parts
}: DecideParts & {
  dispatch: (waiting: Waiting) => Promise<void>;
  /** Best effort: the sweep finds those whose message is lost. */
  askToAdvance: (executionIds: string[]) => Promise<void>;
  log: Log;
}): (executionId: string) => Promise<void> {
  const decide = makeDecide(parts);
  async function decideAndDispatch(executionIds: string[], how: { wait: boolean; alone: boolean }) {
    const { verdicts, waiting, relatives } = await decide(executionIds, how);
    if (relatives.length > 0)
      await askToAdvance(relatives).catch((error: unknown) =>
        log.error('execution.message_not_sent', error, { executions: relatives.length }),
      );
    // The decision is committed. A later dispatch, or the sweep's, picks up the tasks that it released.
    if (waiting.ofModels || waiting.withoutModel)
      await dispatch(waiting).catch((error: unknown) => log.error('dispatch.failed', error));
    return verdicts;
  }
  const together = batchedUnlessBusy(
    (executionIds: string[], { wait }) => decideAndDispatch(executionIds, { wait, alone: false }),
    { atMost: TOGETHER },
  );
  const alone = batched(
    (executionIds: string[]) => decideAndDispatch(executionIds, { wait: true, alone: true }),
    { atMost: 1, abreast: ALONE },
  );

  return coalesced(async (executionId) => {
    try {
      let verdict: Verdict = await together(executionId);
      while (verdict === 'large' || verdict === 'unfinished')
        verdict = verdict === 'large' ? ((await alone(executionId)) as Verdict) : await together(executionId);
      if (typeof verdict === 'object') await recordFailure(executionId, verdict.error);
    } catch (error) {
      await recordFailure(executionId, error);
    }
  });

  async function recordFailure(executionId: string, error: unknown): Promise<void> {
    const after = await noteUndecided(parts.ledger, executionId, error);
    if (after)
      log.error(after.kind === 'end' ? 'execution.given_up' : 'execution.undecided', error, {
        executionId,
        ...after,
      });
  }
}

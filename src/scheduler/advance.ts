/** Advances executions. Many small ones share one transaction, and none waits for a large or a failing one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.js';
import { batched } from '../store/db/batching.js';
import { noteUndecided } from '../store/scheduling/decision-failures.js';
import { coalesced } from './coalesce.js';
import { makeDecide, type DecideParts, type Verdict } from './decide.js';

/** Maximum executions per transaction. Concurrent requests share one. */
const TOGETHER = 50;
/** A claim or a result locks an execution briefly. One that stays locked longer is awaited separately. */
const BUSY_MS = 20;
const BUSY_TRIES = 25;

/**
 * Advances one execution as far as possible now. Does nothing for one that has ended or has nothing to do. If nothing can
 * be decided, that is recorded and tried again later. Throws only if that cannot be recorded.
 */
export function makeAdvance({
  dispatch,
  log,
  ...parts
}: DecideParts & {
  dispatch: () => Promise<void>;
  log: Log;
}): (executionId: string) => Promise<void> {
  const decide = makeDecide(parts);
  const lane = (alone: boolean) => {
    const run = batched(
      async (executionIds: string[]) => {
        const verdicts = await decide(executionIds, { alone });
        // The decision is committed. A later dispatch, or the sweep's, picks up the tasks that it released.
        await dispatch().catch((error: unknown) => log.error('dispatch.failed', error));
        return verdicts;
      },
      { atMost: alone ? 1 : TOGETHER },
    );
    return (executionId: string): Promise<Verdict> =>
      run(executionId).catch((error: unknown): Verdict => ({ error }));
  };
  const together = lane(false);
  const alone = lane(true);

  return coalesced(async (executionId) => {
    let verdict = await together(executionId);
    for (let tries = 1; verdict === 'busy' && tries < BUSY_TRIES; tries += 1) {
      await pause(BUSY_MS);
      verdict = await together(executionId);
    }
    if (verdict === 'busy' || verdict === 'large') verdict = await alone(executionId);
    if (typeof verdict === 'object') await recordFailure(executionId, verdict.error);
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

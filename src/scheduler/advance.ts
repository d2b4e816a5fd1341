/** The one way an execution moves on: many small ones share a transaction, and none waits for a large or a bad one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log.js';
import { batched } from '../store/db/batching.js';
import { noteUndecided } from '../store/scheduling/decision-failures.js';
import { coalesced } from './coalesce.js';
import { makeDecide, type DecideParts, type Verdict } from './decide.js';

/** Executions that ask at the same moment share a transaction; more than this many make another. */
const TOGETHER = 50;
/** A claim or a result holds an execution for a moment: one that stays busy longer is waited for by itself. */
const BUSY_MS = 20;
const BUSY_TRIES = 25;

/**
 * Advances one execution as far as it goes now; harmless for one that has ended or has nothing to do. One about which
 * nothing can be decided is noted as such, and tried again later. Throws only when that cannot be noted.
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
        // What was decided stands: a later dispatch, or the sweep's, picks up what it released.
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
    if (typeof verdict === 'object') await note(executionId, verdict.error);
  });

  async function note(executionId: string, error: unknown): Promise<void> {
    const after = await noteUndecided(parts.ledger, executionId, error);
    if (after)
      log.error(after.kind === 'end' ? 'execution.given_up' : 'execution.undecided', error, {
        executionId,
        ...after,
      });
  }
}

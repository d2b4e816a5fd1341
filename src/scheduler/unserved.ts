/** Ends what waits for a model that serves nobody: after a day of it, or as configured, its tasks fail with the reason. */
import { lengthOf } from '../core/thermal/reasons.js';
import { whyWaiting } from '../core/executions/wait-reason.js';
import type { Ledger } from '../store/db/ledger.js';
import { readHeat } from '../store/thermal/heat.js';
import { failUnserved, findUnserved } from '../store/scheduling/unserved.js';
import { waitedModel } from '../store/scheduling/waited-model.js';

const SELDOM_MS = 60_000;

/** Answers the executions to be decided about; mostly none, and without asking, since such a limit is long. */
export function makeEndUnserved(
  ledger: Ledger,
  { startWithinMs, timeScale }: { startWithinMs: number; timeScale: number },
): () => Promise<string[]> {
  const everyMs = Math.min(SELDOM_MS, startWithinMs / 10);
  let nextAt = 0;
  return async () => {
    if (performance.now() < nextAt) return [];
    nextAt = performance.now() + everyMs;
    const ended: string[] = [];
    for (const { modelUuid, displayName, since } of await findUnserved(ledger, startWithinMs)) {
      const [heat] = await readHeat(ledger, { modelUuid, timeScale });
      if (!heat) continue;
      const reason = whyWaiting({
        status: 'ready',
        since,
        now: heat.now,
        paused: false,
        dependencies: [],
        notBefore: null,
        signal: null,
        child: null,
        model: waitedModel(displayName, heat, { ahead: 0, startWithinMs }),
      })?.reason;
      const why = `${displayName} began nothing for ${lengthOf(startWithinMs / 1000)}. ${reason ?? ''}`;
      ended.push(...(await failUnserved(ledger, modelUuid, { withinMs: startWithinMs, why })));
    }
    return ended;
  };
}

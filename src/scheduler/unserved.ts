/** Fails tasks that have waited too long for a model that starts nothing, with the reason. The limit is configured. */
import { lengthOf } from '../core/thermal/reasons.js';
import { whyWaiting } from '../core/executions/wait-reason.js';
import type { Ledger } from '../store/db/ledger.js';
import { readHeat } from '../store/thermal/heat.js';
import { failUnserved, findUnserved } from '../store/scheduling/unserved.js';
import { waitedModel } from '../store/scheduling/waited-model.js';

const SELDOM_MS = 60_000;

/** Resolves to the executions to advance. Most calls do nothing, since the limit is long. */
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
      const [heat] = await readHeat(ledger, { modelUuids: [modelUuid], timeScale });
      if (!heat) continue;
      const reason = whyWaiting({
        status: 'ready',
        since,
        now: heat.now,
        pausedAt: null,
        dependencies: [],
        notBefore: null,
        signal: null,
        child: null,
        model: waitedModel(displayName, heat, { ahead: 0, startWithinMs }),
      })?.reason;
      const why = `${displayName} has started no task for ${lengthOf(startWithinMs / 1000)}. ${reason ?? ''}`;
      ended.push(...(await failUnserved(ledger, modelUuid, { withinMs: startWithinMs, why })));
    }
    return ended;
  };
}

/** Renews the dead man: if every thermal service dies, the provider's own scheduled scale-in turns the models off. */
import type { ModelConfig } from '../core/models/model.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { HeatRow } from '../store/thermal/heat.js';
import type { Observation } from './observe.js';
import { rejectAfter } from '../timeouts.js';

/** The pause before a retry after a failure. */
const AGAIN_MS = 60_000;
/** The longest time that a reconciliation waits for the renewal. */
const PATIENCE_MS = 5_000;

export interface DeadManRenewal {
  deadManDue: Date | null;
  deadManFailure: string | null;
}

const NONE: DeadManRenewal = { deadManDue: null, deadManFailure: null };

/** A failure is logged once and shown while it lasts. It does not prevent warming. */
export function makeDeadManRenewal({
  endpoints,
  log,
  deadManMs,
}: {
  endpoints: Endpoints;
  log: Log;
  deadManMs: number;
}): (model: ModelConfig, row: HeatRow, seen: Observation) => Promise<DeadManRenewal> {
  return async (model, row, { exists, wanted }) => {
    if (!exists || wanted === 0 || !endpoints.canWake(model)) return NONE;
    const { now, deadManDue, deadManFailure } = row;
    if (deadManDue && now < deadManDue) return { deadManDue, deadManFailure };
    const after = (ms: number) => new Date(now.getTime() + ms);
    try {
      await rejectAfter(PATIENCE_MS, endpoints.renewDeadMan(model, after(deadManMs)));
      return { deadManDue: after(deadManMs / 4), deadManFailure: null };
    } catch (error) {
      const { message } = error as Error;
      if (deadManFailure === null) log.warn('thermal.no_dead_man', { modelId: model.id, reason: message });
      return { deadManDue: after(Math.min(AGAIN_MS, deadManMs / 4)), deadManFailure: message };
    }
  };
}

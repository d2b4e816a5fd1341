/** Should every thermal service die, the provider itself turns the models off: a shut-off that a living service moves on and on. */
import type { ModelConfig } from '../core/models/model.js';
import type { Endpoints } from '../endpoints/index.js';
import type { Log } from '../log.js';
import type { HeatRow } from '../store/thermal/heat.js';
import type { Observation } from './observe.js';
import { rejectAfter } from '../timeouts.js';

/** After a failure it is tried again so soon. */
const AGAIN_MS = 60_000;
/** The look that calls it waits no longer. */
const PATIENCE_MS = 5_000;

export interface DeadManRenewal {
  holdOffDue: Date | null;
  holdOffFailure: string | null;
}

const NONE: DeadManRenewal = { holdOffDue: null, holdOffFailure: null };

/** Its failure is told once, shown as long as it lasts, and keeps nothing from warming. */
export function makeDeadManRenewal({
  endpoints,
  log,
  deadmanMs,
}: {
  endpoints: Endpoints;
  log: Log;
  deadmanMs: number;
}): (model: ModelConfig, row: HeatRow, seen: Observation) => Promise<DeadManRenewal> {
  return async (model, row, { exists, wanted }) => {
    if (!exists || wanted === 0 || !endpoints.canWake(model)) return NONE;
    const { now, holdOffDue, holdOffFailure } = row;
    if (holdOffDue && now < holdOffDue) return { holdOffDue, holdOffFailure };
    const after = (ms: number) => new Date(now.getTime() + ms);
    try {
      await rejectAfter(PATIENCE_MS, endpoints.holdOff(model, after(deadmanMs)));
      return { holdOffDue: after(deadmanMs / 4), holdOffFailure: null };
    } catch (error) {
      const { message } = error as Error;
      if (holdOffFailure === null) log.warn('thermal.no_hold_off', { modelId: model.id, reason: message });
      return { holdOffDue: after(Math.min(AGAIN_MS, deadmanMs / 4)), holdOffFailure: message };
    }
  };
}

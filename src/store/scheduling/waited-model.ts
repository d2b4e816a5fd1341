/** Converts a model's heat row to the input of `core/executions/wait-reason`. */
import { later } from '../../core/time/saturated.js';
import type { WaitedModel } from '../../core/executions/wait-reason.js';
import type { HeatRow } from '../thermal/heat.js';

export const waitedModel = (
  displayName: string,
  heat: HeatRow,
  { ahead, startWithinMs }: { ahead: number; startWithinMs: number },
): WaitedModel => ({
  displayName,
  heat: heat.heat,
  enabled: heat.enabled,
  warmAt: warmAt(heat),
  warmingSince: heat.warmingSince,
  warmupSeconds: heat.warmupSeconds,
  slotsInUse: heat.slotsTaken,
  slots: heat.usableSlots,
  ahead,
  slotsDoubted: heat.slotsDoubted,
  doubtUntil: heat.doubtUntil,
  failure: heat.failure,
  retryAt: heat.retryAt,
  unseenSince: heat.unseenSince,
  lookedAt: heat.observedAt,
  beganAt: heat.beganAt,
  startWithinSeconds: startWithinMs / 1000,
  retiring: heat.status === 'retiring',
  renewing: heat.renewing,
  pinnedOff: heat.desired === 'off' ? heat.pinReason : null,
  pinnedUntil: heat.desired === 'off' ? heat.pinUntil : null,
  scaleOutPaused: heat.scaleOutPaused,
  scaleOutUntil: heat.scaleOutUntil,
});

/** A cold model starts to warm as soon as a task waits for it. */
function warmAt({ heat, warmingSince, warmupSeconds, now }: HeatRow): Date | null {
  if (heat !== 'OFF' && heat !== 'WARMING') return null;
  return later(warmingSince ?? now, warmupSeconds * 1000);
}

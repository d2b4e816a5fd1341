/** Runs a schedule now, because a user asks for it. */
import { Conflict } from '../../core/errors.js';
import { decideTick } from '../../core/schedules/tick.js';
import type { Actor, Ledger } from '../db/ledger.js';
import type { NewExecution } from '../executions/new-execution.js';
import { lockSchedule } from './schedule-changes.js';
import {
  findTick,
  liveOf,
  outcomeOf,
  recordTick,
  startExecution,
  type Outcome,
  type TickRow,
} from './ticks.js';

/**
 * One tick at `tickAt`. What a tick would be refused for, or skipped, is thrown, and leaves nothing.
 *
 * @param wanted the execution to start, and the version of the schedule that it was made from
 * @throws NotFound, Conflict `stale_version`, `schedule_overlaps`, Refused `budget_exceeded`
 */
export async function runSchedule(
  ledger: Ledger,
  {
    id,
    rowVersion,
    tickAt,
    request,
  }: { id: string; rowVersion: number; tickAt: Date; request: NewExecution },
  actor: Actor,
): Promise<TickRow> {
  const { tenantId } = request;
  return ledger.as(actor, async (session) => {
    const { overlap, waiting } = await lockSchedule(session, tenantId, { id, expectedVersion: rowVersion });
    const live = await liveOf(session, id);
    const decision = decideTick(overlap, { live: live.length, waiting });
    if (decision.kind === 'skip')
      throw new Conflict('schedule_overlaps', `${decision.message} Wait until it has ended, or cancel it.`);
    const outcome: Outcome =
      decision.kind === 'start'
        ? {
            state: 'started',
            executionId: await startExecution(session, request, decision.cancelOthers ? live : []),
          }
        : outcomeOf(decision);
    return findTick(session, await recordTick(session, { id, tenantId }, tickAt, outcome, true));
  });
}
